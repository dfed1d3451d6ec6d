"""What a CI job writes for its runner."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.forge.port import Annotation
from bot.render import code_quality, workflow_commands
from bot.risk.finding import AppliedWaiver
from tests.fakes.reviews import finding, review

CASES = yaml.safe_load((Path(__file__).parent.parent / "cases" / "ci" / "workflow_commands.yaml").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_command(case: dict[str, Any]) -> None:
    assert workflow_commands.write([Annotation(**case["note"])]) == f"{case['command']}\n"


def test_accepted_findings_are_no_issues() -> None:
    waived = dataclasses.replace(finding("a" * 16, 3), waiver=AppliedWaiver("known", "grace", "2027-01-01"))
    issues = json.loads(code_quality.write(review(waived, finding("b" * 16, 4))))
    assert [issue["fingerprint"] for issue in issues] == ["b" * 16]
