"""Trouble beside the roots, with a file, the rules, a plan or a suggestion, ends no root's review and never passes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NoReturn

import pytest

from bot.evaluated.config import EvaluatedConfig, Root
from bot.evaluated.front_end import AffectedRoots
from bot.evaluated.source_tree import SourceTree
from bot.frontends.front_ends import FrontEnds
from bot.render.gap_list import not_reviewed
from bot.render.inventory_text import write
from bot.review import engine, product
from bot.review.codec import encode
from bot.review.planned import PlanFile, sides
from bot.review.unjudged import dispositions
from bot.review.unjudged.programs import other_programs
from bot.review_process import child
from bot.review_process.rounds import Options, ReviewedChange, review_contents, take_inventory
from tests.fakes.contents import FakeContents
from tests.yaml_files import read_yaml

CASES = read_yaml(Path("tests/cases/fence/beside_roots.yaml").read_text())
SECRET = "hunter2"
ROLE = """resource "aws_iam_role" "r" {
  name = "r"
  assume_role_policy = jsonencode({Statement = [
    {Effect = "Allow", Action = "sts:AssumeRole", Principal = {Service = "ec2.amazonaws.com"}}]})
}
"""
GRANT = """resource "aws_iam_role_policy" "p" {
  role = aws_iam_role.r.id
  policy = jsonencode({Statement = [{Effect = "Allow", Action = "*", Resource = "*"}]})
}
"""
BASE = {"a/main.tf": ROLE, "b/main.tf": ROLE, ".iam-review.yaml": "mode: enforce\n"}
HEAD = BASE | {"a/main.tf": ROLE + GRANT, "b/main.tf": ROLE + GRANT, ".iam-review.yaml": "mode: observe\n"}
PLAN = {
    "format_version": "1.2",
    "terraform_version": "1.9.0",
    "planned_values": {"root_module": {}},
    "resource_changes": [],
    "configuration": {"root_module": {}},
}


def boom(*_: object, **__: object) -> NoReturn:
    raise KeyError(SECRET)


def plant(at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception at one port."""
    affected = FrontEnds.affected_roots

    def choice(
        self: FrontEnds, base: SourceTree, head: SourceTree, changed: frozenset[str], *more: Any
    ) -> AffectedRoots:
        if at == "every choice" or (at == "choice of several" and len(changed) > 1):
            boom()
        if at == "choice of a file" and "a/main.tf" in changed:
            boom()
        return affected(self, base, head, changed, *more)

    def in_a(base: EvaluatedConfig, head: EvaluatedConfig) -> Any:
        return boom() if head.root.directory == "a" else other_programs(base, head)

    match at:
        case "rules":
            monkeypatch.setattr(engine, "rules_findings", boom)
        case "redefinitions":
            monkeypatch.setattr(dispositions, "other_programs", in_a)
        case "plan":
            monkeypatch.setattr(sides, "merge", boom)
        case _:
            monkeypatch.setattr(FrontEnds, "affected_roots", choice)


def reviewed(plans: tuple[PlanFile, ...] = ()) -> ReviewedChange:
    return review_contents(FakeContents(BASE, HEAD), child.answer, Options(plans=plans))


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_trouble_beside_the_roots(case: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    plant(case["at"], monkeypatch)
    plans = (PlanFile("plan.json", json.dumps(PLAN).encode(), "b"),) if case["at"] == "plan" else ()
    done = reviewed(plans)
    review = done.review
    ours = [gap for gap in review.gaps if gap.cause != "open"]
    assert [(gap.kind, gap.cause, gap.changed, gap.carries_policy) for gap in ours] == [("fault", "fault", True, True)]
    assert ours[0].reason.startswith(case["about"]) and "(KeyError)" in ours[0].reason
    assert (review.verdict, review.complete) == ("fail", False) and "fault" in review.blocked_by
    assert ("b/main.tf" in {finding.location.file for finding in review.gained}) == case["found"]
    assert not_reviewed(review).startswith("could not review ")
    assert [trouble.exception for trouble in done.troubles] == ["KeyError"]
    assert SECRET.encode() not in encode(review)


def test_a_suggestion_that_fails_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = reviewed()
    monkeypatch.setattr(product, "with_suggestions", boom)
    done = reviewed()
    assert [one.stage for one in done.troubles] == ["suggesting"] and SECRET not in done.troubles[0].reason
    assert [one.fingerprint for one in done.review.gained] == [one.fingerprint for one in whole.review.gained]
    assert (done.review.gaps, done.review.verdict) == (whole.review.gaps, whole.review.verdict)


def test_an_inventory_lists_the_root_with_which_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    evaluate = FrontEnds.evaluate

    def in_a(self: FrontEnds, tree: SourceTree, root: Root, *more: Any) -> EvaluatedConfig:
        return boom() if root.directory == "a" else evaluate(self, tree, root, *more)

    monkeypatch.setattr(FrontEnds, "evaluate", in_a)
    taken = take_inventory(FakeContents(HEAD, HEAD), child.answer)
    assert [(one.kind, one.root) for one in taken.holders] == [("root", "a"), ("role", "b")]
    assert [trouble.root for trouble in taken.troubles] == ["a"]
    text = write(taken.holders)
    assert "1 role\nNot read, so that more may be held (1):\n  a: a: the root a could not be reviewed" in text
    assert SECRET not in text
    assert "the root a could not be reviewed: evaluating it, an internal error (KeyError)" in " ".join(text.split())
