"""kill -9 while deliveries come in: nothing is lost and nothing said twice.

    python -m bench.runtime.kill single [--deliveries 1000] [--kills 20] [--reviewer cheap|real]
    python -m bench.runtime.kill rabbitmq|redis [--deliveries 2000] [--kills 20]

single: one process on SQLite. The others: a web process and two workers on PostgreSQL; random ones are killed, in the
middle the broker loses everything (Redis) or is killed and restarted (RabbitMQ), and PostgreSQL is killed once.
Prints a line of JSON; exit status 1 if anything was lost, doubled or left without a conclusion.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import func, select

from bench.runtime.processes import BotProcess
from bench.runtime.traffic import Traffic, Verdict, settle
from bot.fake_forge.sandbox import Sandbox
from bot.store.database import Engines, connect
from bot.store.migrate import upgrade
from bot.store.tables import change_requests, unfinished
from tests.services import PostgreSQL, RabbitMQ, Redis, Service, running

Disaster = Callable[[], None]


@dataclass
class Scene:
    """What runs, and what can be done to it. `killable` are the processes that chance picks from."""

    traffic: Traffic
    engines: Engines
    processes: Sequence[BotProcess]
    killable: Sequence[BotProcess]
    disasters: Sequence[Disaster] = ()
    random: Random = field(default_factory=lambda: Random(11))
    kills: int = 0

    def kill_one(self) -> None:
        victim = self.random.choice(self.killable)
        victim.kill()
        victim.start(wait=False)
        self.kills += 1

    def pending(self) -> int:
        """Change requests with unfinished work; rounds through repositories begin again and again."""
        query = select(func.count()).where(unfinished, change_requests.c.number > 0)
        with self.engines.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def left(self) -> list[dict[str, object]]:
        """What is still unfinished, and why: to tell work that is stuck from work that is slow."""
        names = ("repository", "number", "wanted", "done", "attempts", "retry_at", "rung_at", "lease_until", "error")
        query = select(*(change_requests.c[name] for name in names)).where(unfinished, change_requests.c.number > 0)
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
        "IAM_REVIEW_LEASE_SECONDS": "6",
        "IAM_REVIEW_RING_AGAIN_SECONDS": "5",
        "IAM_REVIEW_RECONCILE_MINUTES": "0.2",
        "IAM_REVIEW_LOG_LEVEL": "warning",
        "IAM_REVIEW_DRAIN_SECONDS": "5",
    }


@contextmanager
def single(directory: Path, reviewer: str = "cheap", private_key: str = "") -> Iterator[Scene]:
    """One process on SQLite."""
    with Sandbox.start(private_key=private_key) as sandbox:
        database = f"sqlite:///{directory / 'db.sqlite'}"
        bot = BotProcess("serve", "serve", settings(sandbox, directory, database), directory, reviewer)
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
    directory: Path, postgresql: PostgreSQL, broker: RabbitMQ | Redis, reviewer: str = "cheap", private_key: str = ""
) -> Iterator[Scene]:
    """A web process and two workers; the web process is killed as well."""
    with Sandbox.start(private_key=private_key) as sandbox, ExitStack() as ends:
        database = postgresql.database()
        engines = connect(database)
        ends.callback(engines.dispose)
        upgrade(engines.write)
        told = settings(sandbox, directory, database, broker.url)
        processes = [
            BotProcess(
                name, role, told | {"IAM_REVIEW_CACHE_DIR": str(directory / f"cache-{name}")}, directory, reviewer
            )
            for name, role in (("web", "web"), ("worker-1", "worker"), ("worker-2", "worker"))
        ]
        for process in processes:
            process.start()
            ends.callback(process.kill)
        sandbox.send_webhooks_to(f"{processes[0].url}/hooks/github")
        lose = broker.flush if isinstance(broker, Redis) else broker.restart
        yield Scene(Traffic(sandbox), engines, processes, processes, [lose, postgresql.restart])


def soak(scene: Scene, deliveries: int, kills: int, pulls: int, patience: float = 300) -> tuple[Verdict, float]:
    """Push, kill, push; then wait until all is right. Returns the verdict and the seconds of the pushing."""
    begun = time.monotonic()
    scene.traffic.open(pulls)
    pushes = deliveries - pulls
    kill_at = {round((number + 0.5) * pushes / kills) for number in range(kills)}
    disaster_at = {
        round((number + 1) * pushes / (len(scene.disasters) + 1)): d for number, d in enumerate(scene.disasters)
    }
    for number in range(pushes):
        scene.traffic.push()
        if number in kill_at:
            scene.traffic.sandbox.deliveries.settle()
            scene.kill_one()
        if number in disaster_at:
            disaster_at[number]()
    scene.traffic.sandbox.deliveries.settle()
    pushing = time.monotonic() - begun
    return settle(scene.traffic, patience, scene.pending), round(pushing, 1)


def _services(kind: str, directory: Path, ends: ExitStack) -> tuple[PostgreSQL, Any]:
    brokers: dict[str, type[Service]] = {"rabbitmq": RabbitMQ, "redis": Redis}
    directory.chmod(0o755)
    postgresql, broker = PostgreSQL(directory / "postgresql"), brokers[kind](directory / kind)
    for service in (postgresql, broker):
        ends.enter_context(running(service))
    return postgresql, broker


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=("single", "rabbitmq", "redis"))
    parser.add_argument("--deliveries", type=int)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--pulls", type=int, default=50)
    parser.add_argument("--reviewer", choices=("cheap", "real"), default="cheap")
    given = parser.parse_args()
    deliveries = given.deliveries or (1000 if given.kind == "single" else 2000)
    with (
        tempfile.TemporaryDirectory(prefix="iam-review-kill-", ignore_cleanup_errors=True) as name,
        ExitStack() as ends,
    ):
        directory = Path(name)
        if given.kind == "single":
            scene = ends.enter_context(single(directory, given.reviewer))
        else:
            scene = ends.enter_context(distributed(directory, *_services(given.kind, directory, ends), given.reviewer))
        verdict, pushing = soak(scene, deliveries, given.kills, given.pulls)
        left = scene.left()
    about = {"kind": given.kind, "kills": scene.kills, "pushing": pushing, "unfinished": len(left)}
    print(json.dumps({**about, **dataclasses.asdict(verdict)}))
    for row in left:
        print(json.dumps(row, default=str))
    return 1 if verdict.wrong or left else 0


if __name__ == "__main__":
    sys.exit(main())
