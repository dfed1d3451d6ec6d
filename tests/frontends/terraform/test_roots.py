from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from bot.evaluated.config import Provider, Root, RootSettings
from bot.evaluated.front_end import Configured, RootChoices
from bot.frontends.terraform.modules.affected_roots import affected_roots
from bot.frontends.terraform.syntax.source_files import SyntaxCache
from bot.frontends.terraform.terragrunt.units import Units
from tests.frontends.terraform.trees import tree
from tests.told import told_of
from tests.yaml_files import read_yaml

CASES = read_yaml(Path("tests/cases/terraform/roots/changes.yaml").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_affected_roots(case: dict[str, Any]) -> None:
    base = tree({**case["files"], **case.get("base", {})}, "base")
    head = tree({**case["files"], **case.get("head", {})})
    changed = {path for path in {*base.listing, *head.listing} if base.blob(path) != head.blob(path)}

    cache = SyntaxCache()
    configured, units = _configured(case.get("configured", {})), Units(cache, Provider())
    answer = affected_roots(base, head, frozenset(changed), configured, cache, units=units)

    assert [_name(root) for root in answer.roots] == case["roots"]
    assert told_of(answer.gaps) == case.get("gaps", [])
    assert sorted(answer.irrelevant) == case.get("irrelevant", [])
    assert not answer.needs


def _configured(written: dict[str, dict[str, list[str]]]) -> Configured:
    def choices(directory: str) -> RootChoices:
        found = written.get(directory, {})
        settings = RootSettings(var_files=tuple(found.get("var_files", ())))
        return RootChoices(settings, tuple(found.get("workspaces", ())))

    return choices


def _name(root: Root) -> str:
    return f"{root.directory} ({root.variant})" if root.variant else root.directory


def test_texts_that_a_choice_is_made_of_are_asked_for_at_once() -> None:
    """What is read where only evaluation can tell which file it is: each of those that are named beside it."""
    head = tree({"main.tf": _CHOICE, "texts/a.json": "{}", "texts/b.json": "{}", "texts/c.yaml": "{}", "d.zip": "z"})
    there = head.listing["main.tf"]
    head = dataclasses.replace(head, blobs={there: head.blobs[there]})
    answer = affected_roots(tree({}, "base"), head, frozenset({"main.tf"}))
    assert answer.needs == {"texts/a.json", "texts/b.json"}


_CHOICE = """
resource "aws_iam_policy" "p" { policy = file(var.a ? "${path.module}/texts/${var.b}.json" : local.other) }
resource "aws_lambda_function" "f" { filename = "${path.module}/d.zip" }
"""
