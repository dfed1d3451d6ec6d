from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from bot.access_diff.catalogue_fit import FAMILIAR, fitting
from bot.iam.action_kind import ActionKind, kind_of, kind_rules
from bot.iam.catalog import AccessLevel, load_catalog
from bot.iam.language import Language
from bot.iam.pattern import arn_pattern
from bot.iam.vocabulary import Vocabulary
from tests.iam_data.cases import cases

CATALOG = load_catalog()


@pytest.mark.parametrize("case", cases("expand"), ids=lambda case: case["pattern"] or "empty")
def test_a_pattern_expands_to_known_actions(case: dict[str, Any]) -> None:
    found = CATALOG.expand(case["pattern"])
    if "actions" in case:
        assert list(found) == case["actions"]
    assert set(case.get("includes", ())) <= set(found)
    assert not set(case.get("excludes", ())) & set(found)


@pytest.mark.parametrize("case", cases("fits"), ids=lambda case: case["action"])
def test_an_action_acts_on_the_arns_of_its_types(case: dict[str, Any]) -> None:
    action = case["action"]
    assert CATALOG.resource_level(action) is case["resource_level"]
    assert list(CATALOG.fits(action)) == case["fits"]
    assert list(CATALOG.never_fits(action)) == case["never"]


@pytest.mark.parametrize(("kind", "action"), [(kind, name) for kind, names in cases("kinds").items() for name in names])
def test_an_action_has_a_kind(kind: str, action: str) -> None:
    assert kind_of(action) == ActionKind(kind)


@pytest.mark.parametrize("case", cases("nearest"), ids=lambda case: case["name"])
def test_an_unknown_name_has_a_nearest(case: dict[str, Any]) -> None:
    assert CATALOG.nearest(case["name"]) == case["nearest"]


def test_the_documented_facts_of_an_action() -> None:
    info = CATALOG.info("IAM:passrole")
    assert info is not None
    assert str(info) == "iam:PassRole"
    assert info.level is AccessLevel.WRITE
    assert [of.name for of in info.resource_types] == ["role"]
    assert any(of.required for of in info.resource_types)
    assert "iam:PassedToService" in info.condition_keys


def test_the_actions_that_readers_know_are_spelled_as_aws_does() -> None:
    """They name the request of a finding: one spelled another way would never be found."""
    assert tuple(map(str, map(CATALOG.info, FAMILIAR))) == FAMILIAR


def test_what_is_not_there_is_none() -> None:
    assert CATALOG.info("s3:NoSuchAction") is None
    assert CATALOG.info("s3") is None
    assert CATALOG.service("nosuchservice") is None
    service = CATALOG.service("S3")
    assert service is not None
    assert service.title == "Amazon S3"
    assert {one.title for one in map(CATALOG.service, ("cloudformation", "ses")) if one} == {
        "AWS CloudFormation",
        "Amazon SES",
    }


def test_the_whole_catalogue_can_be_read() -> None:
    infos = [CATALOG.info(action) for action in CATALOG.expand("*")]
    assert len(infos) > 20_000
    assert all(info is not None and arn.startswith("arn:") for info in infos if info for arn in _arns(str(info)))
    assert CATALOG.date >= "2026-09-26"


def test_every_pattern_of_the_kind_rules_speaks_of_some_action() -> None:
    explicit = [pattern for rule in kind_rules() if rule.level is None for pattern in rule.patterns]
    assert [pattern for pattern in explicit if not CATALOG.expand(pattern)] == []


def test_no_explicit_kind_rule_is_hidden_by_an_earlier_one() -> None:
    hidden = [
        (action, rule.kind)
        for rule in kind_rules()
        if rule.level is None
        for pattern in rule.patterns
        for action in CATALOG.expand(pattern)
        if kind_of(action) != rule.kind
    ]
    assert hidden == []


@pytest.mark.parametrize("pattern", ["s3:" + "a*" * 50_000, "*" * 100_000, "s3:" + "?" * 100_000, "s3:" + "*?" * 90])
def test_a_hostile_pattern_costs_nothing(pattern: str) -> None:
    work = 0

    def count(*_: object) -> None:
        nonlocal work
        work += 1

    sys.setprofile(count)
    try:
        CATALOG.expand(pattern)
    finally:
        sys.setprofile(None)
    assert work < 200_000


def _arns(action: str) -> tuple[str, ...]:
    return CATALOG.fits(action) if CATALOG.resource_level(action) else ()


def test_an_action_meets_whatever_aws_says_that_it_acts_on() -> None:
    for action in _asked(SAMPLED):
        info = CATALOG.info(action)
        for arn in (arn for of in (info.resource_types if info else ()) for arn in of.arn_formats):
            named = Language((arn_pattern(re.sub(r"\$\{\w+\}", _named, arn)),))
            assert any(fitting(Language((action.lower(),)), named, CATALOG, Vocabulary())), (action, arn)


SAMPLED = 12
"""One in so many actions is asked; all of services for whose types something is left out."""


def _asked(sampled: int) -> Iterator[str]:
    for service in CATALOG.services:
        known = CATALOG.service(service)
        actions = known.actions if known else ()
        yield from actions if service in ("dynamodb", "s3") else actions[::sampled]


def _named(variable: re.Match[str]) -> str:
    return {"${Partition}": "aws", "${Region}": "eu-west-1", "${Account}": "111111111111"}.get(variable[0], "example")
