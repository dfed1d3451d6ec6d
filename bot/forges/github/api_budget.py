"""How much GitHub still lets one installation ask, kept over jobs: who is told to wait does not ask meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.errors import ForgeUnavailable

FIRST_WAIT = 60.0
LONGEST_WAIT = 900.0
"""Seconds to wait after a secondary limit that does not say how long: a minute, doubled each time."""


@dataclass(slots=True)
class Budget:
    """The limits of one installation or token; safe for threads. Times are seconds since 1970.

    `told` hears after each answer how many requests are left this hour.
    """

    now: Callable[[], float] = time.time
    closed_until: float = 0.0
    told: Callable[[int], None] = lambda left: None
    _refusals: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def check(self, what: str) -> None:
        """Raise ForgeUnavailable if it is not yet time to ask again: asking on would make it worse."""
        with self._lock:
            wait = self.closed_until - self.now()
        if wait > 0:
            raise ForgeUnavailable(f"{what}: not asked, GitHub's rate limit is used up for {wait:.0f} seconds", wait)

    def answered(self, headers: Mapping[str, str]) -> None:
        """Take note of what an answer says is left."""
        with self._lock:
            self._refusals = 0
            left = headers.get("x-ratelimit-remaining", "")
            if left.isdecimal():
                self.told(int(left))
            reset = headers.get("x-ratelimit-reset", "")
            if left == "0" and reset.isdecimal():
                self.closed_until = max(self.closed_until, float(reset))

    def refused(self, wait: float | None) -> float:
        """Take note of a refusal for a limit; returns how many seconds to wait."""
        with self._lock:
            if wait is None:
                wait = min(FIRST_WAIT * 2.0**self._refusals, LONGEST_WAIT)
                self._refusals += 1
            self.closed_until = max(self.closed_until, self.now() + wait)
            return wait
