"""Which lines a unified diff touches."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from bot.evaluated.diagnostic import Span
from bot.evaluated.touched import FileChange, parse_diff
from tests.places import TESTS
from tests.yaml_files import read_yaml

CASES = read_yaml((TESTS / "cases/touched/diffs.yaml").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_files_of_a_diff(case: dict[str, Any]) -> None:
    expected = tuple(
        FileChange(
            file["base"],
            file["head"],
            frozenset(file["removed"]),
            frozenset(file["added"]),
            tuple(map(tuple, file["hunks"])),
            file.get("opaque", False),
        )
        for file in case["files"]
    )
    assert parse_diff(case["diff"]).files == expected


@pytest.mark.parametrize(
    ("first", "last", "side", "expected"),
    [
        (4, 4, "head", True),
        (5, 9, "head", True),
        (1, 100, "head", True),
        (3, 3, "head", False),
        (6, 9, "head", False),
        (5, 5, "base", False),
        (4, 4, "base", True),
    ],
)
def test_touches_a_span(first: int, last: int, side: Literal["head", "base"], expected: bool) -> None:
    touched = parse_diff(CASES[0]["diff"])
    assert touched.touches(Span("main.tf", first, 1, last, 1), side) is expected
    assert not touched.touches(Span("other.tf", first, 1, last, 1), side)


def test_paths_name_both_sides_of_a_rename() -> None:
    assert parse_diff(CASES[2]["diff"]).paths == {"old.tf", "dir/new.tf"}


def test_everything_in_a_file_without_lines_is_touched() -> None:
    touched = parse_diff(CASES[3]["diff"])
    assert touched.touches(Span("logo.png", 7, 1, 7, 1), "head") and touched.touches(
        Span("logo.png", 7, 1, 7, 1), "base"
    )


def test_comments_and_blank_lines_are_no_code() -> None:
    diff = "diff --git a/a.tf b/a.tf\n--- a/a.tf\n+++ b/a.tf\n@@ -1,2 +1,4 @@\n x\n-# old\n+# new\n+  // more\n+\n"
    touched = parse_diff(diff)
    whole = Span("a.tf", 1, 1, 9, 1)
    assert touched.touches(whole, "head") and not touched.touches_code(whole, "head")
    assert touched.touches(whole, "base") and not touched.touches_code(whole, "base")
    assert parse_diff(diff.replace("// more", "more")).touches_code(whole, "head")
