"""How gained rows become findings: grouping, lines, titles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.review.model import Finding
from bot.review_config.settings import ReviewConfig
from bot.risk.assess import assess
from tests.risk.gains import privilege_diff, touched_lines

CASES: list[dict[str, Any]] = yaml.safe_load(Path("tests/cases/risk/findings.yaml").read_text())


def described(finding: Finding, expected: dict[str, Any]) -> dict[str, Any]:
    """Of the finding, what the case speaks of."""
    place = {"line": finding.location.line, "side": finding.location.side}
    actual = {name: place[name] if name in place else getattr(finding, name) for name in expected}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in actual.items()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
def test_findings(case: dict[str, Any]) -> None:
    touched = touched_lines(set(case["touched"]), set(case.get("removed", ())))
    judged = assess(privilege_diff(*case["gains"]), touched, ReviewConfig())
    found = getattr(judged, case.get("part", "gained"))
    assert (judged.score > 0) == bool(judged.gained)
    assert len(found) == len(case["findings"])
    for finding, expected in zip(found, case["findings"], strict=True):
        assert described(finding, expected) == expected
