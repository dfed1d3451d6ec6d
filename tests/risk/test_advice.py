"""What a finding advises: a table to be read, and what must be true of every action, rule and kind of holder."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.access_diff.delta import ConditionView, Row
from bot.iam.catalog import load_catalog
from bot.review.prose import text_of_prose
from bot.risk.advice.action_facts import asks_for, knows
from bot.risk.advice.advice_table import advice_words
from bot.risk.advice.narrowing import narrower
from bot.risk.advice.steps import Advice, LeaveOut, NameResources, Require, Step
from bot.risk.grading import GradedGrant, grade_change
from bot.risk.grant_context import GrantContext
from bot.risk.resource_scope import ResourceScope, width_of
from bot.risk.rules import RULES
from bot.risk.score_components import score_components
from bot.risk.wording import advice_words as words
from tests.risk.gains import found, holder_delta, touched_lines
from tests.yaml_files import read_yaml

CASES: list[dict[str, Any]] = read_yaml(Path("tests/cases/risk/advice.yaml").read_text())
RULE_CASES: list[dict[str, Any]] = read_yaml(Path("tests/cases/risk/rules.yaml").read_text())
_KEY = re.compile(r"\b[a-z0-9-]+:[A-Za-z][\w-]*(?:/\S+)?")


def says(case: dict[str, Any]) -> dict[str, list[str]]:
    """The advice of each finding, as `python -m tests.rewrite advice` writes it."""
    return {"says": [text_of_prose(finding.fix) for finding in found(case)]}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
def test_advice(case: dict[str, Any]) -> None:
    assert says(case)["says"] == case["says"]


@pytest.mark.parametrize("case", [*CASES, *RULE_CASES], ids=lambda case: case["about"])
def test_it_is_one_sentence_or_two(case: dict[str, Any]) -> None:
    for text in says(case)["says"]:
        if not text:
            continue
        assert text.endswith(".")
        assert len(re.findall(r"\.(?: |$)", text)) <= 2, text
        assert "  " not in text
        assert not text.startswith(" "), text


@pytest.mark.parametrize("case", [*CASES, *RULE_CASES], ids=lambda case: case["about"])
def test_it_names_no_condition_key_that_the_actions_do_not_know(case: dict[str, Any]) -> None:
    """`aws:` keys are of every request; any other must be one that the catalogue lists for an action of the finding."""
    for finding in found(case):
        names = {name for action in finding.actions for name in load_catalog().expand(action) or (action,)}
        for key in _KEY.findall(text_of_prose(finding.fix)):
            if key in _keys_of_services() and key not in ("sts:ExternalId",):
                assert any(knows(name, key) for name in names), (key, finding.actions)
            if key == "sts:ExternalId":
                assert finding.kind == "trust", finding.title


@cache
def _keys_of_services() -> frozenset[str]:
    keys = (key for action in _actions() for key in _info_keys(action))
    return frozenset(key for key in keys if not key.startswith("aws:"))


def _info_keys(action: str) -> tuple[str, ...]:
    info = load_catalog().info(action)
    return info.condition_keys if info else ()


@cache
def _actions() -> tuple[str, ...]:
    return load_catalog().expand("*")


@cache
def _grant() -> GradedGrant:
    delta = holder_delta({"gained": {"actions": "s3:GetObject"}})
    return grade_change(delta.delta.gained[0], delta, touched_lines({5}), GrantContext())


def _of(row: Row) -> GradedGrant:
    grant = _grant()
    change = dataclasses.replace(grant.change, row=row)
    return dataclasses.replace(grant, change=change, shown=row, cells=score_components(row, GrantContext()))


def _steps(action: str, resource: str, conditions: tuple[ConditionView, ...] = ()) -> Advice:
    return narrower(_of(Row((action,), (resource,), conditions=conditions)))


def _wrong(action: str, resource: str, step: Step, conditions: tuple[ConditionView, ...]) -> Iterator[str]:
    match step:
        case Require(key=key, needs=needs):
            if asks_for(conditions, key):
                yield f"{action} asks for {key} already"
            yield from (f"{name} does not know {key}" for name in needs if not knows(name, key))
        case NameResources(needs=needs, tag=tag):
            for name in needs:
                if width_of(resource, name) < ResourceScope.PREFIX and not resource.startswith("arn:aws:s3"):
                    yield f"{name} on {resource} is named"
                if tag and not knows(name, "aws:ResourceTag/${TagKey}"):
                    yield f"{name} knows no tag"
        case LeaveOut(actions=actions):
            yield from (f"{name} stands alone" for name in actions if actions == (name,) == (action,))


def test_every_action_anywhere() -> None:
    wrong = [one for action in _actions() for step in _steps(action, "*") for one in _wrong(action, "*", step, ())]
    assert wrong == []


def test_every_action_that_asks_already() -> None:
    """With the conditions that the advice asks for, it asks for others or none."""
    wrong: list[str] = []
    for action in (name for key in advice_words().keys for glob in key.actions for name in load_catalog().expand(glob)):
        asked = [step for step in _steps(action, "*") if isinstance(step, Require)]
        conditions = tuple(ConditionView("StringEquals", step.key, ("x",)) for step in asked)
        for step in _steps(action, "*", conditions):
            wrong += _wrong(action, "*", step, conditions)
    assert wrong == []


def test_every_action_on_what_is_named() -> None:
    """One ARN of each type that it acts on."""
    wrong: list[str] = []
    for action in _actions():
        info = load_catalog().info(action)
        for of in info.resource_types if info else ():
            arn = re.sub(r"\$\{[^}]*\}", "x1", of.arn_formats[0])
            wrong += [one for step in _steps(action, arn) for one in _wrong(action, arn, step, ())]
    assert wrong == []


def test_the_table_is_of_the_reference() -> None:
    table, catalog = advice_words(), load_catalog()
    infos = [info for info in map(catalog.info, _actions()) if info]
    types = {f"{info.service}:{of.name}" for info in infos for of in info.resource_types}
    assert set(table.nouns) <= types
    assert table.tagged <= set(table.nouns)
    assert table.names <= {key.lower() for key in _keys_of_services()}
    for key in table.keys:
        names = [name for glob in key.actions for name in catalog.expand(glob)]
        assert [name for name in names if not knows(name, key.key)] == []
        assert all(catalog.expand(glob) for glob in key.actions), key.key
        assert key.key in key.says
    assert all(catalog.expand(glob) for globs in table.uses.values() for glob in globs)


def test_every_step_has_words() -> None:
    assert set(words._SAID) == set(Step.__args__)


@pytest.mark.parametrize("rule", [rule.name for rule in RULES if rule.name != "guardrail-exceeded"])
def test_every_rule_advises(rule: str) -> None:
    texts = [text for case in RULE_CASES if case.get("rule") == rule for text in says(case)["says"]]
    assert any(texts)
