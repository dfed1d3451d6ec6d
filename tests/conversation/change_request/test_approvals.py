"""What an approval accepts, and what becomes of it: kept in the ledger until it ends, and ended for good."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.conversation.change_request.approvals import ApprovalPlaces, settle_approvals
from bot.forges.event import ReviewWanted
from bot.forges.port import Approval, ChangeRef
from bot.review.codec import encode
from bot.review.identity import Fingerprint
from bot.review_config.settings import ReviewConfig
from bot.store.ledger import GivenWaiver
from bot.store.port import Delivery, StoredReview
from bot.store.sql import SqlStore
from bot.store.sql_ledger import SqlLedger
from tests.fakes.forge import REF, FakeForge, change
from tests.fakes.reviews import finding, review
from tests.store.databases import with_tables

PUBLISHED = datetime(2026, 2, 1, 12, tzinfo=UTC)
NOW = PUBLISHED + timedelta(hours=1)
HEAD = "a" * 40
FOUND = review(finding("abcd" * 4), finding("1234" * 4, kind="guardrail"))
RULES = ReviewConfig(mode="enforce", approvers=("carol",), accept_by_approval=True)
ENDED = ("the approval of carol accepts nothing: it ended before (by a push, /iam revoke or the rules): approve again",)
APPROVED = PUBLISHED + timedelta(minutes=1)
CAROLS = Approval("pulls/reviews/1", "carol", HEAD, APPROVED)


def published(ref: ChangeRef, moment: datetime) -> StoredReview | None:
    kept = StoredReview(ref, HEAD, "b" * 40, PUBLISHED, encode(FOUND))
    return kept if moment >= PUBLISHED else None


class Desk:
    """A change request whose approvals are settled again and again."""

    def __init__(self, directory: Path) -> None:
        engines = with_tables(directory / "db")
        SqlStore(engines).accept(Delivery("github", "1", "pull_request", NOW, b"{}"), ReviewWanted(REF, HEAD, "opened"))
        self.ledger = SqlLedger(engines)
        self.forge = FakeForge(changes={REF: change(head=HEAD)}, permissions={"carol": "read"})
        self.asked: list[datetime] = []

    def before(self, ref: ChangeRef, moment: datetime) -> StoredReview | None:
        self.asked.append(moment)
        return published(ref, moment)

    def settle(self, *standing: Approval, rules: ReviewConfig = RULES) -> tuple[str, ...]:
        self.forge.approved[REF] = list(standing)
        places = ApprovalPlaces(self.forge, self.ledger, self.before)
        return settle_approvals(self.forge.changes[REF], FOUND, rules, places, NOW)

    @property
    def kept(self) -> list[GivenWaiver]:
        return list(self.ledger.waivers(REF))


def test_what_was_published_is_accepted_but_no_guardrail(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    assert desk.settle(CAROLS) == () == desk.settle(CAROLS)
    (kept,) = desk.kept
    assert (kept.of, kept.approved, kept.comment) == (finding("abcd" * 4).identity.newest, HEAD, CAROLS.id)
    assert kept.until == (APPROVED + timedelta(days=RULES.max_waiver_days)).date()


def test_withdrawn_it_has_ended_for_good(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.settle(CAROLS)
    desk.settle()
    assert desk.kept == []
    assert desk.settle(CAROLS) == ENDED
    assert desk.kept == []
    assert not desk.settle(dataclasses.replace(CAROLS, id="pulls/reviews/2"))
    assert [one.comment for one in desk.kept] == ["pulls/reviews/2"]


def test_a_push_ends_it_for_good(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.settle(CAROLS)
    desk.forge.changes[REF] = change(head="c" * 40)
    assert desk.settle(CAROLS) == ("the approval of carol accepts nothing: it was given to another commit",)
    assert desk.kept == []
    desk.forge.changes[REF] = change(head=HEAD)
    assert desk.settle(CAROLS) == ENDED
    assert desk.kept == []


def test_what_was_bound_anew_is_not_accepted_a_second_time(tmp_path: Path) -> None:
    """Release by release a finding may be called otherwise: what was revoked since must not be back by its old name."""
    desk = Desk(tmp_path)
    desk.settle(CAROLS)
    (approved,) = desk.kept
    newer = Fingerprint(9, "9" * 64)
    desk.ledger.bind(approved, newer, b"{}")
    desk.settle(CAROLS)
    assert [one.of for one in desk.kept] == [newer]
    desk.ledger.revoke(REF, newer, "carol", NOW)
    assert desk.settle(CAROLS) == ENDED
    assert desk.kept == []


def test_what_was_accepted_by_a_comment_outlives_an_approval(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.settle(CAROLS)
    (approved,) = desk.kept
    commented = dataclasses.replace(approved, comment="issues/comments/1", approved="", approver="grace")
    desk.ledger.accept(commented)
    desk.settle(dataclasses.replace(CAROLS, id="pulls/reviews/2"))
    desk.settle()
    assert [one.comment for one in desk.kept] == ["issues/comments/1"]


def test_the_forge_is_not_asked_where_approvals_accept_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    assert desk.settle(CAROLS, rules=dataclasses.replace(RULES, accept_by_approval=False)) == ()
    assert not desk.forge.calls and desk.kept == []


def test_switched_off_ends_what_approvals_accepted(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.settle(CAROLS)
    desk.settle(CAROLS, rules=dataclasses.replace(RULES, accept_by_approval=False))
    assert desk.kept == []
    assert desk.settle(CAROLS) == ENDED


def test_what_was_accepted_by_a_comment_since_is_not_told_as_ended(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.settle(CAROLS)
    (approved,) = desk.kept
    desk.ledger.accept(dataclasses.replace(approved, comment="issues/comments/1", approved=""))
    assert desk.settle(CAROLS) == ()


def test_of_an_approval_without_a_time_it_is_said_that_it_accepts_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    assert desk.settle(dataclasses.replace(CAROLS, commit="", at=None)) == (
        "the approval of carol accepts nothing: the forge does not say when it was given, as its older releases do not",
    )
    assert desk.kept == []


def test_the_review_that_was_read_is_asked_for_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.settle(CAROLS)
    assert desk.asked == [APPROVED]


def test_a_clock_of_the_forges_that_is_ahead_does_not_make_an_approval_late(tmp_path: Path) -> None:
    """What is dated later than now was given by now: only what was published until now could be read."""
    desk = Desk(tmp_path)
    desk.settle(dataclasses.replace(CAROLS, at=NOW + timedelta(days=1)))
    assert len(desk.kept) == 1
    early = dataclasses.replace(CAROLS, id="pulls/reviews/2", at=PUBLISHED - timedelta(seconds=1))
    said = desk.settle(early)
    assert said == (
        "the approval of carol accepts nothing: it was given before the review of this commit was published",
    )
    assert desk.kept == []
