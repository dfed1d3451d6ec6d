"""Where a commented line stands in the diff."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from bot.evaluated.touched import parse_diff
from bot.render.anchor import diff_line
from tests.yaml_files import read_yaml

CASES = read_yaml(Path("tests/cases/render/diff_lines.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_diff_line(case: dict[str, Any]) -> None:
    (change,) = parse_diff(case["diff"]).files
    for side, number, wanted in case["lines"]:
        found = diff_line(change, side, number)
        assert (list(dataclasses.astuple(found)) if found else None) == wanted, (side, number)
