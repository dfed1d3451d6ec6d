"""Whether this process is fit to take work: one that is not gives back what it holds, untried, for others."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.errors import StoreUnavailable
from bot.store.port import Store

MOST_APART = timedelta(seconds=30)
"""Between this machine's clock and the database's: leases last a minute, and are written by whoever holds them."""

EVERY = 15.0
"""Seconds between two looks."""

RESTS = 60.0
"""Seconds without work after a piece of it has shown that it is ours to fail; then one tries it again."""

Probe = Callable[[], str]
"""Says what is wrong, "" if nothing is."""


class Fitness:
    """What `probes` find, looked at now and then, and what work has met with lately; for threads."""

    def __init__(self, probes: tuple[Probe, ...] = (), clock: Callable[[], float] = time.monotonic) -> None:
        self._probes, self._clock = probes, clock
        self._lock = threading.Lock()
        self._looked: float | None = None
        self._found = ""
        self._met: tuple[str, float] | None = None

    def problem(self) -> str:
        """ "" while this process is fit, else what is wrong with it."""
        with self._lock:
            now = self._clock()
            if self._looked is None or now - self._looked >= EVERY:
                self._looked = now
                self._found = "; ".join(said for probe in self._probes if (said := probe()))
            if self._met is not None and now < self._met[1]:
                return "; ".join(filter(None, (self._met[0], self._found)))
            return self._found

    def rest(self, reason: str) -> None:
        """Work has failed for a reason that is this process's own: others may be well."""
        with self._lock:
            self._met = reason, self._clock() + RESTS


def clock_problem(store: Store, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> str:
    """Whether this machine's clock agrees with the database's; one that is away is said elsewhere."""
    try:
        apart = store.clock_ahead(now())
    except StoreUnavailable:
        return ""
    return "" if abs(apart) <= MOST_APART else f"this machine's clock is {apart.total_seconds():+.0f} seconds off"
