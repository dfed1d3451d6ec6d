"""Waivers, pauses and pushers in both databases."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.forges.event import Closed, ReviewWanted
from bot.review.identity import Fingerprint
from bot.store.database import Engines, connect
from bot.store.ledger import GivenWaiver
from bot.store.migrate import downgrade, upgrade
from bot.store.port import Delivery
from bot.store.sql import SqlStore
from bot.store.sql_ledger import SqlLedger
from bot.store.tables import answers
from bot.store.work_items import ReviewChange
from tests.fakes.forge import REF
from tests.store.databases import address, engines

__all__ = ["address", "engines"]

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SHOWN = Fingerprint(1, "0123456789abcdef")
WHOLE = Fingerprint(1, "0123456789abcdef" * 4)

GIVEN = GivenWaiver(
    ref=REF,
    of=SHOWN,
    scope=("aws_iam_role.a", "aws_iam_role.b"),
    grade="high",
    title="role a can read",
    reason="migration",
    approver="carol",
    until=date(2026, 3, 1),
    comment="issues/comments/1",
    given_at=NOW,
)


@pytest.fixture
def ledger(engines: Engines) -> SqlLedger:
    store = SqlStore(engines)
    event = ReviewWanted(REF, "a" * 40, "opened", pusher="alice")
    store.accept(Delivery("github", "1", "pull_request", NOW, b"{}"), event)
    return SqlLedger(engines)


def test_a_waiver_is_kept_once_whatever_how_often_it_is_given(ledger: SqlLedger) -> None:
    assert [ledger.accept(GIVEN), ledger.accept(GIVEN)] == [True, False]
    assert ledger.waivers(REF) == (GIVEN,)


def test_a_later_waiver_takes_the_place_of_the_earlier_one(ledger: SqlLedger) -> None:
    later = dataclasses.replace(GIVEN, comment="issues/comments/2", until=date(2026, 4, 1))
    ledger.accept(GIVEN)
    ledger.accept(later)
    assert ledger.waivers(REF) == (later,)
    assert [one.comment for one in ledger.all_waivers("acme/infra")] == ["issues/comments/2", "issues/comments/1"]


def test_a_whole_fingerprint_takes_the_place_of_what_was_kept_short(ledger: SqlLedger) -> None:
    whole = dataclasses.replace(GIVEN, of=WHOLE, comment="issues/comments/2")
    ledger.accept(GIVEN)
    ledger.accept(whole)
    assert ledger.waivers(REF) == (whole,)


LATER = Fingerprint(2, "f" * 64)


def test_a_waiver_is_bound_anew_and_keeps_what_it_was_given_for(ledger: SqlLedger) -> None:
    ledger.accept(GIVEN)
    ledger.bind(GIVEN, WHOLE, b"{}")
    [once] = ledger.waivers(REF)
    assert once == dataclasses.replace(GIVEN, of=WHOLE, finding=b"{}", given_for=SHOWN)
    ledger.bind(once, LATER, b"[]")
    assert ledger.waivers(REF) == (dataclasses.replace(GIVEN, of=LATER, finding=b"[]", given_for=SHOWN),)


def test_what_was_taken_back_meanwhile_is_not_bound(ledger: SqlLedger) -> None:
    ledger.accept(GIVEN)
    ledger.revoke(REF, GIVEN.of, "dave", NOW)
    ledger.bind(GIVEN, WHOLE, b"{}")
    assert [one.of for one in ledger.all_waivers()] == [GIVEN.of]


def test_accepting_again_ends_what_was_given_for_the_same_under_another_version(ledger: SqlLedger) -> None:
    later = dataclasses.replace(GIVEN, of=LATER, comment="issues/comments/2")
    ledger.accept(GIVEN)
    ledger.accept(later, (WHOLE,))
    assert ledger.waivers(REF) == (later,)


def test_an_earlier_release_reads_what_a_bound_waiver_was_given_for(engines: Engines, ledger: SqlLedger) -> None:
    ledger.accept(GIVEN)
    ledger.bind(GIVEN, LATER, b"{}")
    downgrade(engines.write, "0007")
    upgrade(engines.write)
    assert ledger.waivers(REF) == (GIVEN,)


def test_a_revoked_waiver_is_listed_but_does_not_count(ledger: SqlLedger) -> None:
    ledger.accept(GIVEN)
    assert [ledger.revoke(REF, GIVEN.of, "dave", NOW) for _ in range(2)] == [1, 0]
    assert ledger.waivers(REF) == ()
    assert [(one.revoked_by, one.revoked_at) for one in ledger.all_waivers()] == [("dave", NOW)]
    assert ledger.all_waivers("other/one") == ()


def test_pushers_and_pauses(ledger: SqlLedger) -> None:
    assert ledger.pushers(REF) == {"alice"}
    assert not ledger.paused(REF)
    ledger.pause(REF, True)
    assert ledger.paused(REF)
    ledger.pause(REF, False)
    assert not ledger.paused(REF)


def test_it_wakes_once_when_the_time_has_come(ledger: SqlLedger, engines: Engines) -> None:
    store = SqlStore(engines)
    lease = store.claim(ReviewChange(REF), NOW, 60)
    assert lease
    store.finish(lease, None)
    ledger.revisit(REF, NOW + timedelta(days=1))
    assert ledger.wake(NOW) == ()
    assert ledger.wake(NOW + timedelta(days=1)) == (REF,)
    assert ledger.wake(NOW + timedelta(days=1)) == ()
    again = store.claim(ReviewChange(REF), NOW, 60)
    assert again and again.review


def test_a_closed_change_request_sleeps_on(ledger: SqlLedger, engines: Engines) -> None:
    ledger.revisit(REF, NOW)
    SqlStore(engines).accept(Delivery("github", "2", "pull_request", NOW, b"{}"), Closed(REF))
    assert ledger.wake(NOW) == ()


def test_a_merge_group_is_work_of_its_own(engines: Engines, ledger: SqlLedger) -> None:
    store, group = SqlStore(engines), dataclasses.replace(REF, group="c" * 40)
    store.accept(Delivery("github", "3", "merge_group", NOW, b"{}"), ReviewWanted(group, "c" * 40, "merge_group"))
    assert set(store.due(NOW, 10, quiet=0)) == {ReviewChange(REF), ReviewChange(group)}
    lease = store.claim(ReviewChange(group), NOW, 60)
    assert lease and lease.item == ReviewChange(group)


def test_rows_live_through_migrations(address: str) -> None:
    engines = connect(address)
    upgrade(engines.write, "0001")
    columns = "id, forge, repository, number, wanted, review_wanted, done, wanted_at, closed, attempts, dead, error"
    values = "1, 'github', 'a/b', 1, 1, 1, 0, '2026-01-01', false, 0, false, ''"
    with engines.write.begin() as connection:
        connection.exec_driver_sql(
            f"INSERT INTO change_requests ({columns}, head_hint, reviewed_head) VALUES ({values}, '', '')"
        )
        connection.exec_driver_sql(
            "INSERT INTO commands (change_request, comment, author, text, generation, done)"
            " VALUES (1, 'c', 'a', 't', 1, false)"
        )
    upgrade(engines.write)
    downgrade(engines.write, "0001")
    upgrade(engines.write)
    with engines.read.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM commands").scalar() == 1
    engines.dispose()


def test_one_answer_an_hour_for_each_person_and_repository(ledger: SqlLedger, engines: Engines) -> None:
    other, later = dataclasses.replace(REF, repository="acme/other"), NOW + timedelta(hours=1)
    assert ledger.may_answer(REF, "Mallory", "1", NOW)
    assert ledger.may_answer(REF, "mallory", "1", NOW), "the same comment, looked at again"
    assert not ledger.may_answer(REF, "mallory", "2", NOW + timedelta(minutes=59))
    assert not ledger.may_answer(dataclasses.replace(REF, number=8), "mallory", "3", NOW), "in all of the repository"
    assert ledger.may_answer(REF, "eve", "4", NOW) and ledger.may_answer(other, "mallory", "5", NOW)
    again = SqlLedger(engines)
    assert not again.may_answer(REF, "mallory", "2", NOW), "also after a restart"
    assert again.may_answer(REF, "mallory", "2", later) and not again.may_answer(REF, "mallory", "6", later)
    with engines.reading() as connection:
        kept = connection.execute(select(answers.c.person)).scalars().all()
    assert list(kept) == ["mallory"], "what is over is forgotten"


def test_a_clock_that_was_wrong_keeps_nobody_waiting(ledger: SqlLedger) -> None:
    assert ledger.may_answer(REF, "mallory", "1", NOW + timedelta(days=300))
    assert ledger.may_answer(REF, "mallory", "2", NOW)
