"""What a change of the rules loosens, from tests/cases/risk/rules_changes.yaml."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.risk.looser import LOOSER, NEVER_LOOSER
from bot.risk.rules_change import rules_findings
from bot.risk.settings import Rules
from bot.touched import parse_diff

CASES: list[dict[str, Any]] = yaml.safe_load(Path("tests/cases/risk/rules_changes.yaml").read_text())
NOTHING_TOUCHED = parse_diff("")


def encoded(text: str | None) -> bytes | None:
    return None if text is None else text.encode()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
def test_change(case: dict[str, Any]) -> None:
    found = rules_findings(encoded(case["base"]), encoded(case["head"]), NOTHING_TOUCHED)
    if case["loosens"] is None:
        assert found == ()
        return
    (finding,) = found
    said = finding.title.partition(": ")[0]
    if case["loosens"]:
        assert said == f".iam-review.yaml loosens {', '.join(case['loosens'])}"
    else:
        assert said.startswith(".iam-review.yaml changes ")
    assert finding.grade == ("medium" if case["loosens"] else "low")
    assert finding.before != finding.after


def test_the_same_new_value_after_another_old_one_is_another_change() -> None:
    new = b"fail_at: critical\n"
    (one,), (other,) = (rules_findings(old, new, NOTHING_TOUCHED) for old in (b"fail_at: low\n", b"fail_at: medium\n"))
    assert one.fingerprint != other.fingerprint


def test_every_setting_has_been_thought_of() -> None:
    assert {field.name for field in dataclasses.fields(Rules)} == LOOSER.keys() | NEVER_LOOSER
