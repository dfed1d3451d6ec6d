"""What became of findings, for figures over all repositories: opened, fixed, accepted, merged, and what stands now."""

from __future__ import annotations

from collections.abc import Set
from datetime import date, datetime
from typing import Protocol

from bot.frozen import dataclass
from bot.store.found import Place, TrackedFinding


@dataclass(frozen=True, slots=True)
class FindingOutcome:
    """One finding of a change request that is open or was merged into the default branch; the dates are UTC days.

    `gone` and not `fixed`: a later head has it no more, and nothing shows that the access is gone. `accepted` is since
    when it is accepted, as it is now, `until` the last day.
    """

    place: Place
    file: str
    owners: tuple[str, ...]
    opened: date
    gone: date | None
    fixed: bool
    accepted: date | None
    until: date | None
    merged: date | None


@dataclass(frozen=True, slots=True)
class AcceptedRisk:
    """A finding that is accepted, since when, until the end of which day and by whom."""

    finding: TrackedFinding
    owners: tuple[str, ...]
    since: datetime
    until: date
    by: str
    merged: bool


class FindingOutcomes(Protocol):
    """Read-only. Findings of merge groups and of changes that were closed without a merge are left out."""

    def since(self, places: Set[Place] | None, since: datetime, grades: Set[str]) -> tuple[FindingOutcome, ...]:
        """All that happened since then, and all that stands now; None: in any repository."""
        ...

    def accepted(
        self, places: Set[Place] | None, today: date, grades: Set[str], number: int
    ) -> tuple[AcceptedRisk, ...]:
        """What is accepted today, the longest accepted first."""
        ...
