"""Servers as fixtures, one of each for a whole run; a test that `needs` one skips with a line where it is absent."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services import PRESENT, PostgreSQL, RabbitMQ, Redis, running


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("needs"):
        for name in marker.args:
            if not PRESENT[name]():
                pytest.skip(f"{name} is not on this machine (make services)")


@pytest.fixture(scope="session")
def service_directory() -> Iterator[Path]:
    """Where other users may look, as PostgreSQL's must."""
    with tempfile.TemporaryDirectory(prefix="iam-review-services-", ignore_cleanup_errors=True) as name:
        directory = Path(name)
        directory.chmod(0o755)
        yield directory


@pytest.fixture(scope="session")
def postgresql(service_directory: Path) -> Iterator[PostgreSQL]:
    server = PostgreSQL(service_directory / "postgresql")
    with running(server):
        yield server


@pytest.fixture(scope="session")
def redis_server(service_directory: Path) -> Iterator[Redis]:
    server = Redis(service_directory / "redis")
    with running(server):
        yield server


@pytest.fixture(scope="session")
def rabbitmq(service_directory: Path) -> Iterator[RabbitMQ]:
    server = RabbitMQ(service_directory / "rabbitmq")
    with running(server):
        yield server
