"""Which heads are owed a conclusion, over a real store and a forge in memory."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.conversation.change_request.handle import Ports
from bot.conversation.change_request.supersede import CLOSED, SUPERSEDED
from bot.errors import ForgeRefused, ForgeUnavailable, ReviewFailed
from bot.forges.event import Closed, Event, ReviewWanted
from bot.forges.port import ChangeRef, RepositoryRef
from bot.jobs.leases import HeldLeases
from bot.jobs.worker import Worker
from bot.review_process.protocol import ChildAnswer, ChildRequest
from bot.store.port import Delivery
from bot.store.sql_ledger import SqlLedger
from bot.store.work_items import ReviewChange
from tests.fakes.contents import FakeContents
from tests.fakes.forge import REF, FakeForge, change
from tests.fakes.reviews import Reviewer, answers, finding, review
from tests.fakes.store import fresh_store

A, B, C = "a" * 40, "b" * 40, "c" * 40
RED = review(finding("0" * 16, line=2))
NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Killed(BaseException):
    """The process is gone."""


class Bench:
    """A worker with a ledger; pushes come in and are looked at when a test says so."""

    def __init__(self, directory: Path) -> None:
        self.store, self.forge, self.time = fresh_store(directory), FakeForge(), NOW
        self.ledger = SqlLedger(self.store.engines)
        self.reviewer: Reviewer = answers(RED)
        self.work = Worker(
            self.store, HeldLeases(self.store), self.ports, now=lambda: self.time, ledger=self.ledger, on_error="fail"
        )

    def ports(self, place: RepositoryRef) -> Ports:
        contents = FakeContents({"main.tf": "a\nb\n"}, {"main.tf": "a\nB\n"})
        return Ports(self.forge, lambda change: contents, lambda request: self.reviewer(request), ledger=self.ledger)

    def deliver(self, event: Event) -> None:
        self.store.accept(Delivery("github", f"{len(self.forge.checks)}{self.time}{event}", "x", self.time, b""), event)

    def push(self, head: str, ref: ChangeRef = REF) -> None:
        self.forge.changes[ref] = change(ref, head)
        self.deliver(ReviewWanted(ref, head, "pushed"))

    def look(self, minutes: int = 0) -> None:
        self.time = self.time.replace(minute=self.time.minute + minutes)
        self.work.process(ReviewChange(REF))

    def said(self) -> list[tuple[str, str | None]]:
        return [(head[0], check.conclusion) for head, check in self.forge.checks]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_after_a_kill_the_head_of_then_is_concluded(bench: Bench) -> None:
    def reviewer(request: ChildRequest) -> ChildAnswer:
        raise Killed

    bench.reviewer = reviewer
    bench.push(A)
    with pytest.raises(Killed):
        bench.look()
    bench.reviewer = answers(RED)
    bench.push(B)
    bench.look(minutes=2)
    assert bench.said() == [("a", "cancelled"), ("b", "failure")]
    assert bench.forge.checks[0][1] == SUPERSEDED


def test_a_failure_that_is_reported_on_the_new_head_leaves_the_old_one_concluded(bench: Bench) -> None:
    def reviewer(request: ChildRequest) -> ChildAnswer:
        bench.forge.changes[REF] = change(head=B)  # pushed, and not heard of yet
        raise ReviewFailed("it fell over")

    bench.reviewer = reviewer
    bench.push(A)
    bench.look()
    bench.reviewer = answers(RED)
    bench.push(B)
    bench.look(minutes=2)
    assert bench.said() == [("b", "failure"), ("a", "cancelled"), ("b", "failure")]


def test_what_was_concluded_stays_what_it_is(bench: Bench) -> None:
    for head in (A, B, A, C):
        bench.push(head)
        bench.look()
    assert bench.said() == [("a", "failure"), ("b", "failure"), ("a", "failure"), ("c", "failure")]
    assert bench.ledger.passed_over(REF, C) == ()


def test_what_was_heard_of_last_is_not_passed_over_by_a_forge_that_lags(bench: Bench) -> None:
    bench.push(A)
    bench.look()
    bench.push(B)
    bench.forge.changes[REF] = change(head=A)
    bench.look()
    assert bench.said()[-1] == ("a", "failure")


def test_closed_after_a_kill(bench: Bench) -> None:
    def reviewer(request: ChildRequest) -> ChildAnswer:
        raise Killed

    bench.reviewer = reviewer
    bench.push(A)
    with pytest.raises(Killed):
        bench.look()
    bench.forge.changes[REF] = change(head=A, state="closed")
    bench.deliver(Closed(REF))
    bench.forge.before["set_check"] = [ForgeUnavailable("502")]
    bench.look(minutes=2)
    assert bench.said() == []
    bench.look(minutes=20)
    assert bench.forge.checks == [(A, CLOSED)]
    assert bench.store.backlog().pending == 0


def test_closed_with_nothing_begun_asks_the_forge_nothing(bench: Bench) -> None:
    bench.push(A)
    bench.deliver(Closed(REF))
    bench.look()
    assert (bench.said(), bench.store.backlog().pending) == ([], 0)


def test_a_head_that_takes_no_conclusion_is_not_tried_for_ever(bench: Bench) -> None:
    bench.push(A)
    bench.push(B)
    bench.forge.before["set_check"] = [ForgeRefused("422: no such commit")]
    bench.look()
    assert bench.said() == [("b", "failure")]
    assert bench.ledger.passed_over(REF, B) == ()


def test_a_head_of_another_open_change_request_is_left_to_it_until_it_is_closed(bench: Bench) -> None:
    other = ChangeRef("github", "acme/infra", 8)
    bench.push(A, other)
    bench.push(A)
    bench.push(B)
    bench.look()
    assert bench.said() == [("b", "failure")]
    bench.deliver(Closed(other))
    bench.push(C)
    bench.look()
    assert bench.said()[1:] == [("a", "cancelled"), ("c", "failure")]


@pytest.mark.parametrize("hint", ["", "main", "A" * 40, "a" * 39])
def test_what_is_no_commit_gets_no_conclusion(bench: Bench, hint: str) -> None:
    bench.deliver(ReviewWanted(REF, hint, "pushed"))
    bench.push(B)
    bench.look()
    assert bench.said() == [("b", "failure")]
