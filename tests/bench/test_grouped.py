"""Differences of reviews in groups: by field, in the words of closed sets, with items of lists that are the same."""

from __future__ import annotations

import pytest

from bench.mirrors.grouped import differing, table

FINDING = {"kind": "grant", "grade": "medium", "title": "app can now read", "line": 3, "rule": "data-read"}
NEW = "gained[]: + kind trust, grade low, rule trust-widened"
OTHER = {"kind": "trust", "grade": "low", "title": "anyone can become app", "line": 9, "rule": "trust-widened"}


@pytest.mark.parametrize(
    ("before", "after", "groups"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"grade": "low"}, {"grade": "high"}, ["grade: low -> high"]),
        ({"title": "a"}, {"title": "b"}, ["title: text -> text"]),
        ({"fix": "Name it."}, {"fix": ""}, ["fix: text -> nothing"]),
        ({"score": 1, "exit": 0}, {"score": 2, "exit": 1}, ["exit: 0 -> 1", "score: number -> number"]),
        ({"complete": False}, {"complete": True}, ["complete: False -> True"]),
        ({}, {"systems": []}, ["systems: new field"]),
        ({"systems": []}, {}, ["systems: no such field any more"]),
        ({"gained": [FINDING]}, {"gained": [{**FINDING, "line": 4}]}, ["gained[].line: number -> number"]),
        (
            {"gained": [FINDING]},
            {"gained": [OTHER, FINDING]},
            [NEW],
        ),
        ({"gained": [OTHER, FINDING]}, {"gained": [FINDING, OTHER]}, ["gained[]: another order"]),
        ({"notes": ["a", "b"]}, {"notes": ["b"]}, ["notes[]: - text"]),
    ],
)
def test_a_difference_is_told_by_its_field(before: object, after: object, groups: list[str]) -> None:
    assert list(differing(before, after)) == groups


def test_an_item_that_is_new_moves_no_other() -> None:
    changed = {**FINDING, "grade": "high"}
    assert list(differing({"gained": [FINDING]}, {"gained": [OTHER, changed]})) == [
        "gained[].grade: medium -> high",
        NEW,
    ]


def test_groups_of_most_reviews_come_first() -> None:
    assert table({"a": ["one"], "b": ["two", "one"]}) == ["    2  one  (a, b)", "    1  two  (b)"]
