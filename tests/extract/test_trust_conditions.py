"""What conditions of a trust policy keep out: table of conditions, callers and answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.evaluated.document import from_json, text
from bot.extract.trust_conditions import AssumingPrincipal, admitted, meets
from bot.iam.policy import parse_policy
from bot.iam.statement import Condition, Effect, PolicyKind, PrincipalEntry, Principals, Statement
from bot.risk.escalation.effective_permissions import text_of
from tests.yaml_files import read_yaml

CASES: list[dict[str, Any]] = read_yaml(Path("tests/cases/escalation/trust_conditions.yaml").read_text())
CI: dict[str, Any] = {"kind": "role", "address": "aws_iam_role.ci", "tail": "team/ci"}
ENTRY = PrincipalEntry("AWS", text("arn:aws:iam::111122223333:role/team/ci"))


def trusting(conditions: dict[str, Any], effect: str = "Allow") -> Statement:
    raw = {"Effect": effect, "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}, "Condition": conditions}
    document = {"Version": "2012-10-17", "Statement": [raw]}
    (read,) = parse_policy(from_json(document), PolicyKind.TRUST).statements
    known = tuple(Condition(c.operator, c.key, tuple(text_of(str(v)) for v in c.values)) for c in read.conditions)
    return Statement(Effect(effect), read.actions, principals=Principals((ENTRY,)), conditions=known)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
def test_condition(case: dict[str, Any]) -> None:
    met = meets(trusting(case["if"]), AssumingPrincipal(**{**CI, **case.get("caller", {})}))
    answer = ("perhaps" if met.doubts else "surely") if met.possible else "never"
    assert answer == case["meets"]


@pytest.mark.parametrize(
    ("denied", "possible", "doubted"),
    [
        ({}, False, False),
        ({"StringEquals": {"aws:SourceAccount": "111122223333"}}, True, False),
        ({"StringNotEquals": {"aws:PrincipalTag/team": "platform"}}, True, True),
    ],
)
def test_a_deny_keeps_out_whom_its_conditions_let_it(denied: dict[str, Any], possible: bool, doubted: bool) -> None:
    met = admitted((trusting({}), trusting(denied, "Deny")), AssumingPrincipal(**CI), lambda entry: entry == ENTRY)
    assert (met.possible, bool(met.doubts)) == (possible, doubted)
