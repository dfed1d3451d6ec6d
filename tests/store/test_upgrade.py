"""A database of the first release, with work in it, goes up to this one and down again; nothing of it is lost."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, text

from bot.forges.port import ChangeRef, RepositoryRef
from bot.store.database import Engines, connect
from bot.store.migrate import downgrade, upgrade
from bot.store.sql import SqlStore
from bot.store.work_items import ReviewChange, SweepForge, SweepRepository
from tests.store.databases import address

__all__ = ["address"]

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TABLES = ("change_requests", "deliveries", "commands", "reviews")

FIRST = (
    "INSERT INTO change_requests (id, forge, repository, number, installation, wanted, review_wanted, done, wanted_at,"
    " closed, attempts, dead, error, head_hint, reviewed_head) VALUES"
    " (1, 'github', 'acme/infra', 7, 47, 3, 3, 2, :now, false, 1, false, '', 'aaa', 'bbb'),"
    " (2, 'github', 'acme/infra', 8, 47, 1, 1, 1, :now, false, 2, true, 'took too long', 'ccc', ''),"
    " (3, 'github', 'acme/infra', 0, 47, 2, 0, 1, :now, false, 0, false, '', '', ''),"
    " (4, 'github', '', 0, NULL, 5, 0, 4, :now, false, 1, false, 'away', '', '')",
    "INSERT INTO deliveries (id, forge, delivery, event, received_at, body) VALUES"
    " (1, 'github', 'd', 'x', :now, :body)",
    "INSERT INTO commands (id, change_request, comment, author, text, generation, done) VALUES"
    " (1, 1, 'c1', 'ada', '/iam review', 3, false)",
    "INSERT INTO reviews (id, change_request, head, merge_base, at, review) VALUES (1, 1, 'bbb', 'm', :now, :body)",
)


@pytest.fixture
def old(address: str) -> Iterator[Engines]:
    made = connect(address)
    upgrade(made.write, "0001")
    at = _moment(made)
    with made.writing() as connection:
        for statement in FIRST:
            connection.execute(text(statement), {"now": at, "body": zlib.compress(b'{"schema": 1}', 1)})
    yield made
    made.dispose()


def counted(connection: Connection) -> list[int]:
    return [connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in TABLES]


def test_up_down_and_up_with_work_in_it(old: Engines) -> None:
    for step, revision in ((upgrade, "head"), (downgrade, "0001"), (upgrade, "head")):
        step(old.write, revision)
        with old.reading() as connection:
            assert counted(connection) == [4, 1, 1, 1]
    store = SqlStore(old)
    assert store.ready() == ""
    assert [(work.ref.number, work.error) for work in store.dead(9)] == [(8, "took too long")]
    ref = ChangeRef("github", "acme/infra", 7, 47)
    lease = store.claim(ReviewChange(ref), NOW + timedelta(hours=1), 30)
    assert lease and lease.review and [command.text for command in lease.commands] == ["/iam review"]
    stored = store.newest_review(ref)
    assert stored and (stored.head, stored.at, stored.review) == ("bbb", NOW, b'{"schema": 1}')


def test_work_that_the_first_release_has_left_is_done(old: Engines) -> None:
    upgrade(old.write)
    store, later = SqlStore(old), NOW + timedelta(hours=1)
    change, repository, forge = items = (
        ReviewChange(ChangeRef("github", "acme/infra", 7, 47)),
        SweepRepository(RepositoryRef("github", "acme/infra", 47)),
        SweepForge("github"),
    )
    assert set(store.due(later, 9)) == set(items)
    for item, reviewed, commands in ((change, True, 1), (repository, False, 0), (forge, False, 0)):
        lease = store.claim(item, later, 30)
        assert lease and (lease.item, lease.review, len(lease.commands)) == (item, reviewed, commands)
        assert store.finish(lease, None)
    assert store.due(later, 9, quiet=0) == ()


def test_the_first_release_works_on_the_new_schema(old: Engines) -> None:
    """Both releases run beside each other while pods are replaced: what the old one inserts must still go in."""
    upgrade(old.write)
    with old.writing() as connection:
        again = (
            FIRST[0]
            .replace("(1, 'g", "(11, 'g")
            .replace("(2, 'g", "(12, 'g")
            .replace("(3, 'g", "(13, 'g")
            .replace("(4, 'github'", "(14, 'gitlab'")
        )
        again = again.replace("acme/infra", "acme/other")
        connection.execute(text(again), {"now": _moment(old)})
        assert counted(connection)[0] == 8


def _moment(engines: Engines) -> object:
    return NOW if engines.write.dialect.name == "postgresql" else "2026-01-01 00:00:00.000000"
