"""The score never falls when access is added, does not depend on how it is written, and is 0 only for none."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.extract import Extracted
from bot.iam.grant import Grant
from bot.iam.policy_subject import Role
from bot.iam.statement import Effect, PolicyKind, Statement
from bot.review.model import GRADES
from bot.review.prose import text_of_prose
from bot.review_config.settings import ReviewConfig
from bot.risk.assess import Assessment, Surroundings, assess
from bot.risk.escalation.iam_graph import IamGraph, RootGraph
from bot.risk.fingerprint import identity_of
from bot.risk.resource_scope import pattern_width, width_of
from bot.risk.score import BANDS, score_of
from tests.risk.gains import holder_delta, privilege_diff, row_of, statement_of, touched_lines
from tests.yaml_files import read_yaml

ACTIONS = (
    "*", "s3:*", "s3:Get*", "s3:GetObject", "s3:PutBucketPolicy", "s3:ListBucket", "iam:*", "iam:PassRole",
    "iam:AttachRolePolicy", "iam:GetRole", "sts:AssumeRole", "sqs:SendMessage", "ec2:Describe*", "ec2:RunInstances",
    "lambda:InvokeFunction", "kms:Decrypt", "nosuch:Thing", "dynamodb:*",
)  # fmt: skip
RESOURCES = (
    "*", "arn:aws:s3:::b/*", "arn:aws:s3:::*", "arn:aws:iam::1:role/*", "arn:aws:iam::1:role/app-*",
    "arn:aws:sqs:*:*:jobs", "${aws_s3_bucket.b.arn}/*", "${var.arn}", "arn:aws:dynamodb:*:*:table/*",
)  # fmt: skip
WIDTHS: list[tuple[str, str]] = read_yaml(Path("tests/cases/risk/widths.yaml").read_text())
OF_ACTIONS: list[tuple[str, str, str]] = read_yaml(Path("tests/cases/risk/action_widths.yaml").read_text())
UNHURRIED = settings(deadline=None)
"""The first example of all loads the catalogue; how busy the machine is says nothing about the score."""

CONDITIONS: tuple[dict[str, list[str]], ...] = ({}, {"IpAddress aws:SourceIp": ["10.0.0.0/8"]}, {"Null x:y": ["true"]})

IDENTITY_ROWS = st.fixed_dictionaries(
    {
        "actions": st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=4, unique=True),
        "resources": st.lists(st.sampled_from(RESOURCES), min_size=1, max_size=3, unique=True),
        "if": st.sampled_from(CONDITIONS),
        "line": st.integers(1, 60),
    }
)
WHO = ("*", "AWS:arn:*:*::444455556666:*", "Service:sns.amazonaws.com", "${aws_iam_role.a.arn}")
RESOURCE_ROWS = st.fixed_dictionaries(
    {
        "actions": st.lists(
            st.sampled_from(("sqs:SendMessage", "sqs:*", "sqs:ReceiveMessage")), min_size=1, unique=True
        ),
        "resources": st.just(["${aws_sqs_queue.q.arn}"]),
        "who": st.lists(st.sampled_from(WHO), min_size=1, max_size=3, unique=True),
        "line": st.integers(1, 60),
    }
)


def holders(rows: list[list[dict[str, Any]]], shared: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Roles a, b, ... that gain the rows, and a queue that gains `shared`."""
    roles = [{"address": f"aws_iam_role.{'abc'[i]}", "gained": own} for i, own in enumerate(rows) if own]
    return [*roles, *([{"holder": "resource", "address": "aws_sqs_queue.q", "gained": shared}] if shared else [])]


HOLDERS = st.builds(
    holders, st.lists(st.lists(IDENTITY_ROWS, max_size=3), max_size=3), st.lists(RESOURCE_ROWS, max_size=2)
)


