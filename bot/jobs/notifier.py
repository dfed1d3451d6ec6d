"""Notifies workers from a thread of its own, so that no webhook waits for a broker that is slow or away."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

from bot.store.work_items import WorkItem

MOST_WAITING = 10_000
"""Notices beyond that are left to the sweep."""


class Notifier:
    """`notify` returns at once; `start` after any fork."""

    def __init__(self, notify: Callable[[WorkItem], None]) -> None:
        self._notify = notify
        self._waiting: queue.Queue[WorkItem | None] = queue.Queue(MOST_WAITING)
        self._thread = threading.Thread(target=self._work, name="notifier", daemon=True)

    def notify(self, item: WorkItem) -> None:
        """Have a worker notified soon; when too many wait, the sweep will do it."""
        try:
            self._waiting.put_nowait(item)
        except queue.Full:
            return

    def start(self) -> None:
        """Begin to notify."""
        self._thread.start()

    def stop(self, seconds: float = 5.0) -> None:
        """Pass on what waits, for at most that long."""
        if self._thread.is_alive():
            try:
                self._waiting.put(None, timeout=seconds)
            except queue.Full:
                return
            self._thread.join(seconds)

    def _work(self) -> None:
        while (item := self._waiting.get()) is not None:
            self._notify(item)
