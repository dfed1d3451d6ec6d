"""Conditions and verbs in a reader's words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from bot.access_diff.delta import ConditionView, PrincipalPattern, Row
from bot.evaluated.guard import Guard, Undecided
from bot.evaluated.production import is_production
from bot.iam.kubernetes_access import ACCESS
from bot.risk.exposure import in_words
from bot.risk.grant_context import GrantContext
from bot.risk.score_components import score_components
from bot.risk.telling_order import worst_first
from bot.risk.wording.cluster_words import cluster_words
from bot.risk.wording.guard_words import callers_words
from bot.risk.wording.token_subjects import FORMS, subject_words
from bot.risk.wording.verbs import operating_words, permitting_words, verb_words
from bot.risk.wording.words import OPERATOR_WORDS, SHOWN, clipped, condition_words, cut
from tests.yaml_files import read_yaml

CONDITIONS: list[dict[str, Any]] = read_yaml(Path("tests/cases/risk/condition_words.yaml").read_text())
CLIPPED: list[dict[str, Any]] = read_yaml(Path("tests/cases/risk/clipped.yaml").read_text())
CLUSTERS: list[dict[str, Any]] = read_yaml(Path("tests/cases/risk/cluster_words.yaml").read_text())
SUBJECTS: list[dict[str, Any]] = read_yaml(Path("tests/cases/risk/token_subjects.yaml").read_text())
PRINCIPALS: list[dict[str, Any]] = read_yaml(Path("tests/cases/risk/principal_words.yaml").read_text())
SYMBOLS: list[dict[str, Any]] = read_yaml(Path("tests/cases/risk/symbol_words.yaml").read_text())
ORDERS: list[dict[str, Any]] = read_yaml(Path("tests/cases/risk/telling_order.yaml").read_text())
VERBS: list[dict[str, Any]] = read_yaml(Path("tests/cases/risk/verbs.yaml").read_text())


@pytest.mark.parametrize("case", CONDITIONS, ids=lambda case: case["says"])
def test_a_condition_in_words(case: dict[str, Any]) -> None:
    condition = ConditionView(case["operator"], case.get("key", "k:x"), tuple(case["values"]))
    assert condition_words([condition] * case.get("of", 1), 1 if "of" in case else SHOWN) == f" if {case['says']}"


def test_every_operator_has_its_words_here() -> None:
    told = {re.sub(r"^for(all|any)values?:|ifexists$", "", case["operator"].lower()) for case in CONDITIONS}
    assert told >= OPERATOR_WORDS.keys()


@pytest.mark.parametrize("case", CLUSTERS, ids=lambda case: case["says"])
def test_what_a_cluster_lets_do(case: dict[str, Any]) -> None:
    conditions = tuple(ConditionView(operator, key, tuple(values)) for operator, key, values in case["if"])
    assert cluster_words(Row((ACCESS,), ("*",), conditions=conditions), 1) == case["says"]


@pytest.mark.parametrize("case", SUBJECTS, ids=lambda case: case["subject"])
def test_what_people_call_a_subject(case: dict[str, Any]) -> None:
    assert subject_words(case["subject"]) == case["says"]


def test_every_form_of_a_subject_has_its_words_here() -> None:
    used = {next((said for form, said in FORMS if form.fullmatch(case["subject"])), "") for case in SUBJECTS}
    assert used == {"", *(said for _, said in FORMS)}


@pytest.mark.parametrize("case", VERBS, ids=lambda case: ", ".join(case["actions"]))
def test_what_actions_do(case: dict[str, Any]) -> None:
    row = Row(tuple(case["actions"]), tuple(case.get("on", ["*"])))
    said = {"does": verb_words(row.actions), "operates": operating_words(row.actions), "permits": permitting_words(row)}
    assert {key: said[key] for key in said if key in case} == {key: case[key] for key in said if key in case}


@pytest.mark.parametrize("case", CLIPPED, ids=lambda case: case["text"])
def test_what_is_left_of_a_long_sentence_says_something(case: dict[str, Any]) -> None:
    assert clipped(case["text"], case["longest"]) == case["says"]


@pytest.mark.parametrize("case", PRINCIPALS, ids=lambda case: case["principal"])
def test_a_principal_in_words(case: dict[str, Any]) -> None:
    assert in_words(PrincipalPattern(case["principal"], "AWS")) == case["says"]


@pytest.mark.parametrize("case", SYMBOLS, ids=lambda case: case["says"])
def test_an_unknown_value_in_words(case: dict[str, Any]) -> None:
    assert cut(case["text"]) == case["says"]


@pytest.mark.parametrize("case", ORDERS, ids=lambda case: case["about"])
def test_what_is_told_first(case: dict[str, Any]) -> None:
    others = (f"acm:Describe{number}" for number in range(case.get("and", 0)))
    row = Row((*case["actions"], *others), tuple(case["resources"]))
    told = worst_first(row, score_components(row, GrantContext()))
    assert sorted(told.actions) == sorted(row.actions)
    assert sorted(told.resources) == sorted(row.resources)
    assert list(told.actions)[: len(case.get("first", ()))] == case.get("first", [])
    assert list(told.resources)[: len(case.get("first_resources", ()))] == case.get("first_resources", [])


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("prod", True),
        ("app-prod-db", True),
        ("Production", True),
        ("prod2", True),
        ("preprod", False),
        ("pre-prod", False),
        ("non_production", False),
        ("reproduce", False),
        ("products", False),
    ],
)
def test_names_of_production(name: str, says: bool) -> None:
    assert is_production(name) is says


def test_what_is_named_by_a_document_stays_in_its_line() -> None:
    assert cut('${var.trust or "{\n  1\n}"}') == '${var.trust or "{ 1 }"}'


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ("var.create && var.make", "callers for whom var.create && var.make"),
        (f"var.create && var.make && {'x' * 100}", "callers who choose it by var.create and var.make"),
        ("x" * 101, "callers who choose it"),
    ],
)
def test_what_callers_choose_is_said_in_a_line(condition: str, says: str) -> None:
    assert callers_words([Guard(Undecided(condition, condition))]) == says
