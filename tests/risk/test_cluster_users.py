"""A cluster's users by its aws-auth map, and what bindings let them do: who, how bad, and on which line."""

from __future__ import annotations

import difflib
import json
from random import Random
from typing import Any

import pytest
import yaml

from bot.evaluated.source_tree import SourceTree
from bot.evaluated.touched import parse_diff
from bot.review.engine import Examined, ProposedChange, review
from bot.review.model import Review
from bot.review.prose import text_of_prose
from bot.review_config.settings import ReviewConfig
from tests.places import TESTS
from tests.yaml_files import read_yaml

CASES: list[dict[str, Any]] = read_yaml((TESTS / "cases" / "risk" / "aws_auth.yaml").read_text())
BINDINGS: list[dict[str, Any]] = read_yaml((TESTS / "cases" / "risk" / "cluster_bindings.yaml").read_text())
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


def reviewed(base: str, head: str, manifest: str = "") -> Review:
    trees = [
        SourceTree(name, {"main.tf": name, "manifest.yaml": "m"}, {name: text.encode(), "m": manifest.encode()})
        for name, text in (("a", base), ("b", head))
    ]
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
    assert "remedy" not in case or case["remedy"] in {gap.remedy for gap in result.gaps}
    if "grade" not in case:
        assert not found, [finding.title for finding in found]
        return
    assert found[0].grade == case["grade"]
    assert case["who"] in text_of_prose(found[0].title)
    first = head.split("\n").index("  data = {") + 1
    assert found[0].location.line == first + case["line"]


@pytest.mark.parametrize("case", BINDINGS, ids=lambda case: case["about"])
def test_what_is_bound(case: dict[str, Any]) -> None:
    base, head = (f"{ROOT}\n{case.get(side, '')}" for side in ("base", "head"))
    found = reviewed(base, head, case.get("manifest", "")).gained
    if "grade" not in case:
        assert not found, [finding.title for finding in found]
        return
    assert found, "nothing is gained"
    assert found[0].grade == case["grade"], found[0].title
    assert case["who"] in text_of_prose(found[0].title)
    place = found[0].location
    assert (place.side, place.line) == (case.get("side", "head"), ROOT.count("\n") + 1 + case["line"])


def written_in(way: str, who: str, groups: list[str], among: Random) -> tuple[str, str]:
    """One list of the map in one of the ways that it is written, and the text of manifest.yaml."""
    key = "userarn" if who.startswith("user/") else "rolearn"
    entry = {key: f"arn:aws:iam::111122223333:{who}", "username": "x", "groups": groups}
    other = {key: "arn:aws:iam::111122223333:role/node", "groups": ["system:nodes"]}
    entries = among.sample([entry, other], 2)
    name, text = "mapUsers" if key == "userarn" else "mapRoles", yaml.safe_dump(entries)
    match way:
        case "jsonencode" | "yamlencode":
            return f"    {name} = {way}({json.dumps(entries)})\n", ""
        case "templatefile":
            template = text.replace(who, "${who}")
            return f'    {name} = templatefile("manifest.yaml", {{ who = "{who}" }})\n', template
    return f"{name} = <<YAML\n{text}YAML\n", ""


@pytest.mark.parametrize("way", ["jsonencode", "yamlencode", "templatefile", "heredoc"])
def test_masters_are_critical_however_the_map_is_written(way: str) -> None:
    among = Random(way)
    for who in ("role/ops", "user/ana", "role/team/deploy") * 4:
        groups = among.sample(["readers", "system:masters", "ops"], 3)[: among.randint(1, 3)]
        written, template = written_in(way, who, groups, among)
        case: dict[str, Any] = {"head": written}
        grades = [one.grade for one in reviewed(main(case, "base"), main(case, "head"), template).gained]
        assert ("critical" in grades) == ("system:masters" in groups), (written, groups)


def test_objects_of_a_root_without_a_cluster_are_of_one() -> None:
    block = next(case["head"] for case in BINDINGS if case["about"] == "a group becomes administrator of the cluster")
    assert [one.grade for one in reviewed("", block).gained] == ["high"]
    assert not reviewed(block, block.replace('"b"', '"other"')).gained
