"""Which files are policies by themselves, and how what is filled in elsewhere is read."""

from __future__ import annotations

from typing import Any

import pytest

from bot.evaluated.config import Provider, Root
from bot.evaluated.document import Symbol
from bot.evaluated.fence import never
from bot.evaluated.front_end import unconfigured
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.thing import NO_NAMES
from bot.evaluated.trails import string_trail
from bot.evaluated.value import ListValue, ObjectValue, StringValue
from bot.frontends.policy_files.bare_policy import MAX_BYTES, policy_text
from bot.frontends.policy_files.policy_files import PolicyFiles
from tests.frontends.terraform.trees import tree
from tests.places import TESTS
from tests.yaml_files import read_yaml

CASES = TESTS / "cases" / "policy_files"
FILES: list[dict[str, Any]] = read_yaml((CASES / "files.yaml").read_text())
PLACEHOLDERS: list[dict[str, Any]] = read_yaml((CASES / "placeholders.yaml").read_text())
FRONT_END = PolicyFiles(Provider())


@pytest.mark.parametrize("case", FILES, ids=lambda case: case["name"])
def test_files(case: dict[str, Any]) -> None:
    base, head = tree(case.get("base", {}), "base"), tree(case.get("head", {}))
    differing = {path for path in {*base.listing, *head.listing} if base.blob(path) != head.blob(path)}
    changed, also = frozenset(case.get("changed", differing)), frozenset(case.get("also", ()))
    found = FRONT_END.affected_roots(base, head, changed, unconfigured, also)
    assert [root.directory for root in found.roots] == case.get("roots", [])
    assert [gap.diagnostic.span.file for gap in found.gaps] == case.get("gaps", [])
    assert [root.directory for root in found.besides] == case.get("besides", [])
    assert found.irrelevant == changed.difference(*(case.get(told, ()) for told in ("roots", "gaps")))


def test_asks_for_what_is_not_here() -> None:
    head = SourceTree("head", {"p.json": "1", "README.md": "2"}, {})
    found = FRONT_END.affected_roots(tree({}), head, frozenset(head.listing), unconfigured, frozenset())
    assert found.needs == {"p.json"} and found.irrelevant == {"README.md"} and not found.roots


def test_what_is_no_policy_any_more_is_a_gap() -> None:
    found = FRONT_END.evaluate(tree({"p.json": "{"}), Root("p.json"), never, NO_NAMES)
    assert [gap.address for gap in found.gaps] == ["p.json"] and not found.resources


def test_what_is_too_long_is_no_policy() -> None:
    text = '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'
    assert policy_text(tree({"p.json": text.ljust(MAX_BYTES)}), "p.json") is not None
    assert policy_text(tree({"p.json": text.ljust(MAX_BYTES + 1)}), "p.json") is None


@pytest.mark.parametrize("case", PLACEHOLDERS, ids=lambda case: case["Resource"])
def test_placeholders(case: dict[str, Any]) -> None:
    text = policy_text(tree({"p.json": case["text"]}), "p.json")
    assert text is not None and isinstance(text.encoded, ObjectValue)
    statement = text.encoded.get("Statement")
    assert isinstance(statement, ObjectValue)
    value = statement.get("Resource")
    value = value.items[0] if isinstance(value, ListValue) else value
    assert isinstance(value, StringValue)
    pieces = (f"<{one.name}>" if isinstance(one, Symbol) else one for one in value.pieces)
    assert "".join(pieces) == case["Resource"]
    assert string_trail(value)[0].span.line == case.get("line", 1)
