"""Links to reports that have been ended: how often, a change request or a whole repository."""

from __future__ import annotations

from sqlalchemy import and_, func, or_, select, update

from bot.forges.port import ChangeRef
from bot.store.database import Engines
from bot.store.tables import ended_links
from bot.store.work_requests import insert_new

_E = ended_links.c

EVERY = 0
"""The number that stands for all change requests of a repository."""


def times_ended(engines: Engines, ref: ChangeRef) -> int:
    """How often links to this change request were ended, by its own number or with all of its repository.

    Raises StoreUnavailable.
    """
    here = and_(_E.forge == ref.forge, _E.repository == ref.repository.lower())
    query = select(func.sum(_E.times)).where(here, or_(_E.number == ref.number, _E.number == EVERY))
    with engines.reading() as connection:
        return int(connection.execute(query).scalar_one() or 0)


def end_links(engines: Engines, forge: str, repository: str, number: int = EVERY) -> None:
    """Have no link to these reports open anything from now on; new ones are given out with the next review."""
    key = {"forge": forge, "repository": repository.lower(), "number": number}
    this = and_(*(ended_links.c[name] == value for name, value in key.items()))
    with engines.writing() as connection:
        insert_new(connection, ended_links, {**key, "times": 0})
        connection.execute(update(ended_links).where(this).values(times=_E.times + 1))
