"""Worker threads and the housekeeper of one process, started and stopped together."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import dramatiq
import structlog

from bot.jobs.leases import HeldLeases
from bot.jobs.queue import Queue
from bot.store.port import Store

MOST_RUNG = 200
"""The housekeeper rings no more while so many messages wait: a long backlog must not flood the broker."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Seconds between rounds of the housekeeper, before an unanswered bell is rung again, and of days to keep."""

    tick: float = 2.0
    quiet: float = 60.0
    keep_deliveries_days: int = 14
    keep_reviews_days: int = 90


class WorkerProcess:
    """`start` after any fork; `stop` drains for a while and gives back what is not done."""

    def __init__(
        self, store: Store, queue: Queue, leases: HeldLeases, threads: int = 2, rhythm: Rhythm = Rhythm()
    ) -> None:
        self._store, self._queue, self._leases, self._rhythm = store, queue, leases, rhythm
        self._worker = dramatiq.Worker(queue.broker, worker_threads=threads, worker_timeout=200)
        self._stopping = threading.Event()
        self._housekeeper = threading.Thread(target=self._keep_house, name="housekeeper", daemon=True)
        self._last_round = time.monotonic()
        self._last_cleaning: datetime | None = None

    def start(self) -> None:
        """Ring everything that was left unfinished, and begin."""
        self._queue.broker.emit_after("process_boot")  # or the time limit is never enforced
        self._ring(quiet=0.0)
        self._worker.start()
        self._housekeeper.start()

    def stop(self, drain_seconds: float = 20.0) -> None:
        """Take no more work, wait for what is being done, give back the leases of what is not done by then."""
        self._stopping.set()
        self._worker.stop(timeout=int(drain_seconds * 1000))
        self._leases.release()
        if self._housekeeper.is_alive():
            self._housekeeper.join(5)

    def ailment(self) -> str:
        """ "" while workers and housekeeper are well, else what is wrong."""
        if self._stopping.is_set():
            return "stopping"
        silent = time.monotonic() - self._last_round
        return f"the housekeeper has been silent for {silent:.0f} seconds" if silent > 60 else ""

    def _keep_house(self) -> None:
        while not self._stopping.wait(self._rhythm.tick):
            try:
                self._round(datetime.now(UTC))
                self._last_round = time.monotonic()
            except Exception:  # noqa: BLE001 - a database that is away for a while must not end the rounds for good
                _log.exception("housekeeping failed")

    def _round(self, now: datetime) -> None:
        self._leases.renew(now)
        self._ring(self._rhythm.quiet)
        self._queue.drop_dead_letters()
        if self._last_cleaning is None or now - self._last_cleaning > timedelta(hours=6):
            self._last_cleaning = now
            rhythm = self._rhythm
            self._store.forget(
                now - timedelta(days=rhythm.keep_deliveries_days), now - timedelta(days=rhythm.keep_reviews_days)
            )

    def _ring(self, quiet: float) -> None:
        room = MOST_RUNG - self._queue.waiting()
        if room > 0:
            for ref in self._store.due(datetime.now(UTC), room, quiet):
                self._queue.ring(ref)
