"""Counts how often the disk had no room for an item of work lately."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from bot.store.work_items import Key

REMEMBERED = timedelta(hours=1)
"""Afterwards the disk is another one, or another process has done the work."""


class DiskShortages:
    """What is older is forgotten whichever item it is of: who is done elsewhere is never heard of again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._times: dict[Key, list[datetime]] = {}

    def count(self, key: Key, now: datetime) -> int:
        """Note one more; how many that makes."""
        with self._lock:
            self._times.setdefault(key, []).append(now)
            recent = {one: [at for at in times if at > now - REMEMBERED] for one, times in self._times.items()}
            self._times = {one: times for one, times in recent.items() if times}
            return len(self._times[key])

    def forget(self, key: Key) -> None:
        """There was room."""
        with self._lock:
            self._times.pop(key, None)

    def __len__(self) -> int:
        """Of how many items one is remembered."""
        return len(self._times)
