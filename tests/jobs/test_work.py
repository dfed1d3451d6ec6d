"""What a worker does with one change request, over a real store and a forge in memory."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.conversation.change_request.handle import Ports
from bot.errors import ContentsError, ForgeError, ForgeRefused, ForgeUnavailable, ReviewFailed, StoreUnavailable
from bot.forges.event import Closed, CommandGiven, Event, ReviewWanted
from bot.forges.port import RepositoryRef
from bot.jobs.broker import broker_for
from bot.jobs.leases import HeldLeases
from bot.jobs.queue import Queue
from bot.jobs.worker import Worker
from bot.review_config.settings import ReviewConfig
from bot.review_process.protocol import ChildAnswer, ChildRequest, Reviewed
from bot.store.port import Backlog, Delivery
from bot.store.sql import SqlStore
from bot.store.tables import reviews
from bot.store.work_items import ReviewChange, key_of
from tests.fakes.contents import FakeContents
from tests.fakes.forge import REF, FakeForge
from tests.fakes.reviews import Reviewer, answers, finding, review
from tests.fakes.store import fresh_store

BASE, HEAD = {"main.tf": "a\nb\n"}, {"main.tf": "a\nB\n"}
RED = review(finding("0" * 16, line=2))
DONE = Backlog(0, None, 0)


class Bench:
    """A store, a forge, a clock that is moved by hand, and the work between them."""

    def __init__(self, directory: Path) -> None:
        self.store: SqlStore = fresh_store(directory)
        self.forge = FakeForge()
        self.reviewer: Reviewer = answers(RED)
        self.time = datetime(2026, 1, 1, tzinfo=UTC)
        self.results: list[str] = []
        self.work = Worker(
            self.store, HeldLeases(self.store), self.ports, now=lambda: self.time, count=self.results.append
        )
        self._deliveries = 0

    def ports(self, place: RepositoryRef) -> Ports:
        return Ports(self.forge, lambda change: FakeContents(BASE, HEAD), lambda request: self.reviewer(request))

    def deliver(self, event: Event) -> None:
        self._deliveries += 1
        self.store.accept(Delivery("github", str(self._deliveries), "x", self.time, b"{}"), event)

    def push(self) -> None:
        self.deliver(ReviewWanted(REF, "a" * 40, "pushed"))

    def look(self, after: float = 0) -> None:
        self.time += timedelta(seconds=after)
        self.work.process(ReviewChange(REF))

    def conclusions(self) -> list[str | None]:
        return [check.conclusion for _, check in self.forge.checks]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_a_push_is_reviewed_and_recorded(bench: Bench) -> None:
    bench.push()
    bench.look()
    assert bench.results == ["reviewed"]
    assert bench.conclusions() == ["failure"]
    assert bench.store.backlog() == DONE
    bench.look()
    assert bench.results == ["reviewed"]


def test_a_killed_worker_after_posting_leaves_no_second_comment(bench: Bench) -> None:
    bench.push()

    class Killed(BaseException):
        pass

    bench.forge.after["post_review"] = [Killed()]  # type: ignore[list-item]
    with pytest.raises(Killed):
        bench.look()
    assert len(bench.forge.comments[REF]) == 1
    bench.look(after=30)
    assert bench.results == []
    bench.look(after=31)
    assert bench.results == ["reviewed"]
    assert len([c for c in bench.forge.comments[REF] if c.kind == "inline"]) == 1
    assert bench.store.backlog() == DONE


def test_a_push_during_a_review_is_reviewed_too(bench: Bench) -> None:
    def reviewer(request: ChildRequest) -> ChildAnswer:
        bench.reviewer = answers(RED)
        bench.push()
        return Reviewed(RED, ReviewConfig())

    bench.reviewer = reviewer
    bench.push()
    bench.look()
    assert bench.results == ["superseded", "reviewed"]
    assert bench.conclusions() == ["failure"]


def test_one_that_is_closed_during_a_review_hears_no_more(bench: Bench) -> None:
    def reviewer(request: ChildRequest) -> ChildAnswer:
        bench.deliver(Closed(REF))
        return Reviewed(RED, ReviewConfig())

    bench.reviewer = reviewer
    bench.push()
    bench.look()
    assert (bench.results, bench.forge.checks) == (["superseded"], [])
    assert bench.store.backlog() == DONE


def test_a_dead_child_is_said_at_once_tried_once_more_and_given_up(bench: Bench) -> None:
    def reviewer(request: ChildRequest) -> ChildAnswer:
        raise ReviewFailed("the review needed more than 2048 MiB of memory")

    bench.reviewer = reviewer
    bench.push()
    bench.look()
    ((_, check),) = bench.forge.checks
    assert check.conclusion == "failure" and "2048 MiB" in check.summary and "by itself" in check.summary
    bench.look(after=31)
    assert "by itself" not in bench.forge.checks[-1][1].summary
    assert bench.store.backlog() == Backlog(0, None, 1)
    bench.deliver(CommandGiven(REF, "5", "alice", "/iam review"))
    bench.reviewer = answers(review())
    bench.look(after=1)
    assert bench.conclusions()[-1] == "success"
    assert bench.store.backlog() == DONE


def test_a_bug_of_ours_ends_in_a_conclusion(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    def reviewer(request: ChildRequest) -> ChildAnswer:
        raise ZeroDivisionError

    bench.reviewer = reviewer
    bench.push()
    for _ in range(4):
        bench.look(after=600)
    assert bench.conclusions() == ["failure"] * 4
    assert bench.store.dead(1)[0].error == "the bot stopped on an internal error (ZeroDivisionError)"


@pytest.mark.parametrize(
    ("error", "checks", "waits"),
    [(lambda: ForgeUnavailable("502"), ["failure"], 4), (lambda: ForgeRefused("403"), ["failure"], 60)],
)
def test_a_forge_that_is_away_is_waited_for(
    bench: Bench, error: Callable[[], ForgeError], checks: list[str], waits: int
) -> None:
    bench.forge.before["change_request"] = [error()]
    bench.push()
    bench.look()
    assert (bench.results, bench.forge.checks) == (["failed"], [])
    bench.look(after=waits - 1)
    assert bench.results == ["failed"]
    bench.look(after=2)
    assert bench.conclusions() == checks
    assert bench.store.backlog() == DONE


def test_a_command_is_answered_without_a_review(bench: Bench) -> None:
    bench.deliver(CommandGiven(REF, "5", "alice", "/iam help"))
    bench.look()
    assert bench.results == ["answered"]
    assert [comment.kind for comment in bench.forge.comments[REF]] == ["summary"]
    assert bench.forge.checks == []


def test_a_finding_of_the_recorded_review_is_explained(bench: Bench) -> None:
    bench.push()
    bench.look()
    bench.deliver(CommandGiven(REF, "5", "alice", f"/iam explain {'0' * 16}"))
    bench.look()
    assert "s3:DeleteBucket" in bench.forge.comments[REF][-1].body


def test_a_stranger_gets_no_review(bench: Bench) -> None:
    bench.deliver(CommandGiven(REF, "5", "mallory", "/iam review"))
    bench.look()
    assert (bench.results, bench.forge.checks, bench.forge.reactions) == (["answered"], [], [("5", "-1")])


def test_refused_signs_and_replies_do_not_stop_a_review(bench: Bench) -> None:
    bench.forge.before = {"react": [ForgeRefused("403")] * 2, "write_comment": [ForgeRefused("403")]}
    bench.deliver(CommandGiven(REF, "5", "alice", "/iam help"))
    bench.deliver(CommandGiven(REF, "6", "alice", "/iam review"))
    bench.look()
    assert bench.results == ["reviewed"]


def test_whoever_asks_gets_a_review(bench: Bench) -> None:
    bench.deliver(CommandGiven(REF, "5", "alice", "/iam review"))
    bench.look()
    assert bench.results == ["reviewed"]


def test_interrupted_without_end_is_given_up(bench: Bench) -> None:
    bench.push()
    for _ in range(16):
        assert bench.store.claim(ReviewChange(REF), bench.time, 10)
        bench.time += timedelta(seconds=11)
    bench.look()
    assert "interrupted 16 times" in bench.forge.checks[0][1].summary
    assert bench.store.backlog().dead == 1


def test_leases_are_renewed_and_given_back(bench: Bench) -> None:
    bench.push()
    lease = bench.store.claim(ReviewChange(REF), bench.time, 60)
    assert lease
    with bench.work.leases.hold(lease):
        bench.work.leases.renew(bench.time + timedelta(seconds=50))
        assert bench.store.claim(ReviewChange(REF), bench.time + timedelta(seconds=100), 60) is None
        bench.work.leases.release()
        assert bench.store.claim(ReviewChange(REF), bench.time + timedelta(seconds=100), 60) is not None


def test_a_first_failure_of_git_shows_no_red(bench: Bench) -> None:
    good, fails = bench.ports, [ContentsError("could not fetch: the connection was reset")] * 2

    def ports(place: RepositoryRef) -> Ports:
        broken = FakeContents({}, {}, fails.pop()) if fails else FakeContents(BASE, HEAD)
        return dataclasses.replace(good(place), contents=lambda change: broken)

    bench.work = dataclasses.replace(bench.work, ports=ports)
    bench.push()
    bench.look()
    assert (bench.results, bench.conclusions()) == (["failed"], [])
    bench.look(after=10)
    assert bench.conclusions() == ["failure"]  # the second time it is told
    bench.look(after=60)
    assert bench.results[-1] == "reviewed"


def test_one_id_joins_delivery_review_and_log_line(bench: Bench) -> None:
    bench.push()
    bench.time += timedelta(seconds=3)
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logs:
        bench.look()
    (line,) = (line for line in logs if line["event"] == "work done")
    assert (line["delivery"], line["change_request"], line["attempt"]) == ("1", "acme/infra#7", 1)
    assert (line["grade"], line["verdict"], line["waited"]) == ("high", "fail", 3.0)
    assert line["seconds"] >= 0
    with bench.store.engines.reading() as connection:
        assert connection.execute(select(reviews.c.delivery)).scalars().all() == ["1"]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ForgeUnavailable("GET https://forge.example: 502"), {"reason": "GET https://forge.example: 502"}),
        (StoreUnavailable("the database does not answer"), {"reason": "the database does not answer"}),
        (KeyError("ours"), {"exc_info": True}),
    ],
)
def test_what_the_world_outside_fails_by_is_one_line(bench: Bench, error: Exception, told: dict[str, object]) -> None:
    bench.forge.before["change_request"] = [error]  # type: ignore[list-item]
    bench.push()
    with capture_logs() as logs:
        bench.look()
    (line,) = (line for line in logs if line["event"] == "work failed")
    assert {name: line.get(name) for name in ("reason", "exc_info") if name in line} == told


def test_a_database_that_is_away_when_notice_is_given_is_one_line(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise StoreUnavailable("the database does not answer")

    queue = Queue(broker_for(""), bench.work)
    monkeypatch.setattr(bench.store, "claim", away)
    with capture_logs() as logs:
        queue.actor.fn(*key_of(ReviewChange(REF)))
    (line,) = logs
    assert line["event"].startswith("the database is away") and "exc_info" not in line
