"""The access of the holders that a change concerns, cell by cell, and the edges around them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.contents.folders import FolderContents
from bot.review.access_table import AccessCell, HolderAccess
from bot.review.model import Review
from bot.review_process import child
from bot.review_process.rounds import review_contents
from tests.places import TESTS
from tests.yaml_files import read_yaml

CASES = read_yaml((TESTS / "cases" / "risk" / "access.yaml").read_text())


def _review(case: dict[str, Any], directory: Path) -> Review:
    for side in ("base", "head"):
        (directory / side).mkdir()
        (directory / side / "main.tf").write_text(case[side])
    return review_contents(FolderContents(directory / "base", directory / "head"), child.answer).review


def _holder(one: HolderAccess) -> str:
    state = "kept" if one.before and one.after else "new" if one.after else "gone"
    return f"{one.kind} {one.name} {state}"


def _cell(cell: AccessCell) -> str:
    before, after = (" + ".join(side) or "-" for side in (cell.before, cell.after))
    marks = " gained" * cell.gained + " lost" * cell.lost
    return f"{cell.service} {cell.level}: {before} -> {after}{marks}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_access(case: dict[str, Any], tmp_path: Path) -> None:
    review = _review(case, tmp_path)
    assert sorted(map(_holder, review.access)) == case["holders"]
    if "cells" in case:
        assert [_cell(cell) for one in review.access for cell in one.cells] == case["cells"]
    if "edges" in case:
        assert [f"{e.state} {e.source} -{e.via}-> {e.target}" for e in review.edges] == case["edges"]
