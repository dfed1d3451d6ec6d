"""What is known of earlier findings, out of kept reviews as they are written."""

from __future__ import annotations

from structlog.testing import capture_logs

from bot.conversation.change_request.earlier_findings import known_findings
from bot.review.codec import encode
from tests.fakes.reviews import finding, review

FOUND = finding("0" * 16, line=2)
OLDER = finding("1" * 16, line=3)


def test_findings_of_all_kept_reviews_are_known() -> None:
    with capture_logs() as logs:
        known = known_findings((encode(review(FOUND)), encode(review(OLDER))))
    assert [one.finding for one in known.values()] == [FOUND, OLDER]
    assert logs == []


def test_a_review_that_cannot_be_read_is_logged_and_hides_no_other() -> None:
    with capture_logs() as logs:
        known = known_findings((b'{"gained": [{"title": 1}]}', encode(review(FOUND))))
    assert [one.finding for one in known.values()] == [FOUND]
    assert [(line["log_level"], line["event"]) for line in logs] == [("warning", "a kept review cannot be read")]
    assert "$.gained[0]" in logs[0]["error"]
