"""The line of what decides which value is taken, where the value itself was written before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.review_process import child
from bot.review_process.rounds import review_contents
from tests.fakes.contents import FakeContents
from tests.yaml_files import read_yaml

CASES: list[dict[str, Any]] = read_yaml(Path("tests/cases/risk/chosen.yaml").read_text())

REST = """
locals {
  all  = { r = ["s3:ListAllMyBuckets"], w = ["s3:GetObject"] }
  list = ["s3:ListAllMyBuckets", "s3:GetObject"]
}

data "aws_iam_policy_document" "p" {
  statement {
    actions   = ACTIONS
    resources = ["*"]
  }
}

resource "aws_iam_user_policy" "p" {
  user   = "u"
  policy = data.aws_iam_policy_document.p.json
}
"""


def files(case: dict[str, Any], value: str) -> dict[str, str]:
    """The line that decides is the second."""
    variable = case.get("variable")
    begins = f'variable "wanted" {{\n  default = {value}\n}}\n' if variable else f"locals {{\n  wanted = {value}\n}}\n"
    actions = case["actions"].replace("WANTED", "var.wanted" if variable else "local.wanted")
    return {"main.tf": begins + REST.replace("ACTIONS", actions)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
def test_stands_where_it_is_decided(case: dict[str, Any]) -> None:
    contents = FakeContents(files(case, case["before"]), files(case, case["after"]))
    [finding] = review_contents(contents, child.answer).review.gained
    assert finding.actions == ("s3:GetObject",)
    assert (finding.location.line, finding.location.side) == (2, "head")
