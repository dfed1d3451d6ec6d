"""A process that is unfit takes nothing, gives back what it holds untried, and goes on once it is well."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.conversation.change_request.handle import Ports
from bot.errors import DiskFull, LoginRefused, StoreUnavailable
from bot.forges.port import RepositoryRef
from bot.jobs.broker import broker_for
from bot.jobs.fitness import EVERY, RESTS, Fitness, clock_problem
from bot.jobs.leases import HeldLeases
from bot.jobs.process import WorkerProcess
from bot.jobs.queue import Queue
from bot.jobs.round_robin import RoundRobin
from bot.jobs.worker import MOST_WITHOUT_ROOM, DiskShortages
from bot.store.work_items import ReviewChange, key_of
from tests.fakes.forge import REF
from tests.fakes.store import fresh_store
from tests.jobs.test_work import Bench

NOW = datetime(2026, 11, 27, tzinfo=UTC)


def test_what_is_wrong_is_looked_at_now_and_then() -> None:
    clock, wrong = [0.0], ["the cache cannot be written"]
    fitness = Fitness((lambda: wrong[0], lambda: ""), lambda: clock[0])
    assert fitness.problem() == "the cache cannot be written"
    wrong[0] = ""
    assert fitness.problem() == "the cache cannot be written"
    clock[0] += EVERY
    assert fitness.problem() == ""
    fitness.rest("github refuses this process's login")
    assert fitness.problem() == "github refuses this process's login"
    clock[0] += RESTS
    assert fitness.problem() == ""


@pytest.mark.parametrize(("hours", "said"), [(0, ""), (3, "this machine's clock is +10800 seconds off")])
def test_a_clock_that_is_off(hours: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = fresh_store(tmp_path)
    assert clock_problem(store) == ""  # SQLite has ours
    monkeypatch.setattr(store, "clock_ahead", lambda now: now - NOW)
    assert clock_problem(store, lambda: NOW + timedelta(hours=hours)) == said


def test_a_database_that_is_away_says_nothing_of_the_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(now: datetime) -> timedelta:
        raise StoreUnavailable("away")

    store = fresh_store(tmp_path)
    monkeypatch.setattr(store, "clock_ahead", away)
    assert clock_problem(store) == ""


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (LoginRefused("POST access_tokens: 401 Bad credentials"), "github refuses this process's login"),
        (DiskFull("git fetch failed: fatal: write error: No space left on device"), "the disk of this process's cache"),
    ],
    ids=["login", "disk"],
)
def test_work_that_fails_by_this_process_is_given_back(error: Exception, problem: str, tmp_path: Path) -> None:
    bench, clock = Bench(tmp_path), [0.0]
    good, fails = bench.ports, [error]

    def ports(place: RepositoryRef) -> Ports:
        if fails:
            raise fails.pop()
        return good(place)

    turns = RoundRobin(bench.store, 2, fitness=Fitness(clock=lambda: clock[0]))
    bench.work = dataclasses.replace(bench.work, ports=ports, turns=turns)
    bench.push()
    bench.look()
    assert (bench.results, bench.conclusions()) == (["given back"], [])
    assert problem in turns.fitness.problem()
    bench.look()
    assert bench.results == ["given back"]
    lease = bench.store.claim(ReviewChange(REF), bench.time, 60)
    assert lease and lease.attempt == 1
    bench.store.release(lease)
    clock[0] += RESTS
    bench.look()
    assert bench.results == ["given back", "reviewed"]


def test_a_repository_that_never_fits_is_told_of(tmp_path: Path) -> None:
    bench, clock = Bench(tmp_path), [0.0]

    def ports(place: RepositoryRef) -> Ports:
        raise DiskFull("git fetch failed: fatal: write error: No space left on device")

    turns = RoundRobin(bench.store, 2, fitness=Fitness(clock=lambda: clock[0]))
    bench.work = dataclasses.replace(bench.work, ports=ports, turns=turns)
    bench.push()
    for _ in range(MOST_WITHOUT_ROOM + 1):
        bench.look()
        clock[0] += RESTS
    assert bench.results == [*["given back"] * MOST_WITHOUT_ROOM, "failed"]
    lease = bench.store.claim(ReviewChange(REF), bench.time + timedelta(hours=1), 60)
    assert lease and lease.attempt == 2, "the failure is counted, and ends by being told"


def test_what_had_no_room_is_forgotten_after_an_hour() -> None:
    """Each process has a count of its own: what it gave back is done elsewhere, and is not heard of here again."""
    counted = DiskShortages()
    keys = [key_of(ReviewChange(dataclasses.replace(REF, number=number))) for number in (1, 2, 3)]
    assert [counted.count(key, NOW) for key in (*keys, keys[0])] == [1, 1, 1, 2]
    later = NOW + timedelta(minutes=59)
    assert counted.count(keys[0], later) == 3
    assert counted.count(keys[0], NOW + timedelta(hours=1)) == 2
    assert len(counted) == 1
    counted.forget(keys[0])
    assert len(counted) == 0


def test_leases_of_a_process_that_falls_ill_are_given_back(tmp_path: Path) -> None:
    bench, wrong, clock = Bench(tmp_path), [""], [0.0]
    bench.time = datetime.now(UTC)
    turns = RoundRobin(bench.store, 2, fitness=Fitness((lambda: wrong[0],), lambda: clock[0]))
    leases = HeldLeases(bench.store)
    process = WorkerProcess(bench.store, Queue(broker_for(""), bench.work), leases, turns=turns)
    bench.push()
    lease = turns.take(bench.time, 60)
    assert lease
    with leases.hold(lease):
        process._keep_leases()
        assert bench.store.claim(ReviewChange(REF), bench.time, 60) is None
        wrong[0], clock[0] = "the cache cannot be written", EVERY
        process._keep_leases()
        assert process.problem() == "the cache cannot be written"
        assert bench.store.superseded(lease)
    again = bench.store.claim(ReviewChange(REF), bench.time, 60)
    assert again and again.attempt == 1
