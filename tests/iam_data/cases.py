"""Reads the case files of this folder's tests."""

from __future__ import annotations

from typing import Any

from tests.places import TESTS
from tests.yaml_files import read_yaml

CASES = TESTS / "cases" / "iam_data"


def cases(name: str) -> Any:
    """The content of `tests/cases/iam_data/<name>.yaml`."""
    return read_yaml((CASES / f"{name}.yaml").read_text())
