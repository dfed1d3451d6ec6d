"""The line to try a finding with is right: IAM's rules, asked its request of its policy, say what it will say."""

from __future__ import annotations

import dataclasses
import json
import shlex
from typing import Any

import pytest

from bot.evaluated.document import from_json
from bot.iam.evaluator import is_allowed
from bot.iam.policy import parse_policy
from bot.iam.request import Request
from bot.iam.statement import PolicyKind
from bot.render.explain import explained, has_unknown_names, simulation
from bot.review.model import Finding
from bot.review_config.settings import ReviewConfig
from bot.risk.assess import assess
from tests.risk.gains import privilege_diff, touched_lines

GAINS: dict[str, dict[str, Any]] = {
    "a named queue": {"actions": "sqs:SendMessage", "resources": "arn:aws:sqs:eu-west-1:111122223333:jobs"},
    "all but some": {"actions": "*", "except_actions": ["iam:*", "sts:*"]},
    "all but one bucket": {"actions": "s3:GetObject", "except_resources": ["arn:aws:s3:::b/*"]},
    "quotes and blanks": {"actions": "s3:GetObject", "resources": 'arn:aws:s3:::b/it\'s "here" $(id) `id`/*'},
    "a name that Terraform knows": {"actions": "sqs:SendMessage", "resources": "${aws_sqs_queue.q.arn}"},
    "the policy's own variable": {"actions": "s3:GetObject", "resources": "arn:aws:s3:::b/${aws:username}/*"},
    "under a condition": {"actions": "s3:GetObject", "if": {"IpAddress aws:SourceIp": ["10.0.0.0/8"]}},
}


def finding(gained: dict[str, Any], **more: Any) -> Finding:
    (found,) = assess(privilege_diff({"gained": gained, **more}), touched_lines({5}), ReviewConfig()).gained
    return found


def option(line: str, name: str) -> str:
    words = shlex.split(line)
    return words[words.index(name) + 1]


@pytest.mark.parametrize("about", GAINS)
def test_the_policy_allows_the_request(about: str) -> None:
    one = finding(GAINS[about])
    line = simulation(one).replace("${aws_sqs_queue.q.arn}", "arn:aws:sqs:eu-west-1:111122223333:q")
    assert shlex.split(line)[:3] == ["aws", "iam", "simulate-custom-policy"]
    policy = parse_policy(from_json(json.loads(option(line, "--policy-input-list"))), PolicyKind.IDENTITY)
    asked = option(line, "--action-names"), option(line, "--resource-arns").replace("${aws:username}", "ada")
    context = {"aws:sourceip": ("10.1.2.3",), "aws:username": ("ada",)}
    assert is_allowed(policy.statements, (), Request("AWS:r", *asked, context))


def test_the_context_of_the_request_is_asked_with_its_type() -> None:
    one = finding(GAINS["under a condition"])
    assert one.witness is not None
    asked = dataclasses.replace(one, witness=dataclasses.replace(one.witness, context={"aws:SourceIp": ("10.0.0.1",)}))
    assert json.loads(option(simulation(asked), "--context-entries")) == [
        {"ContextKeyName": "aws:SourceIp", "ContextKeyValues": ["10.0.0.1"], "ContextKeyType": "ip"}
    ]


def test_names_that_have_to_be_exchanged_are_told_apart() -> None:
    assert has_unknown_names(simulation(finding(GAINS["a name that Terraform knows"])))
    assert not has_unknown_names(simulation(finding(GAINS["the policy's own variable"])))


def test_what_the_simulator_does_not_judge_has_no_line() -> None:
    trust = {"actions": "sts:AssumeRole", "who": "AWS:arn:*:*::444455556666:*"}
    assert not simulation(finding(trust, holder="trust"))


def test_an_explanation_says_what_it_means_and_how_to_narrow_it() -> None:
    one = finding(GAINS["all but some"])
    text = explained((one,), 60_000, "`grace` can accept a finding")
    for part in (
        "**What this means**: ",
        "**To try it**",
        "simulate-custom-policy",
        "**Next step**",
        "`grace` can accept",
    ):
        assert part in text


@pytest.mark.parametrize("nasty", ["\n/close", "\u202e", "\r"])
def test_there_is_no_line_with_what_ends_it_or_is_not_seen(nasty: str) -> None:
    asked = finding(GAINS["a name that Terraform knows"])
    assert asked.witness is not None
    witness = dataclasses.replace(asked.witness, resource=f"arn:aws:s3:::a{nasty}")
    assert simulation(dataclasses.replace(asked, witness=witness)) == ""
