"""What each condition key does alone, and which ways of writing a condition limit nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.access_diff.delta import ConditionView
from bot.evaluated.document import text
from bot.extract.public import LIMITING_KEYS, lets_anyone_in
from bot.iam.policy_subject import Role
from bot.iam.statement import Condition, Effect, PrincipalEntry, Principals, Statement
from bot.review_config.settings import ReviewConfig
from bot.risk import limiting_conditions
from bot.risk.assess import assess
from bot.risk.exposure import outsiders
from bot.risk.grant_context import own_arns
from bot.risk.limiting_conditions import OF_THE_CALLER, limits, limits_holder
from tests.risk.gains import principal, privilege_diff, touched_lines
from tests.yaml_files import read_yaml

RESTRAINTS: list[dict[str, Any]] = read_yaml(Path("tests/cases/risk/restraints.yaml").read_text())
CASES: list[dict[str, Any]] = read_yaml(Path("tests/cases/risk/conditions.yaml").read_text())
VALUE = "444455556666"
LISTS = (
    "SOURCE_KEYS", "ORGANIZATION_KEYS", "NETWORK_KEYS", "CALLER_KEYS", "ACCOUNT_KEYS", "NAMING_KEYS",
    "OF_THE_CALLER", "OF_THE_REQUEST",    "_LIMITING", "_LIMITING_PREFIXES", "_LIMITING_SUFFIXES",
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["key"])
def test_a_key_alone(case: dict[str, Any]) -> None:
    written = ConditionView("StringEquals", case["key"], (VALUE,))
    assert limits(written)
    (anyone,) = outsiders((principal("*"),), (written,), frozenset())
    assert anyone.who.name.lower() == case["leaves"]
    condition = Condition("StringEquals", case["key"], (text(VALUE),))
    everyone = Principals((PrincipalEntry("*", text("*")),))
    allowing = Statement(Effect.ALLOW, (text("s3:GetObject"),), principals=everyone, conditions=(condition,))
    assert lets_anyone_in(allowing) == case.get("public", False)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["key"])
def test_a_service_acts_for_anybody_unless_the_source_is_named(case: dict[str, Any]) -> None:
    row = {
        "actions": "sqs:SendMessage",
        "who": "Service:sns.amazonaws.com",
        "if": {f"StringEquals {case['key']}": ["x"]},
    }
    (found,) = assess(privilege_diff({"holder": "resource", "gained": row}), touched_lines({5}), ReviewConfig()).gained
    assert ("confused-deputy" in (found.rule, *found.also)) != case.get("source", False)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["key"])
def test_what_the_caller_is_or_says_limits_no_policy_of_its_own(case: dict[str, Any]) -> None:
    written = {f"StringEquals {case['key']}": [VALUE]}
    free = _grade_of({"actions": "s3:GetObject", "resources": "*"})
    limited = _grade_of({"actions": "s3:GetObject", "resources": "*", "if": written})
    assert (free, limited) == ("high", "high" if case.get("caller") else "medium")


def _grade_of(row: dict[str, Any]) -> str:
    (found,) = assess(privilege_diff({"holder": "role", "gained": row}), touched_lines({5}), ReviewConfig()).gained
    return found.grade


@pytest.mark.parametrize("case", RESTRAINTS, ids=lambda case: f"{case['if']} {case['value']}")
def test_a_caller_that_is_the_holder_limits_no_policy_of_its_own(case: dict[str, Any]) -> None:
    operator, key = case["if"].split(" ")
    written = ConditionView(operator, key, (case["value"],))
    itself = own_arns(Role("roots/x", "aws_iam_role.app", "app"))
    of_holder = limits(written) and key.lower() not in OF_THE_CALLER and not case.get("itself", False)
    assert limits_holder(written, itself) == case.get("holder", of_holder)


def test_every_key_has_a_case() -> None:
    """The lists hold keys, beginnings and ends of keys."""
    listed = {key for name in LISTS for key in getattr(limiting_conditions, name)} | LIMITING_KEYS
    keys = [case["key"].lower() for case in CASES]
    assert not [one for one in listed if not any(one in (key, key[: len(one)], key[-len(one) :]) for key in keys)]


@pytest.mark.parametrize(
    ("operator", "values"),
    [
        ("StringEqualsIfExists", ["o-1"]),
        ("ForAllValues:StringEquals", ["o-1"]),
        ("StringNotEquals", ["o-1"]),
        ("Null", ["false"]),
        ("StringLike", ["*"]),
        ("StringLike", ["o-1", "*"]),
        ("StringLike", [""]),
        ("IpAddress", ["0.0.0.0/0"]),
        ("IpAddress", ["::/0"]),
    ],
)
def test_what_limits_nothing(operator: str, values: list[str]) -> None:
    assert not limits(ConditionView(operator, "aws:PrincipalOrgID", tuple(values)))


@pytest.mark.parametrize("case", RESTRAINTS, ids=lambda case: f"{case['if']} {case['value']}")
def test_what_a_value_restrains(case: dict[str, Any]) -> None:
    operator, key = case["if"].split(" ")
    written = ConditionView(operator, key, (case["value"],))
    (anyone,) = outsiders((principal("*"),), (written,), frozenset())
    assert anyone.who.name.lower() == case["leaves"]
    assert limits(written) == case.get("limits", case["leaves"] != "anyone")


def test_one_value_for_everybody_is_enough() -> None:
    assert not limits(ConditionView("StringLike", "aws:PrincipalAccount", ("111111111111", "2*")))
