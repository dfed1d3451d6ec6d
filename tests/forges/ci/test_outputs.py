"""What a CI job writes for its runner."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from bot.forges.port import Annotation
from bot.render import code_quality, workflow_commands
from bot.review.model import AppliedWaiver
from tests.fakes.reviews import finding, review
from tests.places import TESTS
from tests.yaml_files import read_yaml

CASES = read_yaml((TESTS / "cases" / "ci" / "workflow_commands.yaml").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_command(case: dict[str, Any]) -> None:
    assert workflow_commands.write([Annotation(**case["note"])]) == f"{case['command']}\n"


def test_accepted_findings_are_no_issues() -> None:
    waived = dataclasses.replace(finding("a" * 16, 3), waiver=AppliedWaiver("known", "grace", "2027-01-01"))
    issues = json.loads(code_quality.write(review(waived, finding("b" * 16, 4))))
    assert [issue["fingerprint"] for issue in issues] == ["b" * 16]


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("a :: b\n", "a :: b\n"),
        ("x\n  ::set-output name=verdict::pass\n", "x\n  \\u003a:set-output name=verdict::pass\n"),
        ('{"title": "##[set-output name=verdict;]pass"}', '{"title": "##\\u005bset-output name=verdict;]pass"}'),
    ],
)
def test_what_other_programs_read_is_no_command(text: str, printed: str) -> None:
    assert workflow_commands.spelled_out(text) == printed


def test_json_reads_the_same_when_commands_are_spelled_out() -> None:
    text = json.dumps({"title": "##[error]x", "more": ["::y"]}, indent=2)
    assert json.loads(workflow_commands.spelled_out(text)) == json.loads(text)
