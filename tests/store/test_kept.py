"""What is kept for how long over simulated months, and a database that goes back to its backup."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, make_url, select

from bot.forges.event import Closed, ReviewWanted
from bot.forges.port import ChangeRef, OpenChange
from bot.store.database import Engines, connect
from bot.store.migrate import upgrade
from bot.store.port import Delivery, StoredReview
from bot.store.sql import SqlStore
from bot.store.sql_catch_up import SqlCatchUp
from bot.store.tables import change_requests, deliveries, open_heads, pushers, reviews
from bot.store.work_items import ReviewChange
from tests.store.databases import address, engines

__all__ = ["address", "engines"]

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def ref(number: int) -> ChangeRef:
    return ChangeRef("github", "acme/infra", number, 47)


def reviewed(store: SqlStore, number: int, at: datetime, head: str = "a" * 40) -> None:
    wanted = ReviewWanted(ref(number), head, "pushed", pusher="ada")
    store.accept(Delivery("github", f"{number} {head}", "x", at, b"{}"), wanted)
    lease = store.claim(ReviewChange(ref(number)), at, 60)
    assert lease
    store.finish(lease, StoredReview(ref(number), head, "b" * 40, at, b'{"verdict": "pass"}'))


def counted(engines: Engines) -> dict[str, int]:
    tables = (change_requests, deliveries, reviews, pushers, open_heads)
    with engines.reading() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables
        }


def test_a_year_leaves_no_more_than_what_is_kept(engines: Engines) -> None:
    store = SqlStore(engines)
    for day in range(0, 365, 5):
        at = NOW + day * DAY
        reviewed(store, day + 1, at)
        if day % 50:  # one in ten stays open
            store.accept(Delivery("github", f"closed {day}", "x", at, b"{}"), Closed(ref(day + 1)))
        store.forget(at - 14 * DAY, at - 90 * DAY)
    found = counted(engines)
    assert found["deliveries"] == 3 + 2
    assert found["reviews"] == 19
    assert found["change_requests"] == found["pushers"] == 17 + 8  # closed ones of 90 days, and all that are open
    assert found["open_heads"] == 0


def backed_up_sqlite(address: str, folder: Path) -> Callable[[], str]:
    name = make_url(address).database
    assert name
    copy = folder / "copy.sqlite"
    with closing(sqlite3.connect(name)) as there, closing(sqlite3.connect(copy)) as here:
        there.backup(here)  # what `sqlite3 db ".backup copy"` does
    return lambda: f"sqlite:///{copy}"


def backed_up_postgresql(address: str, folder: Path) -> Callable[[], str]:
    url = make_url(address)
    where = ["-h", str(url.host), "-p", str(url.port), "-U", str(url.username)]
    copy = folder / "copy.dump"
    tools = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]

    def run(program: str, *arguments: str) -> None:
        subprocess.run([str(tools / program), *where, *arguments], check=True, capture_output=True)

    run("pg_dump", "-Fc", "-f", str(copy), str(url.database))

    def restored() -> str:
        run("createdb", f"{url.database}_back")
        run("pg_restore", "-d", f"{url.database}_back", str(copy))
        return address.replace(str(url.database), f"{url.database}_back")

    return restored


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.needs("postgresql"))])
def test_an_older_state_catches_up(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    address = f"sqlite:///{tmp_path / 'db'}" if kind == "sqlite" else request.getfixturevalue("postgresql").database()
    first = connect(address)
    upgrade(first.write)
    store = SqlStore(first)
    reviewed(store, 1, NOW)
    restore = (backed_up_sqlite if kind == "sqlite" else backed_up_postgresql)(address, tmp_path)
    reviewed(store, 1, NOW + DAY, head="c" * 40)  # all of this is lost
    reviewed(store, 2, NOW + DAY)
    first.dispose()
    second = connect(restore())
    try:
        store, catch_up = SqlStore(second), SqlCatchUp(second)
        assert store.ready() == ""
        newest = store.newest_review(ref(1))
        assert newest and newest.head == "a" * 40
        now_open = [OpenChange(ref(1), "c" * 40), OpenChange(ref(2), "a" * 40)]
        assert catch_up.want_missed(now_open, NOW + 2 * DAY, 10) == 2
        for number in (1, 2):
            assert store.claim(ReviewChange(ref(number)), NOW + 2 * DAY, 60)
        assert catch_up.want_missed(now_open, NOW + 2 * DAY, 10) == 0
    finally:
        second.dispose()
