"""Whom a role's trust policy lets in, by which of its entries, and whom a Deny keeps out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.evaluated.document import from_json
from bot.extract.trust_conditions import ROLE, AssumingPrincipal
from bot.iam.grant import Grant
from bot.iam.policy import parse_policy
from bot.iam.policy_subject import Role
from bot.iam.statement import PolicyKind
from bot.risk.escalation.iam_graph import PrincipalNode
from tests.yaml_files import read_yaml

CASES: list[dict[str, Any]] = read_yaml(Path("tests/cases/escalation/let_in.yaml").read_text())
CI = AssumingPrincipal(ROLE, "aws_iam_role.ci", "team/ci")


def node(trust: list[dict[str, Any]]) -> PrincipalNode:
    written = [
        {"Effect": "Allow", **({} if "NotAction" in one else {"Action": "sts:AssumeRole"}), **one} for one in trust
    ]
    policy = parse_policy(from_json({"Version": "2012-10-17", "Statement": written}), PolicyKind.TRUST)
    holder = Role("", "aws_iam_role.deploy", "deploy")
    grants = (Grant(holder, PolicyKind.TRUST, one, holder.address) for one in policy.statements)
    return PrincipalNode(holder, trust=tuple(grants))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
def test_trust_lets_in(case: dict[str, Any]) -> None:
    met = node(case["trust"]).lets(CI, frozenset({"111122223333"}))
    assert (met.possible, met.doubts) == (case["lets"], ())


def test_a_service_gets_in_by_its_own_name_and_past_no_deny() -> None:
    let_in: dict[str, Any] = {"Principal": {"Service": "ec2.amazonaws.com"}}
    assert node([let_in]).lets_service("ec2.amazonaws.com").possible
    assert not node([let_in]).lets_service("lambda.amazonaws.com").possible
    assert not node([let_in, {**let_in, "Effect": "Deny"}]).lets_service("ec2.amazonaws.com").possible


@pytest.mark.parametrize("everyone", ["*", {"AWS": "*"}])
def test_a_deny_of_anyone_keeps_out_who_is_let_in_by_name(everyone: Any) -> None:
    deny = {"Effect": "Deny", "Principal": everyone}
    named: dict[str, Any] = {"Principal": {"AWS": "arn:aws:iam::111122223333:role/team/ci"}}
    assert node([named]).lets_by_name(CI).possible
    assert not node([named, deny]).lets_by_name(CI).possible
    service: dict[str, Any] = {"Principal": {"Service": "ec2.amazonaws.com"}}
    assert not node([service, deny]).lets_service("ec2.amazonaws.com").possible
