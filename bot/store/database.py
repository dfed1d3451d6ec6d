"""Engines for SQLite and PostgreSQL: one that writes, one that only reads."""

from __future__ import annotations

import select
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from bot.errors import ConfigError, StoreUnavailable
from bot.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Engines:
    """`write` takes the write lock when a transaction begins; `read` refuses to write."""

    write: Engine
    read: Engine

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads. Raises StoreUnavailable."""
        with translated(), self.read.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is committed at the end of the block. Raises StoreUnavailable."""
        with translated(), self.write.begin() as connection:
            yield connection

    def dispose(self) -> None:
        """Close every connection."""
        self.write.dispose()
        self.read.dispose()


@contextmanager
def translated() -> Iterator[None]:
    """Turn a database that cannot be reached now into StoreUnavailable; faults of a statement stay what they are."""
    try:
        yield
    except (OperationalError, InterfaceError, NoConnection) as fault:
        raise StoreUnavailable(f"the database does not answer ({_kind(fault)})") from fault
    except DBAPIError as fault:
        if fault.connection_invalidated:
            raise StoreUnavailable(f"the database does not answer ({_kind(fault)})") from fault
        raise


def _kind(fault: Exception) -> str:
    """The driver's own name of what happened; its text could hold an address with a password."""
    return type(getattr(fault, "orig", None) or fault).__name__


def connect(address: str) -> Engines:
    """Engines for a database address (sqlite:///path or postgresql+psycopg://...); nothing is opened yet.

    Raises ConfigError for an address that cannot hold the bot's state.
    """
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise ConfigError("database: not a database address (for example sqlite:////var/lib/iam-review/db)") from error
    if url.drivername in ("postgres", "postgresql"):  # as others write it, without our driver
        url = url.set(drivername="postgresql+psycopg")
    backend = url.get_backend_name()
    if backend == "sqlite":
        return _sqlite(url)
    if backend == "postgresql":
        return _postgresql(url)
    raise ConfigError(f"database: {backend} is not supported; use sqlite or postgresql")


_ON_POSTGRESQL = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "tcp_user_timeout": 15_000,
    "application_name": "iam-review",
    "options": " ".join(
        f"-c {setting}"
        for setting in (
            "timezone=UTC",
            "synchronous_commit=on",
            "lock_timeout=10s",
            "statement_timeout=30s",
            "idle_in_transaction_session_timeout=60s",
        )
    ),
}
"""A server that is away or a lock that is held for long must not hold a request for ever."""


def _postgresql(url: URL) -> Engines:
    pool = {
        "pool_size": 4,
        "max_overflow": 16,
        "pool_timeout": 8,
        "connect_args": _ON_POSTGRESQL,
    }
    try:
        write = create_engine(url, **pool)
        read = create_engine(url, **pool, execution_options={"postgresql_readonly": True})
    except (ImportError, ArgumentError) as error:
        raise ConfigError(f"database: no driver for {url.drivername}: {error}; install psycopg") from error
    for engine in (write, read):
        event.listen(engine, "checkout", _refuse_ended)
    return Engines(write, read)


def _refuse_ended(connection: Any, record: ConnectionPoolEntry, _: object) -> None:
    """Have a connection made anew that the server has ended since it was used last.

    To ask the server whether it still listens would cost every transaction a round trip.
    """
    if record.info.get("used") and _has_ended(connection):
        raise DisconnectionError
    record.info["used"] = True


def _has_ended(connection: Any) -> bool:
    """Whether it is closed, or there is something to read where nothing was asked: the server's last words."""
    if connection.closed:
        return True
    arriving = select.poll()
    arriving.register(connection, select.POLLIN)
    return bool(arriving.poll(0))


def _sqlite(url: URL) -> Engines:
    if not url.database or url.database == ":memory:":
        raise ConfigError("database: SQLite needs a file (sqlite:////var/lib/iam-review/db); memory does not survive")
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    # One writing connection: threads that wait for it are served in turn, where SQLite's own waiting starves some.
    write = create_engine(url, poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=30)
    read = create_engine(url)
    event.listen(write, "connect", _on_connect(query_only=False))
    event.listen(read, "connect", _on_connect(query_only=True))
    event.listen(write, "begin", _begin_immediate)
    event.listen(read, "begin", _begin)
    return Engines(write, read)


def _on_connect(query_only: bool) -> Callable[[sqlite3.Connection, ConnectionPoolEntry], None]:
    def configure(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # transactions begin where SQLAlchemy says so, not where sqlite3 guesses
        for pragma in ("busy_timeout=5000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").close()
        if query_only:
            connection.execute("PRAGMA query_only=ON").close()

    return configure


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")  # a plain BEGIN that writes later fails when another wrote meanwhile


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
