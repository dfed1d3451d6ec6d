"""Reads the cases of tests/cases/policy_pairs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.access_diff.delta import Delta, PolicySet, Row
from bot.access_diff.diff import compare
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.document import Array, Hole, JsonScalar, Member, Node, Object, Symbol, Text
from bot.iam.policy import Policy, parse_policy
from bot.iam.statement import PolicyKind
from tests.places import TESTS
from tests.yaml_files import read_yaml

CASES = TESTS / "cases" / "policy_pairs"
_UNKNOWN = re.compile("<<(.*?)>>")


def load_cases() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(CASES.glob("*.yaml")):
        for case in read_yaml(path.read_text()):
            yield f"{path.stem}: {case['case']}", case


def node(value: object) -> Node:
    """JSON with `<<name>>` for unknown text and `{hole: name}` for an unknown element."""
    match value:
        case {"hole": name}:
            return Hole(Symbol(str(name)))
        case dict():
            return Object(tuple(Member(Text((str(key),)), node(item)) for key, item in value.items()))
        case list():
            return Array(tuple(map(node, value)))
        case str():
            pieces = (Symbol(piece) if index % 2 else piece for index, piece in enumerate(_UNKNOWN.split(value)))
            return Text(tuple(piece for piece in pieces if piece))
        case bool() | int() | float() | None:
            return JsonScalar(value)
    raise TypeError(type(value).__name__)


def policy(value: object, kind: PolicyKind) -> Policy:
    whole = value if isinstance(value, dict) else {"Version": "2012-10-17", "Statement": value}
    return parse_policy(node(whole), kind)


@dataclass(frozen=True)
class Judged:
    delta: Delta
    malformed: bool


def judge(case: dict[str, Any], *, proofs: bool = True) -> Judged:
    kind = PolicyKind(case.get("kind", "identity"))
    old, new = policy(case["old"], kind), policy(case["new"], kind)
    old_limits, new_limits = (
        tuple(policy(limit, PolicyKind.LIMIT).statements for limit in case.get(limits, ()))
        for limits in ("old_caps", "new_caps")
    )
    delta = compare(
        PolicySet(kind, old.statements, old_limits),
        PolicySet(kind, new.statements, new_limits),
        "someone",
        strict=True,
        proofs=proofs,
    )
    problems = (*old.problems, *new.problems)
    blind = any(one.blind and one.diagnostic.kind is not DiagnosticKind.UNRESOLVED_ELEMENT for one in problems)
    return Judged(delta, blind)


def printed(row: Row) -> str:
    actions = _less(row.actions, row.except_actions)
    return f"{actions} on {_less(row.resources, row.except_resources)}"


def _less(items: tuple[str, ...], excepted: tuple[str, ...]) -> str:
    return ", ".join(items) + (f" - {', '.join(excepted)}" if excepted else "")
