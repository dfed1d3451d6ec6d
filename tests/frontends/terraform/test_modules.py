from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.evaluated.config import EvaluatedConfig, Provider, Root, RootSettings
from bot.frontends.terraform.evaluate.root import evaluate
from bot.frontends.terraform.syntax.source_files import SyntaxCache
from bot.risk.wording.guard_words import guard_words
from tests.frontends.terraform.plain import plain
from tests.frontends.terraform.trees import tree
from tests.told import told_of
from tests.yaml_files import read_yaml

CASES = read_yaml(Path("tests/cases/terraform/modules/modules.yaml").read_text())


def evaluated(case: dict[str, Any]) -> EvaluatedConfig:
    settings = RootSettings(var_files=tuple(case.get("var_files", ())))
    return evaluate(tree(case["files"]), Root(case.get("root", ""), settings=settings), Provider(), SyntaxCache())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_module(case: dict[str, Any]) -> None:
    config = evaluated(case)
    found = {each.address: plain(each.attributes) for each in config.resources}

    assert sorted(found) == sorted(case["instances"])
    for address, attributes in case["instances"].items():
        assert {name: found[address].get(name) for name in attributes} == attributes
    assert told_of(config.gaps) == case.get("gaps", [])
    guards = {each.address: list(map(guard_words, each.guards)) for each in config.resources if each.guards}
    assert guards == case.get("guards", guards)
    latent = {each.address: guard_words(each.guards[0]) for each in config.latent}
    assert latent == case.get("latent", latent)
    repeated = [each.address for each in config.resources if each.repeated]
    assert repeated == case.get("repeated", repeated)
