"""However far and crosswise the ways to a role go, each role that is come to is told, or that too much was there."""

from __future__ import annotations

import pytest

from bot.extract import pod_runners
from bot.review.prose import text_of_prose
from tests.risk.test_cluster_users import reviewed

ROLE = """
resource "aws_iam_role" "{name}" {{
  name               = "{name}"
  assume_role_policy = jsonencode({{
    Statement = [{{ Effect = "Allow", Action = "sts:AssumeRole", Principal = {{ {who} }} }}]
  }})
}}
resource "aws_iam_role_policy" "{name}" {{
  role   = aws_iam_role.{name}.name
  policy = jsonencode({{ Statement = [{{ Effect = "Allow", Action = "s3:DeleteObject", Resource = "{on}" }}] }})
}}
"""


def role(name: str, who: str) -> str:
    return ROLE.format(name=name, who=who, on=f"arn:aws:s3:::{name}/*")


POD = """
resource "aws_eks_pod_identity_association" "{name}" {{
  cluster_name    = aws_eks_cluster.c.name
  namespace       = "shop"
  service_account = "{name}"
  role_arn        = aws_iam_role.{name}.arn
}}
"""
CLUSTER = """
resource "aws_eks_cluster" "c" {
  name = "shop"
}
"""


def administrators(name: str, subjects: str) -> str:
    return f"""
resource "kubernetes_cluster_role_binding" "{name}" {{
  metadata {{
    name = "{name}"
  }}
  role_ref {{
    kind = "ClusterRole"
    name = "cluster-admin"
  }}
{subjects}
}}
"""


def account(name: str) -> str:
    return f'subject {{\n kind = "ServiceAccount"\n name = "{name}"\n namespace = "shop"\n}}\n'


def group(name: str) -> str:
    return f'subject {{\n kind = "Group"\n name = "{name}"\n}}\n'


def pods(count: int) -> str:
    """So many service accounts, each with a role of its own, and each an administrator."""
    names = [f"p{number}" for number in range(count)]
    service = 'Service = "pods.eks.amazonaws.com"'
    parts = (role(name, service) + POD.format(name=name) for name in names)
    return CLUSTER + "".join(parts) + administrators("pods", "".join(map(account, names)))


def come_to(base: str, head: str, roles: list[str]) -> list[str]:
    """Which of some roles somebody comes to."""
    said = repr([one for one in reviewed(base, head).gained if "act as" in text_of_prose(one.title)])
    return [name for name in roles if f"s3:::{name}/" in said]


def test_a_role_is_come_to_over_many_others() -> None:
    roles = [f"r{number}" for number in range(10)]
    trusts = zip(roles[1:], roles, strict=False)
    chain = "".join(role(name, f"AWS = aws_iam_role.{before}.arn") for name, before in trusts)
    there = role("r0", 'Service = "lambda.amazonaws.com"') + chain
    function = 'resource "aws_lambda_function" "f" {{\n  role = {role}\n}}\n'
    base = function.format(role='"arn:aws:iam::111122223333:role/none"') + there
    assert come_to(base, function.format(role="aws_iam_role.r0.arn") + there, roles) == roles


def test_those_who_are_all_each_other_are_gone_through_once() -> None:
    base = pods(9)
    roles = [f"p{number}" for number in range(9)]
    assert come_to(base, base + administrators("ops", group("ops")), roles) == roles


def test_more_pairs_than_are_followed_are_told_where_one_is_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pod_runners, "MAX_EDGES", 3)
    base = pods(2)
    head = base + administrators("ops", group("ops"))
    reason = "more than 3 pairs of who runs pods and whom they run as: the rest is not followed"
    assert [one.reason for one in reviewed(base, head).gaps if one.changed] == [reason]
    elsewhere = role("other", 'Service = "lambda.amazonaws.com"')
    assert not [one.reason for one in reviewed(head, head + elsewhere).gaps if one.changed]
