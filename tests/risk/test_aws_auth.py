"""The aws-auth map of a cluster: whom it lets in, how bad that is, and on which line."""

from __future__ import annotations

import difflib
from typing import Any

import pytest

from bot.evaluated.source_tree import SourceTree
from bot.evaluated.touched import parse_diff
from bot.review.engine import Examined, ProposedChange, review
from bot.review.model import Review
from bot.review.prose import text_of_prose
from bot.review_config.settings import ReviewConfig
from tests.places import TESTS
from tests.yaml_files import read_yaml

CASES: list[dict[str, Any]] = read_yaml((TESTS / "cases" / "risk" / "aws_auth.yaml").read_text())
ROOT = """\
resource "aws_eks_cluster" "c" {
  name     = "shop"
  role_arn = "arn:aws:iam::111122223333:role/cluster"
}

resource "aws_iam_role" "ci" {
  name               = "ci"
  assume_role_policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codebuild.amazonaws.com" } }]
  })
}
"""


def main(case: dict[str, Any], side: str) -> str:
    metadata = f'  metadata {{\n    name = "{case.get("name", "aws-auth")}"\n  }}\n'
    data = f"  data = {{\n{case[side]}  }}\n" if side in case else ""
    return f'{ROOT}\nresource "kubernetes_config_map" "x" {{\n{metadata}{data}}}\n'


def reviewed(base: str, head: str) -> Review:
    trees = [SourceTree(name, {"main.tf": name}, {name: text.encode()}) for name, text in (("a", base), ("b", head))]
    changed = difflib.unified_diff(base.splitlines(True), head.splitlines(True), "a/main.tf", "b/main.tf")
    touched = parse_diff(f"diff --git a/main.tf b/main.tf\n{''.join(changed)}")
    result = review(ProposedChange(trees[0], trees[1], touched), ReviewConfig())
    assert isinstance(result, Examined)
    return result.review


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
def test_the_map(case: dict[str, Any]) -> None:
    base, head = main(case, "base"), main(case, "head")
    result = reviewed(base, head)
    found, open_ = result.gained, [gap.reason for gap in result.gaps if gap.changed and "aws-auth" in gap.reason]
    assert [reason.startswith(case.get("gap", "no gap")) for reason in open_] == [True] * ("gap" in case)
    if "grade" not in case:
        assert not found, [finding.title for finding in found]
        return
    assert found[0].grade == case["grade"]
    assert case["who"] in text_of_prose(found[0].title)
    first = head.split("\n").index("  data = {") + 1
    assert found[0].location.line == first + case["line"]
