"""Conditions and verbs in a reader's words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.access_diff.delta import ConditionView
from bot.risk.wording.verbs import verb_words
from bot.risk.wording.words import condition_words
from tests.yaml_files import read_yaml

CONDITIONS: list[dict[str, Any]] = read_yaml(Path("tests/cases/risk/condition_words.yaml").read_text())
VERBS: list[dict[str, Any]] = read_yaml(Path("tests/cases/risk/verbs.yaml").read_text())


@pytest.mark.parametrize("case", CONDITIONS, ids=lambda case: case["says"])
def test_a_condition_in_words(case: dict[str, Any]) -> None:
    condition = ConditionView(case["operator"], case.get("key", "k:x"), tuple(case["values"]))
    assert condition_words([condition]) == f" if {case['says']}"


@pytest.mark.parametrize("case", VERBS, ids=lambda case: ", ".join(case["actions"]))
def test_what_actions_do(case: dict[str, Any]) -> None:
    assert verb_words(case["actions"]) == case["does"]
