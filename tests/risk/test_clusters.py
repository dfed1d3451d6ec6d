"""Who comes to what is in a cluster, and over it to which role of AWS."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from bot.review.prose import text_of_prose
from tests.places import TESTS
from tests.risk.test_cluster_users import reviewed
from tests.yaml_files import read_yaml

PARTS: dict[str, str] = read_yaml((TESTS / "cases" / "risk" / "cluster_parts.yaml").read_text())
CASES: list[dict[str, Any]] = read_yaml((TESTS / "cases" / "risk" / "clusters.yaml").read_text())


def terraform(parts: Iterable[str]) -> str:
    return "\n".join(PARTS[name] for name in parts)


def says(case: dict[str, Any]) -> dict[str, list[str]]:
    """The titles, as `python -m tests.rewrite` writes them."""
    found = reviewed(terraform(case["base"]), terraform(case["head"])).gained
    return {"says": [text_of_prose(finding.title) for finding in found]}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
def test_what_is_come_to(case: dict[str, Any]) -> None:
    result = reviewed(terraform(case["base"]), terraform(case["head"]))
    assert [text_of_prose(finding.title) for finding in result.gained] == case.get("says", [])
    assert [finding.grade for finding in result.gained] == case.get("grades", [])
    assert [text_of_prose(finding.title) for finding in result.undecided] == case.get("undecided", [])
    assert [gap.reason for gap in result.gaps if gap.changed] == case.get("gaps", [])
    over = [step.source for finding in result.gained for step in finding.path[1:]]
    assert over == case.get("over", over)


def test_every_part_is_used() -> None:
    assert PARTS.keys() == {name for case in CASES for name in (*case["base"], *case["head"])}
