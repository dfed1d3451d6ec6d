"""Advice about a statement never says that what a finding of it rests on gives nobody anything.

Policies are made of AWS's actions and resources as they fit and as they do not, and of principals with wildcards,
against nothing before.
"""

from __future__ import annotations

import json
import random
import re
from typing import Any

import pytest

from bot.access_diff.delta import Change, PolicySet, Row
from bot.access_diff.diff import compare
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.iam.catalog import load_catalog
from bot.iam.statement import PolicyKind
from bot.risk.lint import lint
from tests.risk.gains import touched_lines
from tests.risk.test_lint import extracted

ROUNDS = 40
SERVICES = ("s3", "iam", "ec2", "lambda", "dynamodb", "kms", "sqs", "logs", "secretsmanager")
ACCOUNT = "arn:aws:iam::111122223333"
PRINCIPALS = (f"{ACCOUNT}:role/app-*", f"{ACCOUNT}:role/app", f"{ACCOUNT}:root", "*")
OF_NO_EFFECT = (DiagnosticKind.ACTION_CANNOT_MEET_RESOURCE, DiagnosticKind.WILDCARD_IN_PRINCIPAL)
_PLACEHOLDER = re.compile(r"\$\{[^}]*\}|\*")


def _policy(rng: random.Random, **more: object) -> str:
    catalog = load_catalog()
    actions = rng.sample(sorted(catalog.expand(f"{rng.choice(SERVICES)}:*")), k=2)
    resource = rng.choice([arn for action in actions for arn in catalog.fits(action)] or ["*"])
    written = _PLACEHOLDER.sub(lambda _: rng.choice(("*", "x", "a/b", "a:b")), resource)
    statement = {"Effect": "Allow", "Action": actions, "Resource": written, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _on_bucket(rng: random.Random) -> dict[str, Any]:
    policy = _policy(rng, Principal={"AWS": rng.sample(PRINCIPALS, k=2)}, Action="s3:GetObject")
    return {"file": f'resource "aws_s3_bucket_policy" "b" {{\n  bucket = "b"\n  policy = jsonencode({policy})\n}}\n'}


def _of_role(rng: random.Random) -> dict[str, Any]:
    return {"policy": f"jsonencode({_policy(rng)})\n"}


@pytest.mark.parametrize(("made", "kind"), [(_of_role, PolicyKind.IDENTITY), (_on_bucket, PolicyKind.RESOURCE)])
def test_what_is_proved_is_not_of_no_effect(made: Any, kind: PolicyKind) -> None:
    rng, advised = random.Random(20), 0
    for _ in range(ROUNDS):
        head = extracted(made(rng))
        statements = tuple(grant.statement for grant in head.grants)
        gained = compare(PolicySet(kind, ()), PolicySet(kind, statements)).gained
        advice = lint(head.grants, touched_lines({1, 2, 3}), head.problems, (), gained)
        of_nothing = {one.title.partition(" ")[0].lower() for one in advice if one.rule in OF_NO_EFFECT}
        assert of_nothing.isdisjoint(_rests_on(gained))
        advised += bool(of_nothing)
    assert advised, "nothing was tried"


def _rests_on(changes: tuple[Change, ...]) -> frozenset[str]:
    told = [name for one in changes for name in one.row.actions]
    told += [who.name for one in changes for who in one.row.principals]
    told += [one.witness.action for one in changes if one.witness is not None]
    return frozenset(map(str.lower, told))


def test_where_the_two_differ_the_finding_stands() -> None:
    text = (
        'jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:ListBucket", Resource = "arn:aws:s3:::b/*" }] })\n'
    )
    head = extracted({"policy": text})
    advice = lint(head.grants, touched_lines({1, 2, 3}), head.problems)
    assert [one.rule for one in advice] == [DiagnosticKind.ACTION_CANNOT_MEET_RESOURCE]
    (statement,) = (grant.statement for grant in head.grants)
    proved = Change(Row(("s3:ListBucket",), ("arn:aws:s3:::b/*",)), statement, ())
    assert lint(head.grants, touched_lines({1, 2, 3}), head.problems, (), (proved,)) == ()
