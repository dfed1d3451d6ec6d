"""What stands beside the counts: which changes were taken, what judged them, what was found, what is open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.frozen import dataclass
from bot.render.gap_list import plural_words
from bot.render.gap_words import gap_words
from bot.render.phrases import revision
from bot.render.replays.replay import Replay, ReplayedChange, RepositoryHistory
from bot.render.replays.tally import Tally
from bot.review.model import Gap
from bot.review.prose import counted


@dataclass(frozen=True, slots=True)
class Made:
    """By what and when a document was made; `rules` are where the rules came from, in words."""

    version: str
    day: date | None = None
    rules: str = ""


def made_words(made: Made, changes: Sequence[ReplayedChange]) -> Iterator[str]:
    """The version and the day, then the rules, in sentences."""
    yield f"Made by iam-review {made.version}{f' on {made.day}' if made.day else ''}."
    used = Counter(_rules(one) for one in changes if one.replay.review is not None)
    where = f"{made.rules}: " if made.rules else ""
    if used:
        each = "; ".join(f"{rules} ({counted(count, 'change')})" for rules, count in used.most_common())
        yield f"Rules: {where}{each}."


def _rules(one: ReplayedChange) -> str:
    rules = one.rules
    return f"mode {rules.mode}, fail_at {rules.fail_at}, comment_at {rules.comment_at}, fail_closed {rules.fail_closed}"


def taken_words(history: RepositoryHistory) -> str:
    """Which changes were taken, and out of how many."""
    branch = history.branch or "the default branch"
    changes = counted(len(history.changes), "change")
    if not history.commits or history.stopped:
        return f"The newest {changes} of {branch} that touch Terraform."
    tip = f" up to {revision(history.tip)}" if history.tip else ""
    since = f" since {history.period[0]}" if history.period else ""
    others = history.commits - len(history.changes)
    left = "all of them" if not others else f"the other {others} touch no Terraform and were not looked at"
    return f"{changes} of the {history.commits} of {branch}{since}{tip}: {left}."


CAN_FIND = (
    "It can find new access of roles, users and groups, who is newly let in by trust and resource policies, ways up to "
    "more rights, public access, new keys, removed boundaries and denials, and loosened rules."
)


def found_words(said: Tally) -> str:
    """What was found by grade; where nothing was, what was compared and what could have been found."""
    reviewed = said.changes - said.actions["failed"]
    compared = (
        f"In {counted(reviewed, 'change')}, {said.policies} policies (counted in each) and {said.judged} changed "
        "arguments that can carry access were compared with what stood before."
    )
    if said.found or said.undecided:
        grades = ", ".join(f"{count} {grade}" for grade, count in said.found)
        undecided = f"{said.undecided} undecided" if said.undecided else ""
        return f"New access: {', '.join(filter(None, (grades, undecided)))}. {compared}"
    return f"No new access was found. {compared} {CAN_FIND}"


FETCHING = (
    "`iam-review history --modules-from HOST` (github.com, registry.terraform.io) fetches modules in the exact version "
    "that they are pinned to, and looks into them"
)


def look_further(changes: Sequence[ReplayedChange]) -> str:
    """What makes the next page say more, where anything known does; "" else."""
    kinds = {gap.kind for one in changes for gap in one.replay.unseen}
    return FETCHING if DiagnosticKind.REMOTE_MODULE in kinds else ""


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """What a change left open at one place."""

    place: str
    what: str


def open_questions(replay: Replay, shown: int) -> tuple[OpenQuestion, ...]:
    """So many of them."""
    return tuple(OpenQuestion(_place(gap), gap_words(gap)) for gap in replay.unseen[:shown])


def remedies(replays: Sequence[Replay]) -> list[str]:
    """What to do about what they left open, each once, with what it is for."""
    found = dict.fromkeys((gap.kind, gap.remedy) for replay in replays for gap in replay.unseen if gap.remedy)
    return [f"{plural_words(kind)}: {remedy}" for kind, remedy in found]


def open_kinds(replay: Replay) -> str:
    """What is open by kind: "calls of modules that are not in the repository (2)"."""
    kinds = Counter(gap.kind for gap in replay.unseen)
    return ", ".join(f"{plural_words(kind)} ({count})" for kind, count in kinds.most_common())


def _place(gap: Gap) -> str:
    return f"{gap.file}:{gap.line}" if gap.line else gap.file or gap.address
