"""A connection that the server has ended is made anew before anybody is given it: no work notices that it was away."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from bot.store.database import connect
from tests.services import PostgreSQL


@pytest.mark.needs("postgresql")
def test_a_connection_that_was_ended_is_replaced(postgresql: PostgreSQL) -> None:
    engines, other = connect(postgresql.database()), connect(postgresql.database())
    own = text("SELECT pg_backend_pid()")
    try:
        with engines.writing() as writing, engines.reading() as reading:
            before = [connection.execute(own).scalar_one() for connection in (writing, reading)]
        with engines.writing() as again:
            assert again.execute(own).scalar_one() == before[0], "it is kept otherwise"
        for pid in before:
            with other.writing() as connection:
                connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
        with engines.writing() as writing, engines.reading() as reading:
            after = [connection.execute(own).scalar_one() for connection in (writing, reading)]
        assert not set(before) & set(after)
    finally:
        engines.dispose()
        other.dispose()
