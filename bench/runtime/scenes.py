"""The bot's processes beside a sandbox, as they are deployed: one on SQLite, or several on PostgreSQL and a broker."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from bench.runtime.faulty_proxy import FaultyProxy, Weather, faulty
from bench.runtime.processes import BotProcess
from bench.runtime.traffic import Traffic
from bot.fake_forge.sandbox import Sandbox
from bot.store.database import Engines, connect
from bot.store.migrate import upgrade
from bot.store.tables import change_requests, unfinished
from tests.services import HOST, PostgreSQL, RabbitMQ, Redis, free_port, running

HURRIED: Mapping[str, str] = {
    "IAM_REVIEW_LEASE_SECONDS": "6",
    "IAM_REVIEW_RING_AGAIN_SECONDS": "5",
    "IAM_REVIEW_RECONCILE_MINUTES": "0.2",
    "IAM_REVIEW_DRAIN_SECONDS": "5",
}
"""What was lost is looked for at once, so that minutes show what hours would."""

_OUTSIDE, _INSIDE = Weather(cut=0.01, stall=0.01), Weather(cut=0.002, stall=0.005)
WEATHER: Mapping[str, Weather] = {"forge": _OUTSIDE, "web": _OUTSIDE, "database": _INSIDE, "broker": _INSIDE}
"""How faulty the way to each server is: what goes over the internet breaks more."""


@dataclass
class Scene:
    """What runs: every process, and those of them that review. `disasters` can befall what they stand on.

    `ways` are the faulty ones between them and their servers.
    """

    traffic: Traffic
    engines: Engines
    processes: Sequence[BotProcess]
    workers: Sequence[BotProcess]
    disasters: Mapping[str, Callable[[], object]] = field(default_factory=dict)
    ways: Mapping[str, FaultyProxy] = field(default_factory=dict)

    def pending(self) -> int:
        """Change requests with unfinished work; rounds through repositories begin again and again."""
        query = select(func.count()).where(unfinished, change_requests.c.number > 0)
        with self.engines.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def left(self) -> list[dict[str, object]]:
        """What is still unfinished or was given up, and why: to tell work that is stuck from work that is slow."""
        names = ("repository", "number", "wanted", "done", "attempts", "retry_at", "rung_at", "lease_until", "error")
        query = select(*(change_requests.c[name] for name in (*names, "dead")))
        query = query.where(unfinished | change_requests.c.dead, change_requests.c.number > 0)
        with self.engines.reading() as connection:
            return [dict(row._mapping) for row in connection.execute(query)]


def settings(sandbox: Sandbox, directory: Path, database: str, broker: str = "") -> dict[str, str]:
    """What the bot is told."""
    return {
        "IAM_REVIEW_DATABASE": database,
        "IAM_REVIEW_BROKER": broker,
        "IAM_REVIEW_CACHE_DIR": str(directory / "cache"),
        "IAM_REVIEW_GITHUB__APP_ID": str(sandbox.app_id),
        "IAM_REVIEW_GITHUB__PRIVATE_KEY": sandbox.private_key,
        "IAM_REVIEW_GITHUB__WEBHOOK_SECRET": sandbox.webhook_secret,
        "IAM_REVIEW_GITHUB__BASE_URL": sandbox.api_url,
        "IAM_REVIEW_GITHUB__SECONDS_BETWEEN_WRITES": "0",
        "IAM_REVIEW_LOG_LEVEL": "warning",
    }


@contextmanager
def single(
    directory: Path, reviewer: str = "cheap", private_key: str = "", more: Mapping[str, str] = HURRIED
) -> Iterator[Scene]:
    """One process on SQLite, told `more`."""
    with Sandbox.start(private_key=private_key) as sandbox:
        database = f"sqlite:///{directory / 'db.sqlite'}"
        told = {**settings(sandbox, directory, database), **more}
        bot = BotProcess("serve", "serve", told, directory, reviewer)
        bot.start()
        engines = connect(database)
        try:
            sandbox.send_webhooks_to(f"{bot.url}/hooks/github")
            yield Scene(Traffic(sandbox), engines, [bot], [bot])
        finally:
            bot.kill()
            engines.dispose()


@contextmanager
def distributed(
    directory: Path,
    postgresql: PostgreSQL,
    broker: RabbitMQ | Redis,
    reviewer: str = "cheap",
    private_key: str = "",
    more: Mapping[str, str] = HURRIED,
    faults: bool = False,
) -> Iterator[Scene]:
    """A web process and two workers, told `more`; with `faults` on the ways between them, their servers and forge."""
    with ExitStack() as ends:
        ports = {name: free_port() for name in ("web", "worker-1", "worker-2", "forge")}
        servers = {name: ports[name] for name in ("web", "forge")} | {
            "database": postgresql.port,
            "broker": broker.port,
        }
        ways = {
            name: ends.enter_context(faulty(FaultyProxy(port, WEATHER[name])))
            for name, port in servers.items()
            if faults
        }
        site = ways["forge"].url if ways else ""
        sandbox = ends.enter_context(Sandbox.start(port=ports["forge"], private_key=private_key, site=site))
        database = postgresql.database()
        engines = connect(database)
        ends.callback(engines.dispose)
        upgrade(engines.write)
        told = {**settings(sandbox, directory, database, broker.url), **more}
        told = {name: _by_way_of(ways.values(), value) for name, value in told.items()}
        web, *workers = processes = [
            BotProcess(
                name,
                role,
                told | {"IAM_REVIEW_CACHE_DIR": f"{disk_of(directory, name)}/cache"},
                directory,
                reviewer,
                ports[name],
            )
            for name, role in (("web", "web"), ("worker-1", "worker"), ("worker-2", "worker"))
        ]
        for process in processes:
            process.start()
            ends.callback(process.kill)
        sandbox.send_webhooks_to(_by_way_of(ways.values(), f"{web.url}/hooks/github"))
        lose = broker.flush if isinstance(broker, Redis) else broker.restart
        disasters = {"broker loses everything": lose, "database killed": postgresql.restart}
        yield Scene(Traffic(sandbox), engines, processes, workers, disasters, ways)


def _by_way_of(ways: Iterable[FaultyProxy], address: str) -> str:
    """An address behind one of the ways, as it is reached by that."""
    for way in ways:
        address = address.replace(f"{HOST}:{way.target}", f"{HOST}:{way.port}")
    return address


def disk_of(directory: Path, name: str) -> Path:
    """Where a process keeps its copies of repositories, on a disk of its own if there is one."""
    return directory / f"disk-{name}"


BROKERS: Mapping[str, type[RabbitMQ] | type[Redis]] = {"rabbitmq": RabbitMQ, "redis": Redis}


@contextmanager
def services(kind: str, lasting: bool = False) -> Iterator[tuple[Path, PostgreSQL, RabbitMQ | Redis]]:
    """A directory that goes away, with servers in it; `lasting` has PostgreSQL wait for the disk."""
    with scratch() as directory, ExitStack() as ends:
        postgresql = PostgreSQL(directory / "postgresql", lasting=lasting)
        broker = BROKERS[kind](directory / kind)
        for service in (postgresql, broker):
            ends.enter_context(running(service))
        yield directory, postgresql, broker


@contextmanager
def scratch() -> Iterator[Path]:
    """A directory that goes away; other users may look, as PostgreSQL's must."""
    with tempfile.TemporaryDirectory(prefix="iam-review-bench-", ignore_cleanup_errors=True) as name:
        directory = Path(name)
        directory.chmod(0o755)
        yield directory
