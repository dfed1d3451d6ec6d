"""What a report says about what happens next, and about who can accept."""

from __future__ import annotations

from typing import Any

import pytest

from bot.render.page.page import next_steps
from bot.review.acceptors import Acceptors
from bot.review.model import AppliedWaiver
from tests.fakes.reviews import finding, review

OPEN = finding("a" * 16)
WAIVED = finding("a" * 16, waiver=AppliedWaiver("known", "grace", "2027-01-01"))
SOME = Acceptors(("grace", "acme/security"), False, 90)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (review(OPEN, mode="enforce", acceptors=SOME), ["The check fails until", "grace, acme/security can accept"]),
        (review(OPEN, mode="observe"), ["The mode is observe, so the check does not fail"]),
        (review(OPEN, acceptors=Acceptors((), True, 90)), ["Nobody can accept this yet"]),
        (review(OPEN, acceptors=Acceptors(("ada",), True, 5)), ["for 5 days at most", "by approving it"]),
        (review(OPEN, acceptors=Acceptors(("ada",) * 12, False, 5)), ["and 2 more can accept"]),
        (review(OPEN, blocked_by=("guardrail",), acceptors=SOME), ["A guardrail cannot be accepted in a comment"]),
        (review(OPEN, verdict="pass", fail_at="critical"), ["nothing that counts is critical or worse"]),
        (review(verdict="fail", blocked_by=("gaps",), mode="enforce", acceptors=SOME), ["The check fails until"]),
    ],
)
def test_next_steps(content: Any, said: list[str]) -> None:
    text = " ".join(next_steps(content))
    assert [part for part in said if part not in text] == []


@pytest.mark.parametrize("content", [review(), review(WAIVED, verdict="pass")])
def test_nothing_where_nobody_has_anything_to_do(content: Any) -> None:
    assert next_steps(content) == ()


def test_what_nobody_can_accept_names_nobody() -> None:
    assert "can accept" not in " ".join(next_steps(review(verdict="fail", acceptors=SOME)))
