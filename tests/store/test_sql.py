"""What stories about one pull request do not show: values, concurrency, retention, migrations."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, select
from sqlalchemy.exc import DBAPIError, StatementError

from bot.errors import ConfigError
from bot.forges.event import Closed, CommandGiven, Ignored, ReviewWanted, SweepWanted
from bot.forges.port import ChangeRef, RepositoryRef
from bot.store.database import Engines, connect
from bot.store.migrate import downgrade, upgrade
from bot.store.port import Backlog, Delivery, StoredReview
from bot.store.sql import SqlStore
from bot.store.tables import deliveries, metadata, reviews
from bot.store.work_items import ReviewChange
from tests.fakes.forge import REF
from tests.store.databases import address, engines

__all__ = ["address", "engines"]

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def delivery(number: int, at: datetime = NOW) -> Delivery:
    return Delivery("github", f"d{number}", "pull_request", at, b'{"x": 1}')


def wanted(number: int) -> ReviewWanted:
    return ReviewWanted(ChangeRef("github", "acme/infra", number, 99), "a" * 40, "opened")


def test_schema_goes_up_down_and_up_and_is_what_the_program_expects(engines: Engines) -> None:
    downgrade(engines.write, "base")
    with engines.read.connect() as connection:
        assert set(inspect(connection).get_table_names()) == {"alembic_version"}
    assert "revision None" in SqlStore(engines).ready()
    upgrade(engines.write)
    upgrade(engines.write)
    assert SqlStore(engines).ready() == ""
    with engines.read.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


DURABLE: dict[str, dict[str, object]] = {
    "sqlite": {"PRAGMA journal_mode": "wal", "PRAGMA synchronous": 2},
    "postgresql": {"SHOW synchronous_commit": "on", "SHOW timezone": "UTC", "SHOW lock_timeout": "10s"},
}


def test_settings_make_a_commit_durable(engines: Engines) -> None:
    wanted = DURABLE[engines.write.dialect.name]
    with engines.write.connect() as connection:
        assert {query: connection.exec_driver_sql(query).scalar() for query in wanted} == wanted


def test_reader_cannot_write(engines: Engines) -> None:
    with engines.read.connect() as connection, pytest.raises(DBAPIError, match=r"read-?only"):
        connection.execute(deliveries.delete())


def test_times_without_a_zone_are_refused(engines: Engines) -> None:
    with pytest.raises(StatementError, match="without a zone"):
        SqlStore(engines).accept(delivery(1, datetime(2026, 1, 1)), wanted(1))


def test_commands_come_back_in_order_and_clean(engines: Engines) -> None:
    store = SqlStore(engines)
    for number, text in enumerate(["/iam review", "nul \0 and \ud800", "x" * 9000]):
        store.accept(delivery(number), CommandGiven(REF, f"c{number}", "alice", text))
    lease = store.claim(ReviewChange(REF), NOW, 30)
    assert lease and not lease.review
    assert [command.text for command in lease.commands] == ["/iam review", "nul \ufffd and ?", "x" * 4000]


@pytest.mark.parametrize(
    ("written", "kept"),
    [(None, None), (NOW - timedelta(seconds=9), NOW - timedelta(seconds=9)), (NOW + timedelta(seconds=9), NOW)],
)
def test_a_command_was_written_before_it_came(
    engines: Engines, written: datetime | None, kept: datetime | None
) -> None:
    """Reviews are dated by our clock: what came before one was written before it, whatever the forge's clock says."""
    store = SqlStore(engines)
    store.accept(delivery(1), CommandGiven(REF, "c", "alice", "/iam review", written))
    lease = store.claim(ReviewChange(REF), NOW, 30)
    assert lease and [command.written_at for command in lease.commands] == [kept]


def test_the_review_that_had_been_published_when_a_moment_began(engines: Engines) -> None:
    store = SqlStore(engines)
    for number, seconds in enumerate((0, 60), 1):
        store.accept(delivery(number), wanted(7))
        lease = store.claim(ReviewChange(wanted(7).ref), NOW + timedelta(seconds=seconds), 30)
        assert lease
        at = NOW + timedelta(seconds=seconds)
        assert store.finish(lease, StoredReview(wanted(7).ref, f"h{number}", "m", at, b'{"schema": 1}'))
    ref = wanted(7).ref
    found = [store.review_before(ref, NOW + timedelta(seconds=seconds)) for seconds in (-1, 0, 59.9, 60)]
    assert [one and one.head for one in found] == [None, "h1", "h1", "h2"]


