"""Probable mistakes in changed statements, found in Terraform text."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import pytest

from bot.data_sources import PROVIDER
from bot.evaluated.config import Root
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.touched import Touched
from bot.extract import Extracted, extract
from bot.frontends.terraform.evaluate.root import evaluate
from bot.frontends.terraform.syntax.source_files import SyntaxCache
from bot.iam.managed import managed_policy
from bot.review.model import Lint
from bot.risk.lint import lint
from tests.risk.gains import FILE, touched_lines
from tests.yaml_files import read_yaml

CASES: list[dict[str, Any]] = read_yaml(Path("tests/cases/risk/lint.yaml").read_text())

TRUST = 'jsonencode({ Version = "2012-10-17", Statement = [] })'


def terraform(case: dict[str, Any]) -> str:
    """The case's statement or policy as the first lines of a configuration that puts it in force."""
    if "file" in case:
        return str(case["file"])
    if "policy" in case:
        return f'resource "aws_iam_role_policy" "r" {{\n  role = "r"\n  policy = {case["policy"]}}}\n'
    body = textwrap.indent(case.get("statement") or case["trust"], "    ").removesuffix("\n")
    document = f'data "aws_iam_policy_document" "p" {{\n  statement {{\n{body}\n  }}\n}}\n'
    trust = "data.aws_iam_policy_document.p.json" if "trust" in case else TRUST
    role = f'resource "aws_iam_role" "r" {{\n  name = "r"\n  assume_role_policy = {trust}\n}}\n'
    policy = '  role = "r"\n  policy = data.aws_iam_policy_document.p.json\n'
    attached = f'resource "aws_iam_role_policy" "r" {{\n{policy}}}\n' if "statement" in case else ""
    return f'{document}{role}{attached}variable "arn" {{}}\n'


def extracted(case: dict[str, Any]) -> Extracted:
    tree = SourceTree("head", {FILE: "1"}, {"1": terraform(case).encode()})
    return extract(evaluate(tree, Root(""), PROVIDER, SyntaxCache()), managed_policy)


def found(case: dict[str, Any], touched: Touched, before: dict[str, Any] | None = None) -> tuple[Lint, ...]:
    head = extracted(case)
    return lint(head.grants, touched, head.problems, extracted(before).grants if before else ())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
def test_lint(case: dict[str, Any]) -> None:
    problems = found(case, touched_lines(set(range(1, 60))))
    wanted = case.get("lint")
    if wanted is None:
        assert not problems, case["silent"]
        return
    problem = next(one for one in problems if one.rule == wanted["rule"])
    assert wanted["words"] in problem.title
    assert problem.location.line == wanted.get("line", problem.location.line)
    assert len(problems) == 1 or case.get("others")


def test_what_the_change_does_not_touch_is_left_alone() -> None:
    assert not found(CASES[0], touched_lines({50}))


def test_what_merely_hands_a_statement_on_is_not_its_text() -> None:
    """The line of the policy that names the document, or of what puts it in force."""
    attached = next(n for n, line in enumerate(terraform(CASES[0]).splitlines(), 1) if "policy_document.p.json" in line)
    assert not found(CASES[0], touched_lines({attached}))


def test_what_was_said_before_word_by_word_has_only_moved() -> None:
    every = touched_lines(set(range(1, 60)))
    assert found(CASES[0], every) and not found(CASES[0], every, before=CASES[0])
