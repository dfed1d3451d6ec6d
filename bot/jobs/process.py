"""Worker threads of one process, and beside them who keeps its leases and who keeps house for everybody."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import dramatiq

from bot.jobs.leases import HeldLeases
from bot.jobs.periodic import Rounds
from bot.jobs.queue import Queue
from bot.jobs.round_robin import RoundRobin
from bot.store.port import Store

MOST_RUNG = 200
"""The housekeeper gives no more notices while so many messages wait: a long backlog must not flood the broker."""

CLEANING = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Seconds between rounds of the housekeeper, before an unanswered notice is given again, and of days to keep.

    `patience` is what every wait before another try is times: a test of failures has little.
    """

    tick: float = 2.0
    patience: float = 1.0
    quiet: float = 60.0
    keep_deliveries_days: int = 14
    keep_reviews_days: int = 90


def _nothing(now: datetime) -> None:
    """Where there is nothing to reconcile with."""


class WorkerProcess:
    """`start` after any fork; `stop` drains for a while and gives back what is not done.

    `reconcile` is asked in every round of the housekeeper whether the forge has to be asked for something missed;
    `turns` are closed before the threads are waited for, and tell whether this process is fit for work at all; `look`
    works on whatever there is without a notice.
    """

    def __init__(
        self,
        store: Store,
        queue: Queue,
        leases: HeldLeases,
        threads: int = 2,
        rhythm: Rhythm = Rhythm(),
        reconcile: Callable[[datetime], None] = _nothing,
        turns: RoundRobin | None = None,
        look: Callable[[], None] | None = None,
    ) -> None:
        self._store, self._queue, self._leases, self._rhythm = store, queue, leases, rhythm
        self._reconcile, self._turns = reconcile, turns
        idle = round(min(rhythm.tick, 0.2) * 1000)  # milliseconds before a thread looks whether it is to stop
        # One more than review at the same time: it answers commands while all others review.
        self._worker = dramatiq.Worker(queue.broker, worker_threads=threads + 1, worker_timeout=idle)
        # A message taken ahead waits behind a long review here while another process has nothing to do.
        self._worker.queue_prefetch = threads
        self._stopping = threading.Event()
        # Two threads: a broker that is slow must not cost the leases.
        self._rounds = (
            Rounds("keeper of leases", min(rhythm.tick, leases.seconds / 6), self._keep_leases),
            Rounds("housekeeper", rhythm.tick, self._keep_house),
        )
        # Of several processes the one that takes a notice may have no room, while another has: that one looks itself.
        self._scout = None if look is None else Rounds("scout", rhythm.tick, look)
        self._first_round = True
        self._last_cleaning: datetime | None = None

    def start(self) -> None:
        """Begin; the housekeeper's first round gives notice of everything that was left unfinished."""
        self._queue.broker.emit_after("process_boot")  # or the time limit is never enforced
        self._worker.start()
        for rounds in (*self._rounds, *filter(None, [self._scout])):
            rounds.start()

    def stop(self, drain_seconds: float = 20.0) -> None:
        """Take no more work, wait for what is being done, give back the leases of what is not done by then."""
        self._stopping.set()
        if self._turns is not None:
            self._turns.close()
        self._worker.stop(timeout=int(drain_seconds * 1000))
        for rounds in (*filter(None, [self._scout]), *self._rounds):
            rounds.stop()
        self._leases.release()

    def problem(self) -> str:
        """ "" while workers and housekeeper are well, else what is wrong."""
        if self._stopping.is_set():
            return "stopping"
        unfit = "" if self._turns is None else self._turns.fitness.problem()
        return "; ".join(said for said in (unfit, *(rounds.problem() for rounds in self._rounds)) if said)

    def _keep_leases(self) -> None:
        """One that is unfit for work would only spoil it: others have it at once."""
        if self._turns is not None and self._turns.fitness.problem():
            self._leases.release()
        else:
            self._leases.renew(datetime.now(UTC))

    def _keep_house(self) -> None:
        now = datetime.now(UTC)
        self._notify(0.0 if self._first_round else self._rhythm.quiet)
        self._first_round = False
        self._queue.drop_dead_letters()
        self._reconcile(now)
        if self._last_cleaning is None or now - self._last_cleaning > CLEANING:
            rhythm = self._rhythm
            self._store.forget(
                now - timedelta(days=rhythm.keep_deliveries_days), now - timedelta(days=rhythm.keep_reviews_days)
            )
            self._last_cleaning = now

    def _notify(self, quiet: float) -> None:
        room = MOST_RUNG - self._queue.waiting()
        if room > 0:
            for item in self._store.due(datetime.now(UTC), room, quiet):
                self._queue.notify(item)
