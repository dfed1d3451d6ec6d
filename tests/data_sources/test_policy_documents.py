from __future__ import annotations

from typing import Any

import pytest

from bot.data_sources import PROVIDER
from bot.evaluated.config import Root
from bot.evaluated.guard import spelled
from bot.evaluated.json_text import decode_json
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.symbol_names import shown
from bot.evaluated.value import Choice, ListValue, ObjectValue, StringValue, Unknown, Value
from bot.frontends.terraform.evaluate.root import evaluate
from bot.frontends.terraform.syntax.source_files import SyntaxCache
from tests.places import TESTS
from tests.yaml_files import read_yaml

CASES = TESTS / "cases" / "policy_documents"


def cases() -> list[Any]:
    found = []
    for path in sorted(CASES.glob("*.yaml")):
        for case in read_yaml(path.read_text("utf-8")):
            found.append(pytest.param(case, id=f"{path.stem}: {case['name']}"))
    return found


def attributes(text: str) -> dict[str, Value]:
    blob = text.encode("utf-8")
    tree = SourceTree("head", {"main.tf": "blob"}, {"blob": blob})
    found = {each.address: each for each in evaluate(tree, Root(""), PROVIDER, SyntaxCache()).resources}
    return dict(found["data.aws_iam_policy_document.test"].attributes.entries)


def shown_text(value: Value) -> str:
    assert isinstance(value, StringValue), value
    return "".join(str(part.content) for part in value.parts)


def written(value: Value) -> str:
    """As `shown`, with the guards of choices."""
    match value:
        case Choice():
            return " | ".join(f"{spelled(each.guard)} ? {written(each.value)}" for each in value.alternatives)
        case ListValue():
            return f"[{', '.join(map(written, value.items))}]"
        case ObjectValue():
            return "{" + ", ".join(f"{name} = {written(item)}" for name, item in value.entries) + "}"
    return shown(value)


@pytest.mark.parametrize("case", [case for case in cases() if "statements" in case.values[0]])
def test_what_is_undecided_is_spelled_out(case: dict[str, Any]) -> None:
    result = attributes(case["terraform"])["json"]
    assert isinstance(result, StringValue)
    assert isinstance(result.encoded, ObjectValue)
    statements = result.encoded.get("Statement")
    assert statements is not None
    assert written(statements) == case["statements"]


@pytest.mark.parametrize("case", [case for case in cases() if "statements" not in case.values[0]])
def test_is_rendered_as_the_provider_does(case: dict[str, Any]) -> None:
    result = attributes(case["terraform"])["json"]
    if "error" in case:
        assert isinstance(result, Unknown)
        assert case["error"] in result.symbol.reason
    else:
        assert shown_text(result) + "\n" == case["document"]


@pytest.mark.parametrize("case", [case for case in cases() if "document" in case.values[0]])
def test_text_and_structure_and_minified_text_say_the_same(case: dict[str, Any]) -> None:
    found = attributes(case["terraform"])
    texts = [found["json"], found["minified_json"]]
    for value in texts:
        assert isinstance(value, StringValue)
        assert value.encoded is not None
        assert shown(decode_json(StringValue(value.parts))) == shown(value.encoded)


def test_every_element_knows_its_line() -> None:
    text = 'locals {\n  more = ["s3:PutObject"]\n}\ndata "aws_iam_policy_document" "test" {\n  statement {\n'
    text += '    actions = concat(\n      ["s3:GetObject"],\n      local.more,\n    )\n  }\n}\n'
    value = attributes(text)["json"]
    assert isinstance(value, StringValue)
    lines = {part.content: part.trail[0].span.line for part in value.parts if part.trail}
    assert lines["s3:PutObject"] == 2
    assert lines["s3:GetObject"] == 7
