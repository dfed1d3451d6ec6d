"""Where a commented line stands in the diff."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.evaluated.touched import parse_diff
from bot.render.diff_line import diff_line

CASES = yaml.safe_load(Path("tests/cases/render/diff_lines.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_diff_line(case: dict[str, Any]) -> None:
    (change,) = parse_diff(case["diff"]).files
    for side, number, wanted in case["lines"]:
        found = diff_line(change, side, number)
        assert (list(dataclasses.astuple(found)) if found else None) == wanted, (side, number)
