from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.evaluated.config import Provider, Root
from bot.evaluated.document import Array, Node, Object
from bot.evaluated.policy_text import policy_node
from bot.frontends.terraform.evaluate.root import evaluate
from bot.frontends.terraform.syntax.source_files import SyntaxCache
from tests.frontends.terraform.trees import tree
from tests.yaml_files import read_yaml

CASES = read_yaml(Path("tests/cases/terraform/provenance/trails.yaml").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_trail(case: dict[str, Any]) -> None:
    address, attribute = case["policy"]
    config = evaluate(tree(case["files"]), Root(""), Provider(), SyntaxCache())
    value = next(each for each in config.resources if each.address == address).attribute(attribute)
    assert value is not None
    document = policy_node(value)
    for path, places in case["trails"].items():
        assert _in_order(places, _places(document, path)), (path, _places(document, path))


def _places(node: Node, path: str) -> list[str]:
    for step in path.split("."):
        if isinstance(node, Object):
            node = next(member.value for member in node.members if str(member.key) == step)
        else:
            assert isinstance(node, Array)
            node = node.items[int(step)]
    return [str(step.span) for step in node.trail]


def _in_order(wanted: list[str], found: list[str]) -> bool:
    """Whether `found` begins at the first wanted place and has the others after it, in order."""
    rest = iter(found)
    return found[:1] == wanted[:1] and all(place in rest for place in wanted)
