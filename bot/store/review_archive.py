"""What pages show: reviews as they were kept, and figures about them that lists and trends need."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from datetime import datetime
from typing import Literal, Protocol

import msgspec

from bot.forges.port import ChangeRef
from bot.frozen import dataclass
from bot.store.found import Place


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """A review in figures. `open` are new findings nobody accepted; `gaps` counts by kind what was not analysed.

    `points` and `lost_points` are what was gained and lost in the score's points, before saturation.
    """

    verdict: Literal["pass", "fail"]
    grade: str
    score: int
    complete: bool
    open: int
    accepted: int
    undecided: int
    lost: int
    points: int
    lost_points: int
    seconds: float
    gaps: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ArchivedReview:
    """One kept review; `newest` says that no later one of the same change request is kept."""

    id: int
    ref: ChangeRef
    head: str
    merge_base: str
    at: datetime
    facts: ReviewFacts
    closed: bool
    newest: bool


@dataclass(frozen=True, slots=True)
class RepositoryFacts:
    """One repository: its kept reviews, its open change requests, and the open findings of their newest reviews."""

    forge: str
    repository: str
    reviews: int
    last: datetime
    open_changes: int
    open_findings: int
    blocked: int


class Archive(Protocol):
    """Read-only views of the store. Times are UTC."""

    def review(self, review: int) -> tuple[ArchivedReview, bytes] | None:
        """A kept review and its JSON, by id."""
        ...

    def of_head(self, ref: ChangeRef, head: str) -> int | None:
        """The id of the newest kept review of a head (a prefix of at least seven digits will do)."""
        ...

    def kept(self, ref: ChangeRef) -> Iterator[bytes]:
        """The JSON of a change request's newest reviews, the newest first, one by one as they are asked for."""
        ...

    def previous(self, review: int) -> int | None:
        """The id of the newest earlier review of the same change request at another head."""
        ...

    def repositories(self) -> tuple[RepositoryFacts, ...]:
        """Every repository with a kept review, the one reviewed last first."""
        ...

    def places(self) -> tuple[Place, ...]:
        """The forge and name of every repository that anything is known of, the one heard of last first."""
        ...

    def reviews(
        self, forge: str = "", repository: str = "", since: datetime | None = None, limit: int = 500
    ) -> tuple[ArchivedReview, ...]:
        """Kept reviews, the newest first; of one repository or of all."""
        ...


class _Finding(msgspec.Struct):
    points: int = 0
    waiver: dict[str, str] | None = None


class _Gap(msgspec.Struct):
    reason: str = ""
    kind: str = ""
    changed: bool = False


class _Stats(msgspec.Struct):
    seconds: float = 0.0


class _Review(msgspec.Struct):
    """As much of the JSON contract as the figures need: anything else in it is skipped unread."""

    verdict: Literal["pass", "fail"] = "pass"
    grade: str = "none"
    score: int = 0
    complete: bool = True
    gained: list[_Finding] = []
    undecided: list[_Finding] = []
    lost: list[_Finding] = []
    gaps: list[_Gap] = []
    stats: _Stats = msgspec.field(default_factory=_Stats)


def facts_of(review: bytes) -> ReviewFacts:
    """The figures of a review's JSON. Raises msgspec.DecodeError if it is not one."""
    found = msgspec.json.decode(review, type=_Review)
    counted = [one for one in found.gained if one.waiver is None]
    gaps: dict[str, int] = {}
    for gap in found.gaps:
        if gap.changed:
            kind = gap.kind or "other"
            gaps[kind] = gaps.get(kind, 0) + 1
    return ReviewFacts(
        verdict=found.verdict,
        grade=found.grade,
        score=found.score,
        complete=found.complete,
        open=len(counted),
        accepted=len(found.gained) - len(counted),
        undecided=len(found.undecided),
        lost=len(found.lost),
        points=sum(one.points for one in counted),
        lost_points=sum(one.points for one in found.lost),
        seconds=found.stats.seconds,
        gaps=gaps,
    )