def judged(
    cases: list[dict[str, Any]], touched: set[int] | None = None, beside: Surroundings | None = None
) -> Assessment:
    return assess(privilege_diff(*cases), touched_lines(touched or {3, 4, 20}), ReviewConfig(), beside=beside)


@pytest.mark.parametrize(("resource", "scope"), WIDTHS)
def test_a_resource_pattern_covers(resource: str, scope: str) -> None:
    assert pattern_width(resource).name.lower() == scope


@pytest.mark.parametrize(("resource", "action", "scope"), OF_ACTIONS)
def test_a_resource_pattern_covers_of_an_action(resource: str, action: str, scope: str) -> None:
    assert width_of(resource, action).name.lower() == scope


@UNHURRIED
@given(HOLDERS, st.data())
def test_adding_access_never_lowers_the_score(cases: list[dict[str, Any]], data: st.DataObject) -> None:
    fewer = [
        {**case, "gained": kept}
        for case in cases
        if (kept := [row for row in case["gained"] if data.draw(st.booleans())])
    ]
    less, more = judged(fewer), judged(cases)
    assert less.score <= more.score
    assert GRADES.index(less.grade) <= GRADES.index(more.grade)


FEW = settings(UNHURRIED, max_examples=UNHURRIED.max_examples // 8)
"""Each example looks for ways up among the policies of both sides."""


@FEW
@given(st.lists(IDENTITY_ROWS, min_size=1, max_size=3), st.data())
def test_what_a_way_up_weighs_is_monotone_and_independent_of_order(
    rows: list[dict[str, Any]], data: st.DataObject
) -> None:
    role = {"address": "aws_iam_role.a", "whole": True}
    fewer = [row for row in rows if data.draw(st.booleans())]
    less = judged([{**role, "gained": fewer}] if fewer else [])
    more, turned = judged([{**role, "gained": rows}]), judged([{**role, "gained": rows[::-1]}])
    assert less.score <= more.score
    assert (more.grade, more.score) == (turned.grade, turned.score)
    assert {one.fingerprint for one in more.gained} == {one.fingerprint for one in turned.gained}


def test_which_statement_completes_a_way_does_not_hang_on_their_order() -> None:
    rows = [
        {"actions": ["*"], "line": 53, "resources": ["arn:aws:iam::1:role/*", "${var.arn}"]},
        {
            "actions": ["iam:AttachRolePolicy", "*"],
            "line": 33,
            "if": {"IpAddress aws:SourceIp": ["10.0.0.0/8"]},
            "resources": ["arn:aws:iam::1:role/*"],
        },
    ]
    role = {"address": "aws_iam_role.a", "whole": True}
    found = [judged([{**role, "gained": order}]).gained for order in (rows, rows[::-1])]
    assert {one.fingerprint for one in found[0]} == {one.fingerprint for one in found[1]}


def test_an_administrator_outright_weighs_no_less_than_one_by_a_path() -> None:
    role = {"address": "aws_iam_role.a", "whole": True}
    roles = {"actions": ["*"], "resources": ["arn:aws:iam::1:role/*"], "if": {}, "line": 1}
    outright = {"actions": ["iam:*"], "resources": ["*"], "if": {}, "line": 1}
    by_path, both = judged([{**role, "gained": [roles]}]), judged([{**role, "gained": [roles, outright]}])
    assert by_path.gained[0].escalations
    assert not both.gained[0].escalations
    assert by_path.score < both.score


@UNHURRIED
@given(HOLDERS)
def test_none_means_that_nothing_was_gained(cases: list[dict[str, Any]]) -> None:
    found = judged(cases)
    assert (found.grade == "none") == (found.score == 0) == (not cases)
    assert all(finding.grade != "none" for finding in found.gained)
    low, high = BANDS[found.grade]
    assert low <= found.score <= high
    assert found.score == score_of(found.grade, sum(finding.points for finding in found.gained))


def rewritten(row: dict[str, Any], line: int) -> list[dict[str, Any]]:
    """The same access: every pair of action and resource alone, in another order and case, on other lines."""
    pairs = [(action, resource) for action in reversed(row["actions"]) for resource in reversed(row["resources"])]
    return [
        {**row, "actions": [action.swapcase() if index % 2 else action], "resources": [resource], "line": line + index}
        for index, (action, resource) in enumerate(pairs)
    ]


@UNHURRIED
@given(HOLDERS)
def test_the_score_does_not_depend_on_how_it_is_written(cases: list[dict[str, Any]]) -> None:
    split = [
        {**case, "gained": [new for row in case["gained"] for new in rewritten(row, row["line"])]}
        for case in reversed(cases)
    ]
    one, other = judged(cases), judged(split, {1, 50})
    assert (one.grade, one.score) == (other.grade, other.score)


@UNHURRIED
@given(HOLDERS)
def test_findings_and_their_fingerprints_do_not_depend_on_order(cases: list[dict[str, Any]]) -> None:
    turned = [{**case, "gained": case["gained"][::-1]} for case in reversed(cases)]
    assert {one.fingerprint for one in judged(cases).gained} == {one.fingerprint for one in judged(turned).gained}


@UNHURRIED
@given(st.lists(IDENTITY_ROWS, min_size=1, max_size=3), st.integers(1, 60))
def test_a_fingerprint_is_of_the_access_not_of_its_text(rows: list[dict[str, Any]], line: int) -> None:
    delta = holder_delta({"gained": rows})
    again = holder_delta({"gained": [{**row, "line": line} for row in reversed(rows)]})
    prints = [identity_of("r", [one.head], [c.row for c in one.delta.gained]) for one in (delta, again) if one.head]
    assert prints[0] == prints[1]
    wider = holder_delta({"gained": [*rows, {"actions": ["sns:Publish"], "resources": ["*"]}]})
    assert wider.head
    assert identity_of("r", [wider.head], [c.row for c in wider.delta.gained]) != prints[0]


EXAMPLES = [read_yaml(block) for block in re.findall(r"```yaml\n(.*?)```", Path("docs/scoring.md").read_text(), re.S)]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(example["gained"]["actions"]))
def test_the_examples_in_the_documentation_are_true(example: dict[str, Any]) -> None:
    found = judged(
        [{**example, "whole": "had" in example}], beside=_holding([example["may"]] if "may" in example else [])
    )
    assert (found.grade, found.score) == (example["grade"], example.get("score", found.score))
    (finding,) = found.gained
    assert list(map(text_of_prose, finding.arithmetic)) == example.get(
        "arithmetic", list(map(text_of_prose, finding.arithmetic))
    )


def test_there_are_ten_examples() -> None:
    assert len(EXAMPLES) == 10


@FEW
@given(st.lists(IDENTITY_ROWS, max_size=3), st.data())
def test_what_a_role_gains_never_makes_trusting_it_weigh_less(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    trust = {"holder": "trust", "gained": {"actions": ["sts:AssumeRole"], "who": [data.draw(st.sampled_from(WHO))]}}
    fewer = [row for row in rows if data.draw(st.booleans())]
    less, more = (judged([trust], beside=_holding(held)) for held in (fewer, rows))
    assert GRADES.index(less.grade) <= GRADES.index(more.grade)


def _holding(rows: list[dict[str, Any]]) -> Surroundings:
    """The role whose trust it is, with what it may do."""
    role = Role("", "aws_iam_trust.x", "")
    stated = (statement_of(row_of(row), row.get("line", 60)) for row in rows)
    grants = tuple(Grant(role, PolicyKind.IDENTITY, one, "aws_iam_role_policy.p") for one in stated)
    trusted = Grant(role.trust, PolicyKind.TRUST, Statement(Effect.ALLOW, ()), role.address)
    return Surroundings(IamGraph({"": RootGraph(Extracted("", (*grants, trusted)))}))
