"""What a holder has now, at a glance: the worst grade of its statements, and what sets it apart."""

from __future__ import annotations

from typing import Any

import pytest

from bot.extract import extract
from bot.review.inventory.model import inventory
from tests.extract.configs import config

OURS = frozenset({"111122223333"})
ANYBODY: dict[str, Any] = {"Principal": "*", "Action": "s3:GetObject", "Resource": "*"}


def role(trusted: object, *statements: dict[str, Any]) -> dict[str, Any]:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": trusted}
    policy = {"Statement": [{"Effect": "Allow", "Resource": "*", **one} for one in statements]}
    return {
        "aws_iam_role.x": {"name": "x", "assume_role_policy": {"json": {"Statement": trust}}},
        **({"aws_iam_role_policy.p": {"role": "x", "policy": {"json": policy}}} if statements else {}),
    }


def bucket(statement: dict[str, Any]) -> dict[str, Any]:
    policy = {"Statement": {"Effect": "Allow", **statement}}
    return {"aws_s3_bucket_policy.b": {"bucket": "b", "policy": {"json": policy}}}


SERVICE = {"Service": "ec2.amazonaws.com"}
GITHUB = {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}


@pytest.mark.parametrize(
    ("resources", "grade", "marks"),
    [
        (role(SERVICE), "none", ()),
        (role(SERVICE, {"Action": "s3:ListAllMyBuckets"}), "low", ()),
        (role(SERVICE, {"Action": "s3:ListAllMyBuckets"}, {"Action": "s3:GetObject"}), "high", ()),
        (role(SERVICE, {"Action": "*"}), "critical", ("administrator",)),
        (role(SERVICE, {"NotAction": "iam:*"}), "critical", ()),
        (role(SERVICE, {"Action": "*"}, {"Effect": "Deny", "Action": "*"}), "critical", ("administrator",)),
        (role(SERVICE, {"Effect": "Deny", "Action": "*"}), "none", ()),
        (role({"AWS": "arn:aws:iam::111122223333:root"}), "none", ()),
        (role({"AWS": "arn:aws:iam::999999999999:root"}), "none", ("another account",)),
        (role(GITHUB), "none", ("identity provider",)),
        (role("*"), "none", ("public",)),
        (bucket(ANYBODY), "critical", ("public",)),
        (bucket({**ANYBODY, "Principal": {"AWS": "111122223333"}}), "low", ()),
        (bucket({**ANYBODY, "Principal": {"AWS": "999999999999"}}), "high", ("another account",)),
    ],
)
def test_at_a_glance(resources: dict[str, Any], grade: str, marks: tuple[str, ...]) -> None:
    [one] = inventory([extract(config(resources, "prod"), lambda arn: None)], OURS)
    assert (one.grade, one.marks) == (grade, marks)
    assert (one.grade == "none") == (one.worst == "")