def test_a_review_is_kept_with_its_heads(engines: Engines) -> None:
    store = SqlStore(engines)
    store.accept(delivery(1), wanted(7))
    lease = store.claim(ReviewChange(wanted(7).ref), NOW, 30)
    assert lease and lease.item == ReviewChange(wanted(7).ref)
    assert store.finish(lease, StoredReview(wanted(7).ref, "h", "m", NOW, b'{"schema": 1}'))
    with engines.read.connect() as connection:
        assert connection.execute(select(reviews.c.head, reviews.c.at, reviews.c.review)).all() == [
            ("h", NOW, b'{"schema": 1}')
        ]


def test_ignored_deliveries_are_remembered_and_want_nothing(engines: Engines) -> None:
    store = SqlStore(engines)
    assert store.accept(delivery(1), Ignored("not ours"))
    assert not store.accept(delivery(1), wanted(1))
    assert store.backlog() == Backlog(0, None, 0)


def test_backlog_and_dead_work_can_be_seen(engines: Engines) -> None:
    store = SqlStore(engines)
    for number in (1, 2, 3):
        store.accept(delivery(number, NOW + timedelta(seconds=number)), wanted(number))
    lease = store.claim(ReviewChange(wanted(1).ref), NOW, 30)
    assert lease
    store.fail(lease, "could not fetch", None)
    assert store.backlog() == Backlog(2, NOW + timedelta(seconds=2), 1, {"review": (2, NOW + timedelta(seconds=2))})
    assert [(dead.ref.number, dead.attempts, dead.error) for dead in store.dead(9)] == [(1, 1, "could not fetch")]
    assert store.due(NOW + timedelta(hours=1), 1) == (ReviewChange(wanted(2).ref),)


def test_old_rows_are_forgotten(engines: Engines) -> None:
    store = SqlStore(engines)
    for number in (1, 2, 3):
        store.accept(delivery(number, NOW + timedelta(days=number)), wanted(number))
    assert store.forget(NOW + timedelta(days=3), NOW) == 2


def test_an_id_given_twice_for_different_bodies_loses_neither(engines: Engines) -> None:
    store = SqlStore(engines)
    first = Delivery("github", "same", "x", NOW, b"1")
    assert [store.accept(first, wanted(1)), store.accept(first, wanted(1))] == [True, False]
    assert store.accept(Delivery("github", "same", "x", NOW, b"2"), wanted(2))
    assert set(store.due(NOW + timedelta(hours=1), 9)) == {ReviewChange(wanted(number).ref) for number in (1, 2)}


def test_many_threads_accept_and_claim_without_losing_or_doubling(engines: Engines) -> None:
    store = SqlStore(engines)
    claims: list[int] = []

    def work(offset: int) -> None:
        for number in range(1, 11):
            store.accept(delivery(offset * 100 + number), wanted(number))
            if store.claim(ReviewChange(wanted(number).ref), NOW, 30) is not None:
                claims.append(number)

    threads = [threading.Thread(target=work, args=(offset,)) for offset in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claims) == list(range(1, 11))
    assert store.backlog().pending == 10


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("mysql://h/db", "mysql is not supported"),
        ("postgresql+nodriver://h/db", "no driver for postgresql.nodriver"),
        ("nonsense", "not a database address"),
    ],
)
def test_databases_that_would_lose_work_are_refused(address: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        connect(address)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_postgresql_needs_no_driver_in_its_address(scheme: str) -> None:
    made = connect(f"{scheme}://ada:secret@h/db")
    assert (made.write.dialect.driver, made.write.url.password) == ("psycopg", "secret")


def test_a_head_finds_the_open_change_requests_that_have_it(engines: Engines) -> None:
    store, head = SqlStore(engines), "c" * 40
    refs = [ChangeRef("gitlab", f"acme/{name}", 7) for name in ("infra", "fork", "closed", "other", "reviewed")]
    for number, (ref, hint) in enumerate(zip(refs, (head, head, head, "d" * 40, "e" * 40), strict=True)):
        store.accept(delivery(number), ReviewWanted(ref, hint, "open"))
    store.accept(delivery(11), ReviewWanted(ChangeRef("github", "acme/infra", 7), head, "open"))
    store.accept(delivery(12), SweepWanted(RepositoryRef("gitlab", "acme/infra")))
    store.accept(delivery(13), Closed(refs[2]))
    lease = store.claim(ReviewChange(refs[4]), NOW, 60)
    assert lease is not None
    store.finish(lease, StoredReview(refs[4], head, "b" * 40, NOW, b'{"schema": 1}'))
    assert store.with_head("gitlab", head) == (refs[0], refs[1], refs[4])
    assert store.with_head("gitlab", "f" * 40) == ()
