"""Open change requests without a conclusion are found; those that are in hand, done or given up are left alone."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from bot.forges.event import Closed, CommandGiven, ReviewWanted
from bot.forges.port import ChangeRef, OpenChange, RepositoryRef
from bot.store.database import Engines
from bot.store.port import Delivery, StoredReview
from bot.store.sql import SqlStore
from bot.store.sql_catch_up import SqlCatchUp
from bot.store.work_items import ReviewChange, SweepForge, SweepRepository
from tests.store.databases import address, engines

__all__ = ["address", "engines"]

NOW = datetime(2026, 1, 1, tzinfo=UTC)
REF = ChangeRef("github", "acme/infra", 7, 47)
HOUR = timedelta(hours=1)


def after(engines: Engines, *steps: str) -> SqlStore:
    """A store in which these things happened to head a of REF."""
    store = SqlStore(engines)
    for number, step in enumerate(steps):
        if step == "close":
            store.accept(Delivery("github", str(number), "x", NOW, b""), Closed(REF))
        elif step == "want":
            store.accept(Delivery("github", str(number), "x", NOW, b""), ReviewWanted(REF, "a", "pushed"))
        elif step == "ask":
            asked = CommandGiven(REF, "issues/comments/1", "grace", "/iam help")
            store.accept(Delivery("github", str(number), "x", NOW, b""), asked)
        elif step == "begin":
            assert store.claim(ReviewChange(REF), NOW, 0)
        else:
            lease = store.claim(ReviewChange(REF), NOW, 30)
            assert lease
            if step == "review":
                store.finish(lease, StoredReview(REF, "a", "m", NOW, b"{}"))
            elif step == "skip":
                store.finish(lease, None)
            else:
                store.fail(lease, "broken", None)
    return store


@pytest.mark.parametrize(
    ("happened", "head", "missed"),
    [
        ([], "a", True),
        (["want"], "a", False),
        (["want"], "b", False),
        (["want", "begin"], "a", False),
        (["want", "begin"], "b", True),
        (["ask"], "a", True),
        (["want", "review", "ask"], "a", False),
        (["want", "review", "ask"], "b", True),
        (["want", "give up", "ask"], "a", False),
        (["want", "review"], "a", False),
        (["want", "review"], "b", True),
        (["want", "give up"], "a", False),
        (["want", "give up"], "b", True),
        (["want", "close", "skip"], "a", True),
        (["want", "review", "close"], "a", False),
        (["want", "review", "close"], "b", True),
    ],
)
def test_what_was_missed(engines: Engines, happened: list[str], head: str, missed: bool) -> None:
    store = after(engines, *happened)
    assert SqlCatchUp(engines).want_missed([OpenChange(REF, head)], NOW, 10) == missed
    if missed:
        assert store.due(NOW, 10) == (ReviewChange(REF),)
        lease = store.claim(ReviewChange(REF), NOW, 30)
        assert lease and lease.review


def test_no_more_than_there_is_room_for(engines: Engines) -> None:
    changes = [OpenChange(ChangeRef("github", "acme/infra", number), "a") for number in range(1, 9)]
    assert SqlCatchUp(engines).want_missed(changes, NOW, 3) == 8
    assert SqlStore(engines).backlog().pending == 3
    assert SqlCatchUp(engines).want_missed(changes, NOW, -5) == 5


def test_a_round_is_wanted_when_the_last_is_old(engines: Engines) -> None:
    catch_up, store, place = (
        SqlCatchUp(engines),
        SqlStore(engines),
        SweepRepository(RepositoryRef("github", "acme/infra")),
    )
    assert [catch_up.want_rounds([place], NOW, HOUR) for _ in range(2)] == [1, 0]
    assert store.due(NOW, 10) == (place,)
    lease = store.claim(place, NOW, 30)
    assert lease and not lease.review
    store.finish(lease, None)
    assert [catch_up.want_rounds([place], NOW + wait * HOUR, HOUR) for wait in (0.9, 1, 1.1)] == [0, 1, 0]


def test_rounds_are_spread_and_none_is_late(engines: Engines) -> None:
    catch_up = SqlCatchUp(engines)
    store = SqlStore(engines)
    places = [SweepRepository(RepositoryRef("github", f"acme/{number}", 47)) for number in range(12)]

    def at(hours: float, share: int = 2) -> int:
        wanted = catch_up.want_rounds(places, NOW + hours * HOUR, 6 * HOUR, share)
        for place in places:
            lease = store.claim(place, NOW + hours * HOUR, 30)
            if lease:
                store.finish(lease, None)
        return wanted

    assert at(0) == 12  # never gone through
    assert [at(hour) for hour in range(1, 14)] == [2] * 13
    assert at(30) == 12  # nobody was there for long
    catch_up.want_rounds(places[:2], NOW + 31 * HOUR, HOUR, 2)
    assert catch_up.want_rounds(places, NOW + 31 * HOUR, 6 * HOUR, 2) == 2  # two that wait already are let be


def test_of_several_processes_one_gets_the_round(engines: Engines) -> None:
    place, got = SweepForge("github"), []
    asking = threading.Barrier(6)

    def ask() -> None:
        asking.wait()
        got.append(SqlCatchUp(engines).want_rounds([place], NOW, HOUR))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [0, 0, 0, 0, 0, 1]


def test_repositories_that_were_heard_of(engines: Engines) -> None:
    after(engines, "want")
    SqlCatchUp(engines).want_rounds([SweepForge("github")], NOW, HOUR)
    assert SqlCatchUp(engines).repositories("github") == (RepositoryRef("github", "acme/infra", 47),)
    assert SqlCatchUp(engines).repositories("gitlab") == ()
