from __future__ import annotations

from typing import Any

import pytest

from bot.data_sources import PROVIDER
from bot.evaluated.config import Root, RootSettings
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.value import BoolValue, ListValue, Value
from bot.frontends.terraform.evaluate.convert import string_parts
from bot.frontends.terraform.evaluate.root import evaluate
from bot.frontends.terraform.syntax.source_files import SyntaxCache
from tests.places import TESTS
from tests.yaml_files import read_yaml

CASES = TESTS / "cases" / "data_sources"


def cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{path.stem}: {case['name']}")
        for path in sorted(CASES.glob("*.yaml"))
        for case in read_yaml(path.read_text("utf-8"))
    ]


def values(text: str, settings: dict[str, str], expressions: list[str]) -> list[Value]:
    text += 'resource "probe" "p" {\n  value = [\n' + "".join(f"    {each},\n" for each in expressions) + "  ]\n}\n"
    blob = text.encode("utf-8")
    root = Root("", "", RootSettings(**settings))  # type: ignore[arg-type]
    config = evaluate(SourceTree("head", {"main.tf": "m"}, {"m": blob}), root, PROVIDER, SyntaxCache())
    found = next(each for each in config.resources if each.address == "probe.p").attribute("value")
    assert isinstance(found, ListValue), config.gaps
    return list(found.items)


def shown(value: Value) -> Any:
    if isinstance(value, BoolValue):
        return value.value
    return "".join(str(part.content) for part in string_parts(value))


@pytest.mark.parametrize("case", cases())
def test_answers(case: dict[str, Any]) -> None:
    found = values(case["terraform"], case.get("settings", {}), list(case["expect"]))
    assert dict(zip(case["expect"], map(shown, found), strict=True)) == case["expect"]
