"""Replays counted: what the page and the Markdown say above the single changes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from bot.frozen import dataclass
from bot.render.gap_list import NAMED, plural_words
from bot.render.replays.replay import ACTIONS, Action, Replay, ReplayedChange, RepositoryHistory
from bot.render.replays.what_if import AtFailClosed, at_fail_closed
from bot.review.model import GRADES, GradeName
from bot.review.prose import counted, first_few


@dataclass(frozen=True, slots=True)
class Tally:
    """Changes by what would have been done, their comments, and what was not looked into by its kind; seconds.

    `found` counts what was gained, by grade, the worst first. `policies` and `complete` are those of both sides of each
    change, `judged` its changed arguments that were judged.
    """

    changes: int
    actions: dict[Action, int]
    found: tuple[tuple[GradeName, int], ...]
    comments: int
    judged: int
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
    grades = Counter(finding.grade for review in reviews for finding in review.gained)
    gaps = Counter(gap.kind for one in changes for gap in one.replay.unseen)
    seconds = sorted(one.replay.seconds for one in changes) or [0.0]
    return Tally(
        changes=len(changes),
        actions={each: actions[each] for each in ACTIONS},
        found=tuple((grade, grades[grade]) for grade in reversed(GRADES) if grades[grade]),
        comments=sum(len(one.inline_comments()) for one in changes),
        judged=sum(review.dispositions.judged for review in reviews),
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
    return [f"{plural_words(kind)} ({len(where)}): {first_few(where, NAMED)}" for kind, where in places.items()]


def modes(changes: Sequence[ReplayedChange]) -> tuple[tuple[str, str], ...]:
    """What each mode, and each way to fail closed, would have meant for the people who made these changes."""
    said = tally(changes)
    spoken = said.actions["block"] + said.actions["comment"]
    told = f"{counted(said.comments, 'comment')} on {spoken} of {counted(said.changes, 'change')}"
    waited = f"{counted(said.actions['block'], 'change')} would have waited for a mended line, or for who may accept it"
    return (
        ("observe", "no comments, nothing fails: reports, and a check that is neutral"),
        ("comment", f"{told}; nothing would have been held up"),
        ("enforce", f"{told}; {waited}"),
        *((f"fail_closed: {at.setting}", _closed(at, said)) for at in at_fail_closed(changes) if at.setting != "off"),
    )


def _closed(at: AtFailClosed, said: Tally) -> str:
    """What would have waited, and what for."""
    undecided = [f"findings that could not be settled ({at.undecided})"] if at.undecided else []
    why = [*(f"{plural_words(kind)} ({count})" for kind, count in at.gaps), *undecided]
    besides = "what is open although the change touches it" if at.setting == "changed" else "whatever is open"
    told = (
        f"under enforce, {besides} stops as well: {at.blocked} of {counted(said.changes, 'change')} would have waited"
    )
    return f"{told}, {at.open_alone} of them for that alone: {', '.join(why)}" if why else told


DAYS_OF_A_PACE = 7
"""From so many days on it is said how many changes come in a month."""

DAYS_OF_A_MONTH = 30


def early(histories: Sequence[RepositoryHistory]) -> str:
    """That it was ended before everything was reviewed, with what is missing; "" where nothing is."""
    if not any(history.stopped for history in histories):
        return ""
    missing = [f"{history.name} {len(history.changes)} of {history.of}" for history in histories if history.stopped]
    return f"Ended early: of {', '.join(missing)} changes. What follows is of those alone."


def cost(histories: Sequence[RepositoryHistory]) -> list[str]:
    """Seconds, and what a month of such changes costs in minutes of a runner, in sentences."""
    every = [one for history in histories for one in history.changes]
    said = tally(every)
    sentences = [
        f"{said.median:.1f} seconds a change (median), {said.worst:.1f} at worst: "
        f"{said.total / 60:.1f} minutes of one runner for all, on this machine."
    ]
    paces = [pace for history in histories if (pace := _changes_a_month(history))]
    if paces and len(paces) == sum(bool(history.changes) for history in histories):
        pace = sum(paces)
        minutes = pace * said.total / len(every) / 60
        billed = pace * sum(math.ceil(one.replay.seconds / 60) for one in every) / len(every)
        sentences.append(
            f"At this pace, {pace:.0f} changes a month, that is {minutes:.0f} minutes of a runner a month, or "
            f"{billed:.0f} where each job is billed by whole minutes; each further push to a change is one review more."
        )
    return sentences


def _changes_a_month(history: RepositoryHistory) -> float:
    """0 where the changes tell of too few days."""
    days = (history.period[1] - history.period[0]).days if history.period else 0
    return len(history.changes) / days * DAYS_OF_A_MONTH if days >= DAYS_OF_A_PACE else 0
