"""Decisions are found by their numbers."""

from __future__ import annotations

from tests.places import PROJECT


def test_each_number_is_one_decision() -> None:
    files = sorted((PROJECT / "docs" / "decisions").glob("*.md"))
    numbers = [file.name[:4] for file in files]
    assert numbers == [f"{number:04}" for number in range(1, len(files) + 1)]
