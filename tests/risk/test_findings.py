"""How gained rows become findings: grouping, lines, titles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.review.codec import to_plain
from bot.review.model import Finding
from bot.review.prose import text_of_prose
from bot.review_config.settings import ReviewConfig
from bot.risk.assess import Assessment, assess
from tests.risk.gains import privilege_diff, row_of, touched_lines
from tests.yaml_files import read_yaml

CASES: list[dict[str, Any]] = read_yaml(Path("tests/cases/risk/findings.yaml").read_text())
LADDER: list[dict[str, Any]] = read_yaml(Path("tests/cases/risk/leads.yaml").read_text())
RULES = ReviewConfig()


def described(finding: Finding, expected: dict[str, Any]) -> dict[str, Any]:
    """Of the finding, what the case speaks of."""
    place = {"line": finding.location.line, "side": finding.location.side}
    said: dict[str, Any] = to_plain(finding)
    actual = {name: place[name] if name in place else said[name] for name in expected}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in actual.items()}


def judge(case: dict[str, Any]) -> tuple[Assessment, tuple[Finding, ...]]:
    """All of it, and the part that the case is about."""
    touched = touched_lines(set(case["touched"]), set(case.get("removed", ())))
    judged = assess(privilege_diff(*case["gains"]), touched, ReviewConfig())
    return judged, getattr(judged, case.get("part", "gained"))


def says(case: dict[str, Any]) -> dict[str, list[str]]:
    """The titles, as `python -m tests.rewrite` writes them."""
    return {"says": [text_of_prose(finding.title) for finding in judge(case)[1]]}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
def test_findings(case: dict[str, Any]) -> None:
    judged, found = judge(case)
    assert (judged.score > 0) == bool(judged.gained)
    assert len(found) == len(case["findings"])
    for finding, expected in zip(found, case["findings"], strict=True):
        assert described(finding, expected) == expected
    assert [text_of_prose(finding.title) for finding in found] == case["says"]


def test_what_is_too_much_to_compare_may_be_what_is_lost() -> None:
    lost, perhaps = {"actions": "s3:" + "*a" * 1300}, {"actions": "s3:" + "?" * 1200}
    case = {
        "touched": [],
        "removed": [5],
        "part": "lost",
        "gains": [{"part": "lost", "gained": lost, "perhaps": perhaps}],
    }
    [title] = says(case)["says"]
    assert title.startswith("role aws_iam_role.x might no longer be able to use s3:")


def test_credentials_of_one_kind_are_named_once() -> None:
    """Several users who each get an access key with their access."""
    users = [
        {"holder": "user", "address": f"aws_iam_user.{name}", "name": name, "new": True, "gained": {"actions": "s3:*"}}
        for name in ("ana", "bo")
    ]
    keys = [{"credential": "access-key", "of": name} for name in ("ana", "bo")]
    finding = assess(privilege_diff(*users, *keys), touched_lines({5}), ReviewConfig()).gained[0]
    assert text_of_prose(finding.after).count("an access key") == 1


def _new_role_with(rows: list[dict[str, Any]]) -> Finding:
    gained = [{**row, "line": 5 + place} for place, row in enumerate(rows)]
    [finding] = assess(privilege_diff({"new": True, "gained": gained}), touched_lines(set(range(5, 99))), RULES).gained
    return finding


def _written(row: dict[str, Any]) -> tuple[set[str], set[str]]:
    one = row_of(row)
    return set(one.actions), set(one.resources)


@pytest.mark.parametrize("order", (1, -1), ids=("as it is", "turned round"))
@pytest.mark.parametrize("place", range(len(LADDER) - 1))
def test_the_uppermost_leads_whichever_comes_with_it(place: int, order: int) -> None:
    for other in LADDER[place + 1 :]:
        first = _new_role_with([LADDER[place], other][::order]).grants[0]
        assert (set(first.actions), set(first.resources)) == _written(LADDER[place]), other


@given(rows=st.lists(st.sampled_from(LADDER), min_size=2, max_size=6, unique_by=str))
def test_nothing_behind_more_outranks_what_leads(rows: list[dict[str, Any]]) -> None:
    first = _new_role_with(rows).grants[0]
    assert (set(first.actions), set(first.resources)) == _written(min(rows, key=LADDER.index))
