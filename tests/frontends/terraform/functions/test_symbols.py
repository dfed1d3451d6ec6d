from __future__ import annotations

from typing import Any

import pytest

from bot.data_sources import PROVIDER
from bot.evaluated.config import Root
from bot.evaluated.guard import spelled
from bot.evaluated.partial import RepeatedList
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.value import BoolValue, Choice, ListValue, NumberValue, ObjectValue, StringValue, Unknown, Value
from bot.frontends.terraform.evaluate.root import evaluate
from bot.frontends.terraform.syntax.source_files import SyntaxCache
from tests.places import TESTS
from tests.yaml_files import read_yaml

CASES = read_yaml((TESTS / "cases/functions/symbols/functions.yaml").read_text("utf-8"))
CONTEXT = 'variable "v" {}\nvariable "w" {}\nresource "aws_kms_key" "k" {}\ndata "aws_caller_identity" "c" {}\n'
CONTEXT += 'resource "aws_sqs_queue" "q" {\n  for_each = var.v\n}\n'


def evaluated(expression: str) -> Value:
    blob = f'{CONTEXT}resource "probe" "p" {{\n  value = [{expression}]\n}}\n'.encode()
    config = evaluate(SourceTree("head", {"main.tf": "m"}, {"m": blob}), Root(""), PROVIDER, SyntaxCache())
    value = next(each for each in config.resources if each.address == "probe.p").attribute("value")
    assert isinstance(value, ListValue)
    return value.items[0]


def shown(value: Value) -> Any:
    match value:
        case StringValue():
            return "".join(str(part.content) for part in value.parts)
        case Unknown():
            return str(value.symbol)
        case NumberValue() | BoolValue():
            return value.value
        case ListValue():
            return [*map(shown, value.items), *(["..."] if isinstance(value, RepeatedList) else [])]
        case ObjectValue():
            return {name: shown(item) for name, item in value.entries}
        case Choice():
            return {spelled(each.guard): shown(each.value) for each in value.alternatives}
    raise TypeError(value)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["expression"])
def test_known_parts_stay(case: dict[str, Any]) -> None:
    assert shown(evaluated(case["expression"])) == case["value"]


def test_every_value_is_traced_to_where_it_is_written() -> None:
    value = evaluated('concat(\n    ["a"],\n    flatten([["b",\n      "c"]]),\n  )')
    assert isinstance(value, ListValue)
    first_lines = [item.parts[0].trail[0].span.line for item in value.items if isinstance(item, StringValue)]
    first = CONTEXT.count("\n") + 3
    assert first_lines == [first, first + 1, first + 2]
