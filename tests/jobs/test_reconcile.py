"""What no webhook told is found after a start and from time to time, without a flood."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.conversation.change_request.handle import Ports
from bot.errors import ForgeRefused, ForgeUnavailable
from bot.forges.port import ChangeRef, RepositoryRef
from bot.jobs import reconcile
from bot.jobs.leases import HeldLeases
from bot.jobs.reconcile import Reconciler
from bot.jobs.worker import Worker
from bot.store.sql_catch_up import SqlCatchUp
from bot.store.work_items import SweepForge, SweepRepository
from tests.fakes.contents import FakeContents
from tests.fakes.forge import FakeForge, change
from tests.fakes.reviews import answers, review
from tests.fakes.store import fresh_store

HERE = RepositoryRef("github", "acme/infra", 47)
START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class FakeWatch:
    """Counts what it is asked; `broken` is raised once."""

    asked: int = 0
    places: list[RepositoryRef] = field(default_factory=lambda: [HERE])
    broken: list[Exception] = field(default_factory=list)

    def send_again(self, now: datetime) -> int:
        self.asked += 1
        if self.broken:
            raise self.broken.pop()
        return 0

    def repositories(self) -> Iterator[RepositoryRef]:
        return iter(self.places)


class Bench:
    """A store, a forge with open change requests, and a clock that is moved by hand."""

    def __init__(self, directory: Path, count: int = 3) -> None:
        self.store = fresh_store(directory)
        refs = [ChangeRef("github", "acme/infra", number, 47) for number in range(1, count + 1)]
        self.forge = FakeForge({ref: change(ref) for ref in refs})
        self.watch = FakeWatch()
        self.time = START
        self.results: list[str] = []
        self.work = self.process()

    def process(self) -> Worker:
        """The work of another process on the same store."""
        reconciler = Reconciler(
            self.store, SqlCatchUp(self.store.engines), {"github": self.watch}, lambda place: self.forge
        )
        contents = FakeContents({}, {"a.tf": "a\n"})

        def ports(place: RepositoryRef) -> Ports:
            return Ports(self.forge, lambda _: contents, answers(review()))

        return Worker(
            self.store,
            HeldLeases(self.store),
            ports,
            now=lambda: self.time,
            count=self.results.append,
            reconciler=reconciler,
        )

    def go_on(self, **wait: float) -> None:
        """Some time later: what the housekeeper does until nothing is left."""
        self.time += timedelta(**wait)
        self.work.remind(self.time)
        for _ in range(10):
            for item in self.store.due(self.time, 1000, quiet=0):
                self.work.process(item)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_after_a_start_everything_open_has_a_conclusion(bench: Bench) -> None:
    bench.go_on()
    assert len(bench.forge.checks) == 3
    assert bench.results == ["gone through", "gone through", *["reviewed"] * 3]


def test_nothing_is_done_twice(bench: Bench) -> None:
    for _ in range(4):
        bench.go_on(seconds=30)
    assert (bench.watch.asked, len(bench.forge.checks)) == (1, 3)
    bench.go_on(minutes=10)
    assert (bench.watch.asked, bench.forge.calls["open_change_requests"]) == (2, 1)
    bench.go_on(hours=6)
    assert (bench.watch.asked, bench.forge.calls["open_change_requests"]) == (3, 2)
    assert len(bench.forge.checks) == 3


def test_rounds_through_repositories_are_spread(bench: Bench) -> None:
    bench.watch.places = [RepositoryRef("github", f"acme/r{number}", 47) for number in range(72)]
    bench.go_on()
    assert bench.forge.calls["open_change_requests"] == 72, "what was never gone through is, at once"
    bench.go_on(hours=1)
    assert bench.forge.calls["open_change_requests"] == 74
    bench.go_on(minutes=10)
    assert bench.forge.calls["open_change_requests"] == 76


def test_another_process_that_starts_asks_at_once_but_not_within_the_minute(bench: Bench) -> None:
    bench.go_on()
    for seconds, asked in ((30, 1), (40, 2)):
        bench.time += timedelta(seconds=seconds)
        bench.work = bench.process()
        bench.go_on()
        assert bench.watch.asked == asked


def test_a_push_that_was_missed(bench: Bench) -> None:
    bench.go_on()
    ref = next(iter(bench.forge.changes))
    bench.forge.changes[ref] = change(ref, head="c" * 40)
    bench.go_on(hours=7)
    assert [head for head, _ in bench.forge.checks][3:] == ["c" * 40]


def test_a_forge_that_is_away_is_asked_again(bench: Bench) -> None:
    bench.watch.broken = [ForgeUnavailable("away")]
    bench.go_on()
    assert bench.forge.checks == []
    bench.go_on(seconds=5)
    assert len(bench.forge.checks) == 3


def test_a_repository_that_is_closed_to_us_costs_nothing_else(bench: Bench) -> None:
    bench.watch.places = [RepositoryRef("github", "acme/secret", 47), HERE]
    bench.forge.before["open_change_requests"] = [ForgeRefused("404")]
    bench.go_on()
    assert bench.results.count("gone through") == 3
    bench.go_on(hours=7)
    assert len(bench.forge.checks) == 3


def test_many_open_ones_do_not_come_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconcile, "MOST_PENDING", 20)
    bench = Bench(tmp_path, 30)
    bench.work.remind(START)
    for place in (SweepForge("github"), SweepRepository(HERE)):
        bench.work.process(place)
    assert 15 < bench.store.backlog().pending <= 21
    assert bench.results == ["gone through", "failed"]
    bench.go_on()
    assert len(bench.forge.checks) < 21
    bench.go_on(minutes=2)
    assert len(bench.forge.checks) == 30
