"""The source around a finding travels with it, out of var files only what causes it."""

from __future__ import annotations

import dataclasses

from bot.evaluated.source_tree import SourceTree
from bot.review.excerpts import with_excerpts
from bot.review.model import ExcerptLine, Location
from tests.fakes.reviews import finding, review

LINES = "\n".join(f"line {number}" for number in range(1, 31)).encode()


def _excerpt(file: str, line: int, end_line: int, side: str = "head") -> list[ExcerptLine]:
    head = SourceTree("head", {"main.tf": "a", "live.tfvars": "a"}, {"a": LINES})
    base = SourceTree("base", {"main.tf": "b"}, {"b": b"\tfirst\r\n" + b"x" * 500})
    where = Location(file, line, end_line, side)  # type: ignore[arg-type]
    found = with_excerpts(review(dataclasses.replace(finding("a" * 16), location=where)), base, head)
    return list(found.gained[0].excerpt)


def test_two_lines_around_and_the_causing_ones_marked() -> None:
    shown = [(one.line, one.causes) for one in _excerpt("main.tf", 10, 11)]
    assert shown == [(8, False), (9, False), (10, True), (11, True), (12, False), (13, False)]


def test_long_places_are_cut() -> None:
    assert [one.line for one in _excerpt("main.tf", 5, 30)] == list(range(3, 15))


def test_the_old_side_with_tabs_and_long_lines() -> None:
    first, second = _excerpt("main.tf", 1, 1, "base")
    assert (first.text, len(second.text), second.text[-1]) == ("    first", 240, "…")


def test_no_other_values_out_of_var_files_and_nothing_where_nothing_is() -> None:
    assert [(one.line, one.causes) for one in _excerpt("live.tfvars", 3, 4)] == [(3, True), (4, True)]
    assert _excerpt("gone.tf", 3, 3) == []
    assert _excerpt("main.tf", 0, 0) == []
