"""Shares a bounded time out among repositories, so that a slow one takes nothing from the others."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

WORKERS = 2
LEAST = 2.0
"""With fewer seconds left nothing is begun."""


@dataclass
class Budget:
    """Wall seconds of `WORKERS` workers over `repositories`; None is without bound."""

    total: float | None
    repositories: int
    clock: Callable[[], float] = time.monotonic
    spent: dict[str, float] = field(default_factory=dict)
    _begun: float = field(init=False)
    _shared: float = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._begun = self.clock()
        self._shared = self.total or 0.0

    def left(self, repository: str, share: float = 1.0) -> float | None:
        """What the repository may still use, within `share` of its own; None is without bound, 0 nothing."""
        if self.total is None:
            return None
        own = share * self._shared * WORKERS / max(self.repositories, 1)
        with self._lock:
            remaining = own - self.spent.get(repository, 0.0)
        found = min(remaining, self.total - (self.clock() - self._begun))
        return found if found >= LEAST else 0.0

    def again(self, repositories: int) -> bool:
        """Share out what is left among those that were not done; False if there is not enough."""
        if self.total is None:
            return False
        with self._lock:
            self._shared = self.total - (self.clock() - self._begun)
            self.repositories = repositories
            self.spent.clear()
        return repositories > 0 and self._shared >= LEAST

    def spend(self, repository: str, seconds: float) -> None:
        with self._lock:
            self.spent[repository] = self.spent.get(repository, 0.0) + seconds
