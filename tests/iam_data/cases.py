"""Reads the case files of this folder's tests."""

from __future__ import annotations

from typing import Any

import yaml

from tests.places import TESTS

CASES = TESTS / "cases" / "iam_data"


def cases(name: str) -> Any:
    """The content of `tests/cases/iam_data/<name>.yaml`."""
    return yaml.safe_load((CASES / f"{name}.yaml").read_text())
