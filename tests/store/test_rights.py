"""The user that docs/operating.md makes for web and worker: rows it reads and writes, tables it cannot change."""

from __future__ import annotations

import re
import uuid

import pytest
from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.exc import ProgrammingError

from bot.store.database import connect
from bot.store.migrate import upgrade
from bot.store.secrets import kept_secret
from bot.store.sql import SqlStore
from tests.places import PROJECT
from tests.services import PostgreSQL

PAGE = (PROJECT / "docs" / "operating.md").read_text("utf-8")
REVOKED = re.compile(r"`(REVOKE ALL ON made_secrets[^`]*)`")


def statements(owner: str, database: str, user: str) -> list[str]:
    """What the page says, of these names."""
    (block,) = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
    named = block.replace('"iam-review-app"', f'"{user}"').replace("'...'", "'canary'")
    named = named.replace('DATABASE "iam-review"', f'DATABASE "{database}"').replace('"iam-review"', f'"{owner}"')
    return [one for one in named.split(";") if one.strip()]


@pytest.mark.needs("postgresql")
def test_the_user_of_web_and_worker(postgresql: PostgreSQL) -> None:
    address = postgresql.database()
    url, user = make_url(address), f"app-{uuid.uuid4().hex[:8]}"
    owner = create_engine(url, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        name = connection.execute(text("SELECT current_user")).scalar_one()
        _run(connection, statements(name, url.database or "", user))
    engines = connect(address)
    upgrade(engines.write)
    engines.dispose()
    app = connect(url.set(username=user, password="canary").render_as_string(hide_password=False))
    assert SqlStore(app).ready() == ""
    assert kept_secret(app, "links")()
    for refused in ("DROP TABLE reviews", "ALTER TABLE reviews ADD COLUMN x int", "CREATE TABLE x (y int)"):
        with pytest.raises(ProgrammingError, match=r"must be owner|permission denied"), app.write.begin() as connection:
            connection.execute(text(refused))
    (revoked,) = REVOKED.findall(PAGE)
    with owner.connect() as connection:
        _run(connection, [revoked.replace("iam-review-app", user)])
    with pytest.raises(ProgrammingError, match="permission denied"), app.read.begin() as connection:
        connection.execute(text("SELECT value FROM made_secrets"))
    app.dispose()
    owner.dispose()


def _run(connection: Connection, every: list[str]) -> None:
    for one in every:
        connection.execute(text(one))
