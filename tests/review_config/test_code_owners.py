"""CODEOWNERS: whom it names for a file."""

from __future__ import annotations

from typing import Any

import pytest

from bot.review_config.code_owners import owners_of
from tests.places import TESTS
from tests.yaml_files import read_yaml

CASES = read_yaml((TESTS / "cases" / "config" / "code_owners.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_owners(case: dict[str, Any]) -> None:
    assert {path: list(owners_of(path, case["text"])) for path in case["owners"]} == case["owners"]
