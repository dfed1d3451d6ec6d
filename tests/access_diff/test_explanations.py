"""The line that causes a gain, and the one whose absence does."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from bot.access_diff.delta import PolicySet
from bot.access_diff.diff import compare
from bot.evaluated.diagnostic import Span, Step, Trail
from bot.evaluated.document import Array, Member, Node, Object, text
from bot.iam.policy import parse_policy
from bot.iam.statement import PolicyKind, Statement
from tests.access_diff.policy_cases import judge, printed
from tests.places import TESTS
from tests.yaml_files import read_yaml

FILE = TESTS / "cases" / "explanations" / "causes.yaml"
LINES = FILE.read_text().splitlines()
CASES = read_yaml(FILE.read_text())
COMPOSED = yaml.compose(FILE.read_text())
assert isinstance(COMPOSED, yaml.SequenceNode)
NODES = [{key.value: value for key, value in case.value} for case in COMPOSED.value]


def trail(node: yaml.Node) -> Trail:
    line = node.start_mark.line + 1
    return (Step(Span(FILE.name, line, 1, line, 2), "literal"),)


def document(node: yaml.Node) -> Node:
    if isinstance(node, yaml.MappingNode):
        members = (Member(text(key.value, trail(key)), document(value), trail(key)) for key, value in node.value)
        return Object(tuple(members), trail(node))
    if isinstance(node, yaml.SequenceNode):
        return Array(tuple(map(document, node.value)), trail(node))
    return text(node.value, trail(node))


def policy(statements: yaml.Node, kind: PolicyKind, limit: yaml.Node | None) -> PolicySet:
    limits = () if limit is None else (read(limit, PolicyKind.LIMIT),)
    return PolicySet(kind, read(statements, kind), limits)


def read(statements: yaml.Node, kind: PolicyKind) -> tuple[Statement, ...]:
    whole = Object((Member(text("Version"), text("2012-10-17")), Member(text("Statement"), document(statements))))
    return parse_policy(whole, kind).statements


def first_line(trails: tuple[Trail, ...]) -> str:
    return LINES[trails[0][0].span.line - 1] if trails else ""


@pytest.mark.parametrize(("case", "nodes"), list(zip(CASES, NODES, strict=True)), ids=[case["case"] for case in CASES])
def test_the_first_cause_is_the_line_to_edit(case: dict[str, Any], nodes: dict[str, yaml.Node]) -> None:
    kind = PolicyKind(case.get("kind", "identity"))
    old, new = (policy(nodes[side], kind, nodes.get(f"{side}_cap")) for side in ("old", "new"))
    (change,) = compare(old, new, strict=True).gained
    assert case["cause"] in first_line(change.causes)
    assert case.get("removed", "") in first_line(change.removed)
    assert change.statement.trail in change.causes


ROWS = read_yaml((FILE.parent / "rows.yaml").read_text())


@pytest.mark.parametrize("case", ROWS, ids=[case["case"] for case in ROWS])
def test_few_rows_say_what_is_new(case: dict[str, Any]) -> None:
    gained = judge(case).delta.gained
    assert [printed(change.row) for change in gained] == case["rows"]
