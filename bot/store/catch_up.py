"""What was missed: repositories to go through, and open change requests that nobody has reviewed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.forges.port import ChangeRef, OpenChange


class CatchUp(Protocol):
    """Durable. Every method is one transaction; times are UTC."""

    def repositories(self, forge: str) -> tuple[ChangeRef, ...]:
        """The repositories of which anything has been heard, each with number 0."""
        ...

    def want_rounds(self, places: Sequence[ChangeRef], now: datetime, every: timedelta) -> int:
        """Want those places (repositories; a forge as a whole has no repository) gone through that were not lately.

        Returns how many: of several processes that ask, one gets it.
        """
        ...

    def want_missed(self, changes: Sequence[OpenChange], now: datetime, most: int) -> int:
        """Want reviews of open change requests whose head was neither reviewed nor wanted; returns how many lack one.

        At most `most` are wanted, the others are for another time.
        """
        ...
