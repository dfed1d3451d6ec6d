"""Keys of the server's own that outlive restarts and are the same in every process: made once, kept in the database."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import delete, select

from bot.errors import StoreUnavailable
from bot.store.database import Engines
from bot.store.tables import made_secrets
from bot.store.work_requests import insert_new

_S = made_secrets.c


REREAD_SECONDS = 60.0
"""After so long at the latest every process has heard of another one."""


def kept_secret(engines: Engines, name: str, clock: Callable[[], float] = time.monotonic) -> Callable[[], str]:
    """Gives the secret of that name, which is remembered for a minute, and longer while the database is away.

    Raises StoreUnavailable until it has been read or made once.
    """
    known: list[tuple[str, float]] = []

    def secret() -> str:
        if known and clock() < known[0][1]:
            return known[0][0]
        try:
            found = _read_or_make(engines, name)
        except StoreUnavailable:
            if not known:
                raise
            found = known[0][0]
        known[:] = [(found, clock() + REREAD_SECONDS)]
        return found

    return secret


def renew(engines: Engines, name: str) -> None:
    """Another secret of that name: what was signed with the one of before is worth nothing within a minute."""
    with engines.writing() as connection:
        connection.execute(delete(made_secrets).where(_S.name == name))
    _read_or_make(engines, name)


def _read_or_make(engines: Engines, name: str) -> str:
    asked = select(_S.value).where(_S.name == name)
    with engines.reading() as connection:
        known = connection.execute(asked).scalar_one_or_none()
    if known is not None:
        return str(known)
    with engines.writing() as connection:
        # Of several processes that find none, one inserts its own, and all read that.
        insert_new(
            connection, made_secrets, {"name": name, "value": secrets.token_urlsafe(32), "made_at": datetime.now(UTC)}
        )
        return str(connection.execute(asked).scalar_one())
