"""A little of what `make soak` does: kill -9, a broker that forgets, a database that goes away, a rolling restart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.runtime.kill import Killer, soak
from bench.runtime.scenes import Scene, distributed, single
from bench.runtime.traffic import Verdict, settle
from tests.fake_forge.fixtures import app_key
from tests.services import PostgreSQL, RabbitMQ, Redis


def right(verdict: Verdict) -> None:
    assert verdict.wrong == 0, verdict
    assert verdict.comments > 0


def test_one_process_on_sqlite_is_killed(tmp_path: Path) -> None:
    with single(tmp_path, private_key=app_key()) as scene:
        verdict, _ = soak(Killer(scene), {}, deliveries=20, kills=2, pulls=4)
    right(verdict)


@pytest.mark.needs("postgresql", "rabbitmq")
def test_several_with_rabbitmq_are_killed(tmp_path: Path, postgresql: PostgreSQL, rabbitmq: RabbitMQ) -> None:
    with distributed(tmp_path, postgresql, rabbitmq, private_key=app_key()) as scene:
        verdict, _ = soak(Killer(scene), scene.disasters, deliveries=24, kills=3, pulls=4)
    right(verdict)


@contextmanager
def rolling(tmp_path: Path, postgresql: PostgreSQL, redis_server: Redis) -> Iterator[Scene]:
    with distributed(tmp_path, postgresql, redis_server, private_key=app_key()) as scene:
        yield scene


@pytest.mark.needs("postgresql", "redis")
def test_a_rolling_restart_under_load_loses_nothing(
    tmp_path: Path, postgresql: PostgreSQL, redis_server: Redis
) -> None:
    with rolling(tmp_path, postgresql, redis_server) as scene:
        scene.traffic.open(4)
        for process in scene.processes:
            for _ in range(3):
                scene.traffic.push()
            assert process.stop() == 0
            process.start()
        verdict = settle(scene.traffic, 120, scene.pending)
    right(verdict)
