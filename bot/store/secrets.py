"""Keys of the server's own that outlive restarts and are the same in every process: made once, kept in the database."""

from __future__ import annotations

import functools
import secrets
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import select

from bot.store.database import Engines
from bot.store.tables import made_secrets
from bot.store.work_requests import insert_new

_S = made_secrets.c


def kept_secret(engines: Engines, name: str) -> Callable[[], str]:
    """Gives the secret of that name, and remembers it; raises StoreUnavailable until it has been read or made once."""
    return functools.cache(functools.partial(_read_or_make, engines, name))


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
