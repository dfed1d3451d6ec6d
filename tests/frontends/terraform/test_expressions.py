from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.evaluated.config import EvaluatedConfig, Provider, Root, RootSettings
from bot.evaluated.value import Unknown
from bot.frontends.terraform.evaluate.root import evaluate
from bot.frontends.terraform.syntax.source_files import SyntaxCache
from tests.frontends.terraform.plain import plain
from tests.frontends.terraform.trees import tree
from tests.told import told_of
from tests.yaml_files import read_yaml

FOLDER = Path("tests/cases/terraform/expressions")
NAMES = (FOLDER / "names.tf").read_text()
CASES = [case for file in sorted(FOLDER.glob("*.yaml")) for case in read_yaml(file.read_text())]


def evaluated(expression: str) -> EvaluatedConfig:
    files = {"names.tf": NAMES, "main.tf": f'resource "test" "it" {{\n  value = {expression}\n}}\n'}
    return evaluate(tree(files), Root("", settings=RootSettings(workspace="default")), Provider(), SyntaxCache())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["expression"][:60])
def test_expression(case: dict[str, Any]) -> None:
    config = evaluated(case["expression"])
    value = config.resources[0].attribute("value")

    assert value is not None
    if case.get("error"):
        assert isinstance(value, Unknown)
        assert told_of(config.gaps) == case["told"]
    else:
        assert plain(value) == case["value"]
        assert type(plain(value)) is type(case["value"])
        assert not config.gaps
