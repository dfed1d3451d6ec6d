"""An empty database of each kind: what a test asks of one it asks of both."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
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
def engines(address: str, tmp_path: Path) -> Iterator[Engines]:
    """Engines on a database with this program's tables."""
    if address.startswith("sqlite"):
        made = with_tables(tmp_path / "new" / "db.sqlite")
    else:
        made = connect(address)
        upgrade(made.write)
    yield made
    made.dispose()


def with_tables(path: Path) -> Engines:
    """Engines on an SQLite database with this program's tables."""
    return connect(address_with_tables(path))


def address_with_tables(path: Path) -> str:
    """The address of an SQLite database with this program's tables, and with what an earlier bot left in it.

    It is a copy of one, as migrating takes ten times as long.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_migrated(), path)
    return f"sqlite:///{path}"


def own_folder() -> Path:
    """A new folder for as long as this process lives."""
    directory = tempfile.mkdtemp(prefix="iam-review-database-")
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    return Path(directory)


@cache
def _migrated() -> Path:
    """A database that went through all migrations."""
    path = own_folder() / "db.sqlite"
    engines = connect(f"sqlite:///{path}")
    upgrade(engines.write)
    engines.dispose()
    return path
