"""What is known of each finding of a change request: where it stands, since when it is there and what became of it."""

from __future__ import annotations

from collections.abc import Set
from datetime import date, datetime
from typing import Literal, Protocol

import msgspec

from bot.forges.port import ChangeRef
from bot.frozen import dataclass
from bot.review.identity import read_fingerprint

FoundState = Literal["open", "accepted", "undecided", "lost"]
"""Whether it counts, somebody has accepted it, it could not be settled whether it is new, or it is access that goes."""

_LATER = ("names", "owners", "accepted_by", "accepted_until")
"""Not among the columns that there were first."""


@dataclass(frozen=True, slots=True)
class FoundFinding:
    """A finding as a review says it. `names` are its fingerprint and what else it may be kept under, from before.

    `addresses` are those of whom it is about, `roots` where they stand ("." for the top), as far as it says so.
    `owners` own its file, `accepted_by` and `accepted_until` say who accepted it, and for how long, if anybody did.
    """

    names: tuple[str, ...]
    state: FoundState
    grade: str
    rule: str
    title: str
    addresses: tuple[str, ...]
    roots: tuple[str, ...]
    file: str
    line: int
    owners: tuple[str, ...] = ()
    accepted_by: str = ""
    accepted_until: date | None = None

    def columns(self) -> dict[str, str | int]:
        """What is kept of it, by name of its column; lists have a line for each."""
        kept = {name: getattr(self, name) for name in self.__dataclass_fields__ if name not in _LATER}
        return {name: "\n".join(value) if isinstance(value, tuple) else value for name, value in kept.items()}


@dataclass(frozen=True, slots=True)
class TrackedFinding:
    """A finding of a change request, as the last review that had it says it: that of `head`, made `at` that time.

    `first_at` is when the first review had it, `gone_at` when a later one had it no more. `closed` is about the
    change request. Times are UTC.
    """

    ref: ChangeRef
    head: str
    closed: bool
    fingerprint: str
    state: FoundState
    grade: str
    rule: str
    title: str
    file: str
    line: int
    addresses: tuple[str, ...]
    roots: tuple[str, ...]
    at: datetime
    first_at: datetime
    gone_at: datetime | None


Place = tuple[str, str]
"""A forge and a repository on it."""

Standing = Literal["open", "accepted", "undecided", "closed"]
"""Findings that are still there: of open change requests by their state, or those that counted when it was closed."""


DayEvent = Literal["found", "gone", "accepted"]
"""Found for the first time, had no more by a later review, accepted by somebody in a comment or approval."""


@dataclass(frozen=True, slots=True)
class FindingQuery:
    """Which findings are asked for: those where all `words` stand in the title, rule, file or repository's name.

    "" and None ask for any; of no place there are none.
    """

    standing: Standing = "open"
    grade: str = ""
    words: tuple[str, ...] = ()
    places: Set[Place] | None = None


@dataclass(frozen=True, slots=True)
class PlaceCount:
    """How many findings of a grade there are in a repository."""

    place: Place
    grade: str
    number: int


@dataclass(frozen=True, slots=True)
class DayCount:
    """On a day (UTC) so many findings of a grade were found first, were gone, or were accepted."""

    day: date
    event: DayEvent
    grade: str
    number: int


class Findings(Protocol):
    """The findings of change requests, merge groups aside: those say again what their change requests say."""

    def counts(self, asked: FindingQuery) -> tuple[PlaceCount, ...]:
        """Those that are asked for, by repository and grade."""
        ...

    def listed(self, asked: FindingQuery, start: int, number: int) -> tuple[TrackedFinding, ...]:
        """Those that are asked for from a place on, the worst first, of one grade the oldest first."""
        ...

    def gained_in(self, place: Place, number: int) -> tuple[TrackedFinding, ...]:
        """What changes of a repository gain or gained, closed ones too, but for what is gone; the newest first."""
        ...

    def by_day(self, places: Set[Place] | None, since: datetime) -> tuple[DayCount, ...]:
        """What happened on each day, in order; None: in any repository. Undecided ones are not counted as found."""
        ...


class _KeptProof(msgspec.Struct):
    root: str = ""


class _KeptLocation(msgspec.Struct):
    file: str = ""
    line: int = 0


class _KeptWaiver(msgspec.Struct):
    approver: str = ""
    source: str = ""
    until: str = ""


class _KeptFinding(msgspec.Struct):
    """As much of the JSON contract as is kept apart: anything else in it is skipped unread."""

    fingerprint: str = ""
    full_fingerprint: str = ""
    formerly: list[str] = []
    rule: str = ""
    grade: str = "none"
    title: str = ""
    principals: list[str] = []
    instances: list[str] = []
    proofs: list[_KeptProof] = []
    location: _KeptLocation = msgspec.field(default_factory=_KeptLocation)
    owners: list[str] = []
    waiver: _KeptWaiver | None = None


class _KeptReview(msgspec.Struct):
    gained: list[_KeptFinding] = []
    undecided: list[_KeptFinding] = []
    lost: list[_KeptFinding] = []


def findings_of(review: bytes) -> tuple[FoundFinding, ...]:
    """The findings of a review's JSON, each once. Raises msgspec.DecodeError if it is not one."""
    read = msgspec.json.decode(review, type=_KeptReview)
    found: dict[str, FoundFinding] = {}
    for one in read.gained:
        made = _found(one, "open" if one.waiver is None else "accepted")
        found.setdefault(made.names[0], made)
    others: tuple[tuple[FoundState, list[_KeptFinding]], ...] = (("undecided", read.undecided), ("lost", read.lost))
    for state, those in others:
        for one in those:
            made = _found(one, state)
            found.setdefault(made.names[0], made)
    return tuple(found.values())


def roots_of(finding: bytes) -> tuple[str, ...]:
    """The roots of a finding's JSON, as far as it says them; b"" is none."""
    return _roots(msgspec.json.decode(finding, type=_KeptFinding)) if finding else ()


def _roots(finding: _KeptFinding) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.root or "." for one in finding.proofs))


def _found(finding: _KeptFinding, state: FoundState) -> FoundFinding:
    every = (finding.full_fingerprint or finding.fingerprint, *finding.formerly)
    shown = (str(known.short) for one in every if (known := read_fingerprint(one)))
    return FoundFinding(
        names=tuple(dict.fromkeys((*every, *shown))),
        state=state,
        grade=finding.grade,
        rule=finding.rule,
        title=finding.title,
        addresses=tuple(dict.fromkeys((*finding.principals, *finding.instances))),
        roots=_roots(finding),
        file=finding.location.file,
        line=finding.location.line,
        owners=tuple(finding.owners),
        accepted_by=(finding.waiver.approver or finding.waiver.source) if finding.waiver else "",
        accepted_until=_day(finding.waiver.until) if finding.waiver else None,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:  # a review kept by an early release
        return None
