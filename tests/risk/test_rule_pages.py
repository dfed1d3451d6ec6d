"""The examples on the rules' pages are true: the rule says so of the change, and the grade is the one named first."""

from __future__ import annotations

import difflib
import re
from pathlib import Path

import pytest

from bot.evaluated.source_tree import SourceTree
from bot.evaluated.touched import parse_diff
from bot.review.engine import Examined, ProposedChange, review
from bot.review.model import Finding
from bot.review_config.settings import ReviewConfig

GRADES = ("Low", "Medium", "High", "Critical")
STATEMENT = 'data "aws_iam_policy_document" "p" {{\n{fragment}\n}}\n'
IN_TRUST = (
    'data "aws_iam_policy_document" "p" {{\n  statement {{\n    actions = ["{action}"]\n{more}{fragment}\n  }}\n}}\n'
)
ROLE = 'resource "aws_iam_role_policy" "r" {\n  role   = "ci"\n  policy = data.aws_iam_policy_document.p.json\n}\n'
QUEUE = (
    'resource "aws_sqs_queue_policy" "q" {\n  queue_url = "q"\n  policy    = data.aws_iam_policy_document.p.json\n}\n'
)
TRUST = (
    'resource "aws_iam_role" "t" {\n  name               = "t"\n'
    "  assume_role_policy = data.aws_iam_policy_document.p.json\n}\n"
)
PROVIDER = (
    '    principals {\n      type        = "Federated"\n'
    '      identifiers = ["arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"]\n    }\n'
)
PAGES = {page.stem: page.read_text() for page in sorted(Path("docs/rules").glob("*.md"))}
EXAMPLE = re.compile(r"## Example\n.*?```diff\n(.*?)```\n+(.*?)\n", re.DOTALL)
ON_RESOURCE = ("public-access",)
GUARDED = ("guardrail-exceeded",)
BESIDE = {"deny-weakened": '\n  statement {\n    actions   = ["kms:*"]\n    resources = ["*"]\n  }'}
"""What else the policy says."""


def example(rule: str) -> tuple[str, str] | None:
    """The diff of a page's example and the line after it; None for pages without one."""
    found = EXAMPLE.search(PAGES[rule])
    return (found[1], found[2]) if found else None


def sides(diff: str) -> tuple[str, str]:
    lines = diff.rstrip("\n").split("\n")
    kept = [[line[1:] for line in lines if not line.startswith(mark)] for mark in "+-"]
    return "\n".join(kept[0]), "\n".join(kept[1])


def first_line(rule: str) -> str:
    found = example(rule)
    return found[0].split("\n")[0].lstrip(" +-") if found else ""


def terraform(rule: str, fragment: str) -> str:
    """A root in which the fragment is what the page speaks of."""
    if first_line(rule).startswith("statement"):
        return STATEMENT.format(fragment=fragment + BESIDE.get(rule, "")) + (QUEUE if rule in ON_RESOURCE else ROLE)
    more, action = (PROVIDER, "sts:AssumeRoleWithWebIdentity") if rule == "oidc-subject" else ("", "sts:AssumeRole")
    return IN_TRUST.format(action=action, more=more, fragment=fragment) + TRUST


def gained(rule: str) -> tuple[Finding, ...]:
    found = example(rule)
    assert found
    base, head = (terraform(rule, fragment) for fragment in sides(found[0]))
    trees = [SourceTree(text, {"main.tf": text}, {text: text.encode()}) for text in (base, head)]
    changed = difflib.unified_diff(base.splitlines(True), head.splitlines(True), "a/main.tf", "b/main.tf")
    touched = parse_diff(f"diff --git a/main.tf b/main.tf\n{''.join(changed)}")
    result = review(ProposedChange(trees[0], trees[1], touched), ReviewConfig())
    assert isinstance(result, Examined)
    return result.review.gained


@pytest.mark.parametrize(
    "rule",
    [
        rule
        for rule in PAGES
        if first_line(rule).startswith(("statement", "principals", "condition")) and rule not in GUARDED
    ],
)
def test_the_example_is_true(rule: str) -> None:
    findings = [one for one in gained(rule) if rule in (one.rule, *one.also)]
    assert findings, [(one.rule, one.also, one.title) for one in gained(rule)]
    after = (example(rule) or ("", ""))[1]
    word = re.split(r"[ .:,]", after.removeprefix("Usually ").capitalize())[0]
    assert word not in GRADES or findings[0].grade == word.lower(), findings[0].arithmetic
