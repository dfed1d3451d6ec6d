"""What was missed: repositories to go through, and open change requests that nobody has reviewed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.forges.port import OpenChange, RepositoryRef
from bot.store.work_items import Sweep


class CatchUp(Protocol):
    """Durable. Every method is one transaction; times are UTC."""

    def repositories(self, forge: str) -> tuple[RepositoryRef, ...]:
        """The repositories of which anything has been heard."""
        ...

    def want_rounds(self, places: Sequence[Sweep], now: datetime, every: timedelta, share: int = 0) -> int:
        """Want those places gone through that were not for `every`, and of the others the `share` longest ago.

        Returns how many: of several processes that ask, one gets it.
        """
        ...

    def want_missed(self, changes: Sequence[OpenChange], now: datetime, most: int) -> int:
        """Want reviews of open change requests whose head was neither reviewed nor wanted; returns how many lack one.

        At most `most` are wanted, the others are for another time.
        """
        ...
