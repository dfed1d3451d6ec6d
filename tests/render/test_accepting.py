"""Who can accept is said where something waits for them, and nowhere else."""

from __future__ import annotations

import dataclasses

import pytest

from bot.conversation.change_request.rule_links import with_rule_links
from bot.render.summary import markdown
from bot.review_config.settings import ReviewConfig
from tests.render.reviews import review_of, stories

WAITING = dataclasses.replace(review_of(stories()[2]["review"]), verdict="fail", blocked_by=("gained",))
ENFORCING = ReviewConfig(mode="enforce", approvers=("grace", "acme/security"))


def test_the_summary_ends_with_who_can_accept() -> None:
    said = markdown(WAITING, ENFORCING)
    assert "`grace`, `acme/security` can accept a finding" in said
    nobody = markdown(WAITING, dataclasses.replace(ENFORCING, approvers=()))
    assert "Nobody can accept this yet: the base branch's `.iam-review.yaml` names no `approvers`." in nobody


@pytest.mark.parametrize("mode", ["observe", "comment"])
def test_where_nothing_is_blocked_nobody_is_named(mode: str) -> None:
    assert "can accept" not in markdown(WAITING, ReviewConfig(mode=mode, approvers=("grace",)))  # type: ignore[arg-type]


def test_where_nothing_waits_nobody_is_named() -> None:
    passed = dataclasses.replace(WAITING, verdict="pass", blocked_by=())
    assert "can accept" not in markdown(passed, ENFORCING)


def test_rules_are_linked_where_the_server_explains_them() -> None:
    linked = with_rule_links(WAITING, "https://bot.example.com/rules")
    assert linked.gained[0].help == f"https://bot.example.com/rules/{linked.gained[0].rule}.md"
    own = dataclasses.replace(WAITING.gained[0], help="https://wiki.example.com/x")
    kept = dataclasses.replace(WAITING, gained=(own,))
    assert with_rule_links(kept, "https://bot.example.com/rules").gained == (own,)
    assert with_rule_links(WAITING, "") is WAITING
