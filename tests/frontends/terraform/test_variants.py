from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.evaluated.config import Root, RootSettings
from bot.evaluated.front_end import RootChoices
from bot.frontends.terraform.modules.affected_roots import affected_roots
from tests.frontends.terraform.trees import tree
from tests.told import told_of
from tests.yaml_files import read_yaml

VARIANTS = read_yaml(Path("tests/cases/terraform/roots/variants.yaml").read_text())


@pytest.mark.parametrize("case", VARIANTS, ids=lambda case: case["name"])
def test_variants_of_a_root(case: dict[str, Any]) -> None:
    many = case.get("many", {"count": 0})
    files = case["files"] | {many["path"] % number: many["text"] % number for number in range(many["count"])}
    base = tree({**files, **case.get("base", {})}, "base")
    head = tree({**files, **case.get("head", {})})
    configured = case.get("configured", {})
    choices = RootChoices(
        RootSettings(var_files=tuple(configured.get("var_files", ()))), tuple(configured.get("workspaces", ()))
    )

    answer = affected_roots(base, head, frozenset({"live/main.tf"}), lambda directory: choices)

    roots = [root for root in answer.roots if root.kind != "interface"]
    if "roots" in case:
        assert [_described(root) for root in roots] == case["roots"]
    assert len(roots) == case.get("number", len(case.get("roots", ())))
    assert told_of(answer.gaps) == case.get("gaps", [])


def _described(root: Root) -> str:
    files = ", ".join(root.settings.var_files)
    names, why = ", ".join(root.variants), ", ".join(root.named_by)
    return f"{names}; {files}; {root.settings.workspace or ''}; {root.only or ''}; {why}"
