"""The examples on the rules' pages are true: the rule says so of the change, and the grade is the one named first."""

from __future__ import annotations

import difflib
import re

import pytest

from bot.evaluated.source_tree import SourceTree
from bot.evaluated.touched import parse_diff
from bot.review.engine import Examined, ProposedChange, review
from bot.review.model import Finding
from bot.review_config.settings import ReviewConfig
from tests.risk.rule_pages import PAGES, derived, example, is_run, sides, terraform

GRADES = ("Low", "Medium", "High", "Critical")
GUARDED = ("guardrail-exceeded",)


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
    [rule for rule in PAGES if is_run(rule) and rule not in GUARDED],
)
def test_the_example_is_true(rule: str) -> None:
    findings = [one for one in gained(rule) if rule in (one.rule, *one.also)]
    assert findings, [(one.rule, one.also, one.title) for one in gained(rule)]
    after = (example(rule) or ("", ""))[1]
    word = re.split(r"[ .:,]", after.removeprefix("Usually ").capitalize())[0]
    assert word not in GRADES or findings[0].grade == word.lower(), findings[0].arithmetic


def test_what_follows_from_the_pages_is_written() -> None:
    """`python -m tests.rewrite pages` writes it."""
    assert [path.name for path, text in derived() if not path.exists() or path.read_text() != text] == []
