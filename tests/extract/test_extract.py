"""Every case under tests/cases/extract: resource blocks beside the grants, edges and gaps they mean."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.evaluated.diagnostic import Diagnostic
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.document import Text
from bot.evaluated.guard import spelled
from bot.extract import Extracted, extract
from bot.iam.grant import Grant
from bot.iam.statement import Principals, Statement
from bot.risk.wording.edges import source_words
from tests.extract.configs import config
from tests.places import TESTS
from tests.yaml_files import read_yaml

CASES = TESTS / "cases" / "extract"

READ_QUEUES = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sqs:ReceiveMessage", "Resource": "*"}],
}
REMOTE = DiagnosticKind.REMOTE_MODULE
MANAGED = {"arn:aws:iam::aws:policy/ReadQueues": READ_QUEUES}


def _cases() -> list[Any]:
    cases = []
    for path in sorted(CASES.glob("*.yaml")):
        for name, case in read_yaml(path.read_text()).items():
            cases.append(pytest.param(case, id=f"{path.stem}/{name}"))
    return cases


@pytest.mark.parametrize("case", _cases())
def test_resources_mean(case: dict[str, Any]) -> None:
    extracted = extract(config(case["resources"]), MANAGED.get)
    expected = {part: case[part] for part in ("grants", "edges", "gaps", "members", "credentials") if part in case}
    spoken = said(extracted)
    assert {part: spoken[part] for part in expected} == expected
    assert spoken["gaps"] == case.get("gaps", [])


def said(extracted: Extracted) -> dict[str, list[str]]:
    return {
        "grants": [_grant(grant) for grant in extracted.grants],
        "edges": [f"{source_words(edge.source)} -> {edge.target} via {edge.via}" for edge in extracted.edges],
        "gaps": [f"{one.kind} at {address} line {one.span.line}: {one.reason}" for one, address in _gaps(extracted)],
        "members": [f"{one.member.address} in {one.group.address}" for one in extracted.members],
        "credentials": [f"{one.kind} of {one.owner.address}" for one in extracted.credentials],
    }


def _gaps(extracted: Extracted) -> Iterator[tuple[Diagnostic, str]]:
    """What is told, and of what; that modules are not here is told of every one."""
    return ((gap.diagnostic, gap.address) for gap in extracted.gaps if gap.diagnostic.kind is not REMOTE)


def _grant(grant: Grant) -> str:
    kind = "" if grant.kind.value == "identity" else f" ({grant.kind.value})"
    guards = f" if {' and '.join(map(spelled, grant.guards))}" if grant.guards else ""
    repeated = " repeatedly" if grant.repeated else ""
    holder = f"{grant.holder.kind} {grant.holder.address}"
    return f"{holder}{kind}: {_statement(grant.statement)} by {grant.policy}{repeated}{guards}"


def _statement(statement: Statement) -> str:
    who = f" to {_principals(statement.principals)}" if statement.principals else ""
    but = "all but " if statement.not_resource else ""
    resources = f" on {but}{_texts(statement.resources)}" if statement.resources else ""
    conditions = "".join(f" when {one.operator} {one.key} {_texts(one.values)}" for one in statement.conditions)
    return f"{statement.effect.value} {_texts(statement.actions)}{resources}{who}{conditions}"


def _principals(principals: Principals) -> str:
    return ", ".join(f"{entry.type} {entry.identifier}" for entry in principals.entries)


def _texts(texts: tuple[Text, ...]) -> str:
    return ", ".join(str(one) for one in texts)


def test_a_remote_module_is_unread_but_for_what_is_understood() -> None:
    call = {"_type": "example.com/x", "size": "large", "policy_arns": ["arn:aws:iam::aws:policy/ReadQueues"]}
    (gap,) = extract(config({"module.m": call}), MANAGED.get).gaps
    touched = {line for span in gap.inputs for line in range(span.line, span.end_line + 1)}
    assert gap.diagnostic.kind is REMOTE
    assert 10 in touched and 11 in touched and 12 not in touched and 13 in touched


def test_a_module_of_names_hides_nothing() -> None:
    assert not extract(config({"module.m": {"_type": "cloudposse/label/null", "name": "x"}}), MANAGED.get).gaps
