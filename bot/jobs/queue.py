"""Dramatiq carries one word, "look": what there is to do is in the store."""

from __future__ import annotations

import dramatiq
import structlog
from dramatiq.brokers.stub import StubBroker

from bot.errors import StoreUnavailable
from bot.jobs import broker as brokers
from bot.jobs.broker import UNREACHABLE
from bot.jobs.worker import Worker
from bot.store.work_items import Key, WorkItem, item_at, key_of

QUEUE = "review"

MINUTES = 60_000
"""Milliseconds."""

_log = structlog.get_logger(__name__)


class Queue:
    """The actor that works on one item, and its notices. Without `work` it only gives them.

    Retries and attempts are the store's: Dramatiq's own, whose middleware is left out, would put tracebacks into
    messages.
    """

    def __init__(self, broker: dramatiq.Broker, work: Worker | None) -> None:
        self.broker, self._away = broker, False
        self._work = work
        declare = dramatiq.actor(broker=broker, actor_name="look", queue_name=QUEUE, time_limit=30 * MINUTES)
        self.actor = declare(self._look)

    def _look(self, *key: *Key) -> None:
        assert self._work is not None
        try:
            self._work.process(item_at(*key))
        except StoreUnavailable as error:
            _log.warning("the database is away; work is kept, and found by rounds", reason=str(error))

    def notify(self, item: WorkItem) -> None:
        """Have a worker look at `item` soon. A notice that is lost is no loss: the sweep gives it again."""
        try:
            self.actor.send(*key_of(item))
        except UNREACHABLE as error:
            if not self._away:
                _log.warning(
                    "the broker takes no messages; work is kept, and found by rounds", reason=type(error).__name__
                )
            self._away = True
        else:
            self._away = False

    def waiting(self) -> int:
        """How many messages no worker has taken yet. Raises one of UNREACHABLE."""
        return brokers.waiting(self.broker, QUEUE)

    def problem(self) -> str:
        """ "" while the broker answers, else what is wrong."""
        return brokers.problem(self.broker, QUEUE)

    def drop_dead_letters(self) -> None:
        """The embedded broker would keep them for ever."""
        if isinstance(self.broker, StubBroker):
            for letters in self.broker.dead_letters_by_queue.values():
                letters.clear()
