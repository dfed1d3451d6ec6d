"""Which approvals stand, and of which commit, by what each forge tells of them."""

from __future__ import annotations

from typing import Any

import pytest

from bot.forges.github.standing_reviews import approvals as on_github
from bot.forges.gitlab.people import approvals as on_gitlab

GRACE = {"login": "grace", "type": "User"}
VERSIONS = [
    {"created_at": "2026-01-31T12:00:00.000Z", "head_commit_sha": "second"},
    {"created_at": "2026-01-31T10:00:00.000Z", "head_commit_sha": "first"},
]


def review(identity: int, state: str, **other: Any) -> dict[str, Any]:
    given = {"submitted_at": f"2026-01-31T0{identity}:00:00Z", "commit_id": "c" * 40, "user": GRACE}
    return {"id": identity, "state": state, **given, **other}


@pytest.mark.parametrize(
    ("reviews", "standing"),
    [
        ([review(1, "APPROVED")], ["pulls/reviews/1"]),
        ([review(1, "APPROVED"), review(2, "COMMENTED")], ["pulls/reviews/1"]),
        ([review(1, "APPROVED"), review(2, "CHANGES_REQUESTED")], []),
        ([review(1, "DISMISSED")], []),
        ([review(1, "APPROVED"), review(2, "DISMISSED")], []),
        ([review(1, "DISMISSED"), review(2, "APPROVED", user={"login": "Grace", "type": "User"})], ["pulls/reviews/2"]),
        ([review(1, "APPROVED"), review(2, "APPROVED")], ["pulls/reviews/2"]),
        ([review(1, "APPROVED", user={"login": "x[bot]", "type": "Bot"})], []),
        ([review(1, "APPROVED", user=None)], []),
        ([review(1, "APPROVED", submitted_at=None)], []),
        ([review(1, "APPROVED", commit_id=None)], []),
        ([review(1, "PENDING")], []),
    ],
)
def test_on_github(reviews: list[dict[str, Any]], standing: list[str]) -> None:
    assert [one.id for one in on_github(reviews)] == standing


def given(at: str | None, username: str = "grace") -> dict[str, Any]:
    return {"user": {"id": 5, "username": username}, "approved_at": at}


@pytest.mark.parametrize(
    ("approval", "versions", "commits"),
    [
        (given("2026-01-31T10:30:00.000Z"), VERSIONS, ["first"]),
        (given("2026-01-31T12:30:00.000Z"), VERSIONS, ["second"]),
        (given("2026-01-31T12:00:00.000Z"), VERSIONS, ["first"]),
        (given("2026-01-31T09:00:00.000Z"), VERSIONS, []),
        (given(None), VERSIONS, [""]),
        (given("2026-01-31T12:30:00.000Z", "project_3_bot_1a"), VERSIONS, []),
        (given("2026-01-31T12:30:00.000Z"), [*VERSIONS, {"created_at": None, "head_commit_sha": "when?"}], []),
        (given("2026-01-31T12:30:00.000Z"), [], []),
    ],
)
def test_on_gitlab(approval: dict[str, Any], versions: list[dict[str, Any]], commits: list[str]) -> None:
    """Of the head that was there: what was approved at the very moment of a push is the head before."""
    assert [one.commit for one in on_gitlab([approval], versions)] == commits
