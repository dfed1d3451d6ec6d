"""Dramatiq carries one word, "look": what there is to do is in the store."""

from __future__ import annotations

import dramatiq
import structlog
from dramatiq.brokers.stub import StubBroker
from dramatiq.errors import BrokerError
from dramatiq.middleware import AgeLimit, Callbacks, ShutdownNotifications, TimeLimit

from bot.forge.port import ChangeRef
from bot.jobs.work import Work

QUEUE = "review"

MINUTES = 60_000
"""Milliseconds."""

_log = structlog.get_logger(__name__)


def embedded_broker() -> StubBroker:
    """A broker inside this process: what it forgets when the process ends, the store remembers."""
    return StubBroker([AgeLimit(), TimeLimit(), ShutdownNotifications(), Callbacks()])


class Queue:
    """The actor that works on one change request, and its bell.

    Retries and attempts are the store's: Dramatiq's own, whose middleware is left out, would put tracebacks into
    messages.
    """

    def __init__(self, broker: dramatiq.Broker, work: Work) -> None:
        self.broker = broker
        self._work = work
        declare = dramatiq.actor(broker=broker, actor_name="look", queue_name=QUEUE, time_limit=30 * MINUTES)
        self.actor = declare(self._look)

    def _look(self, forge: str, repository: str, number: int, installation: int | None) -> None:
        self._work.on(ChangeRef(forge, repository, number, installation))

    def ring(self, ref: ChangeRef) -> None:
        """Have a worker look at `ref` soon. A bell that does not ring is no loss: the sweep rings again."""
        try:
            self.actor.send(ref.forge, ref.repository, ref.number, ref.installation)
        except BrokerError as error:
            _log.warning("the queue did not take a message", reason=str(error))

    def waiting(self) -> int:
        """How many messages no worker has taken yet, as far as that can be told."""
        return self.broker.queues[QUEUE].qsize() if isinstance(self.broker, StubBroker) else 0

    def drop_dead_letters(self) -> None:
        """The embedded broker would keep them for ever."""
        if isinstance(self.broker, StubBroker):
            for letters in self.broker.dead_letters_by_queue.values():
                letters.clear()
