"""The leases this process holds: renewed while work goes on, given back when the process stops."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from bot.store.port import Lease, Store


class HeldLeases:
    """Safe for threads: workers hold, the housekeeper renews and releases. `lost` hears of each that others have."""

    def __init__(self, store: Store, seconds: float = 60.0, lost: Callable[[], None] = lambda: None) -> None:
        self._store, self._lost = store, lost
        self.seconds = seconds
        self._lock = threading.Lock()
        self._held: dict[str, Lease] = {}

    @contextmanager
    def hold(self, lease: Lease) -> Iterator[None]:
        """Keep `lease` renewed inside the block."""
        with self._lock:
            self._held[lease.token] = lease
        try:
            yield
        finally:
            with self._lock:
                self._held.pop(lease.token, None)

    def renew(self, now: datetime) -> None:
        """Extend every lease held; those that are lost are held no longer."""
        for lease in self._now_held():
            if not self._store.renew(lease, now, self.seconds):
                with self._lock:
                    found = self._held.pop(lease.token, None)
                if found is not None:
                    self._lost()

    def count(self) -> int:
        """How many are held."""
        return len(self._now_held())

    def release(self) -> None:
        """Give every lease back, so that another process need not wait for it to run out."""
        for lease in self._now_held():
            self._store.release(lease)

    def _now_held(self) -> tuple[Lease, ...]:
        with self._lock:
            return tuple(self._held.values())
