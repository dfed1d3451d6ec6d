"""An empty database of each kind: what a test asks of one it asks of both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.database import Engines, connect
from bot.store.migrate import upgrade
from tests.services import PostgreSQL


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs("postgresql"))])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new' / 'db.sqlite'}"
    server: PostgreSQL = request.getfixturevalue("postgresql")
    return server.database()


@pytest.fixture
def engines(address: str) -> Iterator[Engines]:
    """Engines on a database with this program's tables."""
    made = connect(address)
    upgrade(made.write)
    yield made
    made.dispose()
