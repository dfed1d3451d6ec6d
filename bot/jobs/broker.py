"""Which broker carries the notices: one inside this process, RabbitMQ or Redis."""

from __future__ import annotations

from urllib.parse import urlsplit

import dramatiq
import pika.exceptions  # type: ignore[import-untyped]
import redis.exceptions
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from dramatiq.brokers.redis import RedisBroker
from dramatiq.brokers.stub import StubBroker
from dramatiq.errors import BrokerError
from dramatiq.middleware import AgeLimit, Callbacks, Middleware, ShutdownNotifications, TimeLimit

from bot.errors import ConfigError

UNREACHABLE = (
    BrokerError,
    pika.exceptions.AMQPError,
    pika.exceptions.ReentrancyError,
    redis.exceptions.RedisError,
    OSError,
)
"""What a broker that is away raises."""

LOGIN_REFUSED = (
    pika.exceptions.AuthenticationError,
    pika.exceptions.ProbableAuthenticationError,
    pika.exceptions.ProbableAccessDeniedError,
    redis.exceptions.AuthenticationError,
    redis.exceptions.AuthorizationError,
)
"""What a broker raises that answers and knows neither user nor place."""

PORTS = {"amqp": 5672, "amqps": 5671, "redis": 6379, "rediss": 6379}
"""By the schemes of addresses."""

SCHEMES = tuple(PORTS)

_DAY = 24 * 3600 * 1000


def _middleware() -> list[Middleware]:
    """Without Retries, whose tracebacks would end up in messages; a notice a day old has been given again long ago."""
    return [AgeLimit(max_age=_DAY), TimeLimit(), ShutdownNotifications(), Callbacks()]


def broker_for(url: str) -> dramatiq.Broker:
    """The broker at an address; "" is one inside this process. Nothing is connected yet. Raises ConfigError."""
    if not url:
        return StubBroker(_middleware())
    scheme = urlsplit(url).scheme
    if scheme in ("amqp", "amqps"):
        return RabbitmqBroker(url=url, middleware=_middleware(), confirm_delivery=True, max_priority=10)
    if scheme in ("redis", "rediss"):
        # With Dramatiq's own values the messages of a worker that died wait for minutes.
        return RedisBroker(  # type: ignore[no-untyped-call]
            url=url, middleware=_middleware(), heartbeat_timeout=30_000, maintenance_chance=50_000
        )
    raise ConfigError(f"broker: {scheme or 'no'} scheme is not supported; use amqp://, amqps://, redis:// or rediss://")


def waiting(broker: dramatiq.Broker, queue: str) -> int:
    """How many messages no worker has taken yet. Raises one of UNREACHABLE."""
    if isinstance(broker, StubBroker):
        return int(broker.queues[queue].qsize())
    if isinstance(broker, RabbitmqBroker):
        return _in_rabbitmq(broker, queue)
    assert isinstance(broker, RedisBroker)
    return int(broker.client.llen(f"{broker.namespace}:{queue}"))


def _in_rabbitmq(broker: RabbitmqBroker, queue: str) -> int:
    """Asked once more over a new connection: the server ends those that were idle for long."""
    try:
        return broker.get_queue_message_counts(queue)[0]
    except pika.exceptions.AMQPError:
        del broker.connection
        return broker.get_queue_message_counts(queue)[0]


def problem(broker: dramatiq.Broker, queue: str) -> str:
    """ "" while the broker answers, else what is wrong, without its address."""
    try:
        waiting(broker, queue)
    except UNREACHABLE as error:
        return f"the broker does not answer ({type(error).__name__})"
    return ""
