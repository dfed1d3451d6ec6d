"""A thread that does one thing again and again, through failures, and can be asked whether it still does."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog

from bot.errors import StoreUnavailable
from bot.jobs.broker import UNREACHABLE

_log = structlog.get_logger(__name__)

SILENT_SECONDS = 60.0
"""After that long without a finished round it is said to be unwell."""


class Rounds:
    """Calls `action` every `seconds` until stopped; the first time at once."""

    def __init__(self, name: str, seconds: float, action: Callable[[], None]) -> None:
        self.name, self._seconds, self._action = name, seconds, action
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._go, name=name, daemon=True)
        self._last = time.monotonic()
        self._told = ""

    def start(self) -> None:
        """Begin."""
        self._last = time.monotonic()
        self._thread.start()

    def stop(self, seconds: float = 5.0) -> None:
        """Begin no other round, and wait so long for the one that goes on."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(seconds)

    def problem(self) -> str:
        """ "" while rounds are finished in time, else what is wrong."""
        silent = time.monotonic() - self._last
        if silent <= max(SILENT_SECONDS, 3 * self._seconds):
            return ""
        return f"the {self.name} has been silent for {silent:.0f} seconds"

    def _tell(self, away: str) -> None:
        """Once, however long it lasts."""
        if away != self._told:
            _log.warning("a round waits for a server that is away", of=self.name, reason=away)
        self._told = away

    def _go(self) -> None:
        while not self._stopping.is_set():
            try:
                self._action()
                self._last = time.monotonic()
                self._told = ""
            except (StoreUnavailable, *UNREACHABLE) as error:
                self._tell(str(error) if isinstance(error, StoreUnavailable) else f"the broker: {type(error).__name__}")
            except Exception:  # noqa: BLE001 - whatever it is, it must not end the rounds for good
                _log.exception("a round failed", of=self.name)
            self._stopping.wait(self._seconds)
