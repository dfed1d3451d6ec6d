"""What a pattern of actions covers is listed by access level, with AWS's page of the service."""

from __future__ import annotations

from bot.render.wildcards import covered_actions
from tests.render.test_tried import finding


def test_a_service_wide_wildcard_lists_its_actions() -> None:
    (fold,) = covered_actions(finding({"actions": "kms:*", "resources": "arn:aws:kms:eu-west-1:1:key/k"}))
    assert "service-authorization/latest/reference/list_awskeymanagementservice.html" in fold
    assert "- Permissions management (" in fold
    assert "`kms:CreateGrant`" in fold


def test_a_pattern_lists_only_what_it_covers() -> None:
    (fold,) = covered_actions(finding({"actions": ["sqs:Send*", "sns:Publish"]}))
    assert "<summary>1 action of sqs, by access level</summary>" in fold
    assert "`sqs:SendMessage`" in fold
    assert "sns:" not in fold


def test_named_actions_and_everything_list_nothing() -> None:
    assert covered_actions(finding({"actions": ["sqs:SendMessage"]})) == []
    assert covered_actions(finding({"actions": ["*"]})) == []
