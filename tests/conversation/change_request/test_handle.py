"""One change request's road, over a forge in memory."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

import pytest

from bot.conversation.change_request.handle import Drafts, Ports, report_failure, review_change_request
from bot.conversation.change_request.publish import reason_of
from bot.errors import ContentsError, ForgeUnavailable, ReviewFailed
from bot.render.marker import read_marker
from bot.review.model import Review
from bot.review_process.protocol import ChildAnswer, ChildRequest
from tests.fakes.contents import FakeContents
from tests.fakes.forge import REF, FakeForge, change
from tests.fakes.reviews import answers, finding, review

BASE = {"main.tf": "a\nb\nc\nd\n"}
HEAD = {"main.tf": "a\nB\nC\nd\n"}
TWO = review(finding("0" * 16, line=2), finding("1" * 16, line=3))


def ports(forge: FakeForge, result: Review = TWO, head: dict[str, str] = HEAD) -> Ports:
    return Ports(forge, lambda _: FakeContents(BASE, head), answers(result), clock=iter((10.0, 12.5)).__next__)


def never() -> bool:
    return False


def inline(forge: FakeForge) -> list[str]:
    found = (read_marker(comment.body) for comment in forge.comments.get(REF, ()))
    return [f"{m.thread}{' fixed' if m.state == 'fixed' else ''}" for m in found if m and m.thread]


def test_a_review_ends_in_comments_a_summary_and_a_check() -> None:
    forge = FakeForge()
    outcome = review_change_request(REF, ports(forge), never)
    assert outcome.review and outcome.review.stats.seconds == 2.5
    assert inline(forge) == ["0" * 16, "1" * 16]
    assert [comment.kind for comment in forge.comments[REF]].count("summary") == 1
    assert [(head, check.conclusion) for head, check in forge.checks] == [("a" * 40, "failure")]


def test_again_is_the_same_as_once() -> None:
    forge = FakeForge()
    review_change_request(REF, ports(forge), never)
    written = list(forge.comments[REF])
    review_change_request(REF, ports(forge), never)
    assert forge.comments[REF] == written
    assert forge.checks[0] == forge.checks[1]


def test_what_is_fixed_is_said_where_it_stood() -> None:
    forge = FakeForge()
    review_change_request(REF, ports(forge), never)
    review_change_request(REF, ports(forge, review()), never)
    assert inline(forge) == [f"{'0' * 16} fixed", f"{'1' * 16} fixed"]
    assert forge.checks[-1][1].conclusion == "success"


def test_a_change_without_terraform_passes_without_a_reviewer() -> None:
    def reviewer(request: ChildRequest) -> ChildAnswer:
        raise AssertionError("a child was started")

    forge = FakeForge()
    road = dataclasses.replace(ports(forge, head=BASE | {"README.md": "new\n"}), reviewer=reviewer)
    outcome = review_change_request(REF, road, never)
    assert outcome.kind == "reviewed"
    assert [check.conclusion for _, check in forge.checks] == ["success"]
    assert forge.comments == {}


def test_refused_positions_are_not_lost() -> None:
    forge = FakeForge(off_diff={("main.tf", 3)})
    review_change_request(REF, ports(forge), never)
    assert inline(forge) == ["0" * 16]
    (summary,) = [comment for comment in forge.comments[REF] if comment.kind == "summary"]
    assert "On lines that cannot carry a comment" in summary.body and "main.tf:3" in summary.body


def test_a_closed_one_is_left_alone() -> None:
    forge = FakeForge({REF: change(state="closed")})
    assert review_change_request(REF, ports(forge), never).kind == "closed"
    assert (forge.checks, forge.comments) == ([], {})


@pytest.mark.parametrize("stage", [0, 1, 2])
def test_superseded_at_a_stage_publishes_nothing(stage: int) -> None:
    answers_of: Iterator[bool] = iter([False] * stage + [True])
    forge = FakeForge()
    outcome = review_change_request(REF, ports(forge), answers_of.__next__)
    assert outcome.kind == "superseded"
    assert (forge.checks, forge.comments) == ([], {})


@pytest.mark.parametrize("method", ["post_review", "write_comment", "set_check"])
def test_interrupted_after_any_write_then_done_again(method: str) -> None:
    forge = FakeForge(after={method: [ForgeUnavailable("502")]})
    with pytest.raises(ForgeUnavailable):
        review_change_request(REF, ports(forge), never)
    review_change_request(REF, ports(forge), never)
    untouched = FakeForge()
    review_change_request(REF, ports(untouched), never)
    assert forge.comments == untouched.comments
    assert forge.checks[-1] == untouched.checks[-1]


def died(request: ChildRequest) -> ChildAnswer:
    raise ReviewFailed("the review took longer than 150 seconds")


def no_contents(_: object) -> FakeContents:
    return FakeContents({}, {}, ContentsError("could not fetch: timed out"))


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (lambda road: dataclasses.replace(road, reviewer=died), "The review took longer than 150 seconds."),
        (lambda road: dataclasses.replace(road, contents=no_contents), "Could not fetch: timed out."),
    ],
)
def test_a_failure_ends_in_a_conclusion(broken: Callable[[Ports], Ports], says: str) -> None:
    forge = FakeForge()
    with pytest.raises((ReviewFailed, ContentsError)) as caught:
        review_change_request(REF, broken(ports(forge)), never)
    report_failure(REF, forge, reason_of(caught.value), "fail", again=True)
    ((head, check),) = forge.checks
    assert (head, check.conclusion) == ("a" * 40, "failure")
    assert says in check.summary and "/iam review" in check.summary


def test_on_error_neutral_does_not_block_and_a_bug_is_told_by_its_type_only() -> None:
    forge = FakeForge()
    report_failure(REF, forge, reason_of(KeyError("secret")), "neutral", again=False)
    ((_, check),) = forge.checks
    assert check.conclusion == "neutral"
    assert "KeyError" in check.summary and "secret" not in check.summary


@pytest.mark.parametrize(
    ("drafts", "draft", "again", "kind", "comments", "conclusion"),
    [
        ("review", True, False, "reviewed", True, "failure"),
        ("quiet", True, False, "reviewed", False, "failure"),
        ("quiet", False, False, "reviewed", True, "failure"),
        ("skip", True, False, "draft", False, None),
        ("skip", True, True, "reviewed", True, "failure"),
        ("skip", False, False, "reviewed", True, "failure"),
    ],
)
def test_drafts(drafts: Drafts, draft: bool, again: bool, kind: str, comments: bool, conclusion: str | None) -> None:
    forge = FakeForge({REF: change(draft=draft)})
    outcome = review_change_request(REF, dataclasses.replace(ports(forge), drafts=drafts), never, again)
    assert (outcome.kind, bool(forge.comments)) == (kind, comments)
    assert [check.conclusion for _, check in forge.checks] == ([conclusion] if conclusion else [])
    assert forge.running[:1] == ["a" * 40]
