"""One table says how strict each setting is: loosening, an organisation's floor and the docs agree on it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from bot.review_config.layers import layered
from bot.review_config.rules_file import load_review_config
from bot.review_config.settings import ReviewConfig
from bot.review_config.strictness import STRICTNESS, loosened
from tests.yaml_files import read_yaml

SETTINGS = [field.name for field in dataclasses.fields(ReviewConfig)]
CASES: list[dict[str, Any]] = read_yaml(Path("tests/cases/risk/rules_changes.yaml").read_text())
PAGE = Path("docs/conversation.md").read_text()


def test_every_setting_has_a_row() -> None:
    assert list(STRICTNESS) == SETTINGS


@pytest.mark.parametrize("name", SETTINGS)
def test_every_row_is_in_the_docs(name: str) -> None:
    order = STRICTNESS[name].order
    assert f"| `{name}` | {order or '-'} |" in PAGE


NAMED = {"rules", "roots", "paths"}
"""What is enforced of these says nothing of rules and files that it does not name."""


@pytest.mark.parametrize("case", [case for case in CASES if case["loosens"]], ids=lambda case: case["about"])
def test_what_loosens_in_a_repository_is_no_looser_where_it_is_enforced(case: dict[str, Any]) -> None:
    """The looser of two values, below the stricter one enforced, comes out no looser than that."""
    strict, loose = (load_review_config(case[side], side) for side in ("base", "head"))
    if strict.problems or loose.problems or not strict.given:
        return
    found = layered(loose, enforced=strict).rules
    given = tuple(name for name in SETTINGS if name in strict.given - NAMED)
    assert loosened(strict.rules, found, given) == ()
