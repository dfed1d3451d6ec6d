"""Replays counted: what the page and the Markdown say above the single changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.frozen import dataclass
from bot.render.gap_list import NAMED, plural_words
from bot.render.phrases import counted
from bot.render.replays.replay import ACTIONS, Action, Replay, ReplayedChange


@dataclass(frozen=True, slots=True)
class Tally:
    """Changes by what would have been done, their comments, and what was not looked into by its kind; seconds.

    `unseen` are the silent ones of which something was not looked into.
    """

    changes: int
    actions: dict[Action, int]
    unseen: int
    comments: int
    policies: int
    complete: int
    undecided: int
    gaps: tuple[tuple[str, int], ...]
    median: float
    worst: float
    total: float


def tally(changes: Sequence[ReplayedChange]) -> Tally:
    """Count them. Gaps are those that the changes touch and access could be behind."""
    actions = Counter(one.replay.action for one in changes)
    reviews = [one.replay.review for one in changes if one.replay.review is not None]
    gaps = Counter(gap.kind for one in changes for gap in one.replay.unseen)
    seconds = sorted(one.replay.seconds for one in changes) or [0.0]
    return Tally(
        changes=len(changes),
        actions={each: actions[each] for each in ACTIONS},
        unseen=sum(one.replay.action == "silent" and bool(one.replay.unseen) for one in changes),
        comments=sum(len(one.placed().comments) for one in changes),
        policies=sum(review.stats.policies for review in reviews),
        complete=sum(review.stats.complete for review in reviews),
        undecided=sum(len(review.undecided) for review in reviews),
        gaps=tuple(gaps.most_common()),
        median=seconds[len(seconds) // 2],
        worst=seconds[-1],
        total=sum(seconds),
    )


def unseen_words(replays: Sequence[Replay]) -> list[str]:
    """What was not looked into, the most frequent kind first: "calls of modules that are not in the repository (2)"."""
    kinds = Counter(gap.kind for replay in replays for gap in replay.unseen)
    return [f"{plural_words(kind)} ({count})" for kind, count in kinds.most_common()]


def unseen_places(replay: Replay) -> list[str]:
    """The same of one change, with places: "calls of modules that are not in the repository (2): a.tf:3, b.tf:1"."""
    places: dict[str, list[str]] = {}
    for gap in replay.unseen:
        places.setdefault(gap.kind, []).append(f"{gap.file}:{gap.line}" if gap.line else gap.file)
    return [f"{plural_words(kind)} ({len(where)}): {_listed(where)}" for kind, where in places.items()]


def _listed(where: Sequence[str]) -> str:
    more = f" and {len(where) - NAMED} more" if len(where) > NAMED else ""
    return f"{', '.join(where[:NAMED])}{more}"


def modes(said: Tally) -> tuple[tuple[str, str], ...]:
    """What each mode would have meant for the people who made these changes."""
    spoken = said.actions["block"] + said.actions["comment"]
    told = f"{counted(said.comments, 'comment')} on {spoken} of {counted(said.changes, 'change')}"
    waited = f"{counted(said.actions['block'], 'change')} would have waited for a mended line, or for who may accept it"
    return (
        ("observe", "nobody would have noticed: reports, and a check that is neutral"),
        ("comment", f"{told}; nothing would have been held up"),
        ("enforce", f"{told}; {waited}"),
    )
