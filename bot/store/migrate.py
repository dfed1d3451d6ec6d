"""Brings a database's schema to this program's, or back; safe when several start at the same time."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x1A3F_0E71


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Apply what is missing up to `revision`, all in one transaction."""
    with engine.begin() as connection:
        _lock(connection)
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take back what came after `revision` ("base": everything)."""
    with engine.begin() as connection:
        _lock(connection)
        command.downgrade(_config(connection), revision)


def newest() -> str | None:
    """The revision this program was written for."""
    return ScriptDirectory.from_config(_config(None)).get_current_head()


def is_older(revision: str | None) -> bool:
    """Whether a database at that revision lacks something this program needs: it is one of ours but not the newest.

    A revision that this program does not know is a newer release's, whose migrations only add (docs/operating.md).
    """
    known = {script.revision for script in ScriptDirectory.from_config(_config(None)).walk_revisions()}
    return revision is None or revision in known - {newest()}


def current(connection: Connection) -> str | None:
    """The revision the database is at."""
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _lock(connection: Connection) -> None:
    """SQLite's BEGIN IMMEDIATE is lock enough. Waiting for another's migration may take longer than a request."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
