"""Access to a cluster is graded by the access policy's name, the group and the namespaces."""

from __future__ import annotations

import pytest

from bot.access_diff.delta import ConditionView, PrincipalPattern, Row
from bot.risk.grant_context import GrantContext
from bot.risk.score_components import score_components

POLICY = "arn:aws:eks::aws:cluster-access-policy/"


@pytest.mark.parametrize(
    ("policy", "groups", "namespaces", "grade"),
    [
        ("AmazonEKSClusterAdminPolicy", "", "", "high"),
        ("AmazonEKSAdminPolicy", "", "", "high"),
        ("AmazonEKSAdminPolicy", "", "shop", "medium"),
        ("AmazonEKSEditPolicy", "", "", "medium"),
        ("AmazonEKSAdminViewPolicy", "", "", "medium"),
        ("AmazonEKSViewPolicy", "", "", "low"),
        ("AmazonEKSPolicyOfTheFuture", "", "", "low"),
        ("", "system:masters", "", "critical"),
        ("", "readers", "", "low"),
    ],
)
def test_grade_of_access_to_a_cluster(policy: str, groups: str, namespaces: str, grade: str) -> None:
    tests = (
        ("ArnEquals", "eks:policyArn", policy and f"{POLICY}{policy}"),
        ("ForAnyValue:StringEquals", "eks:kubernetesGroups", groups),
        ("StringLike", "eks:namespaces", namespaces),
    )
    conditions = tuple(ConditionView(operator, key, (value,)) for operator, key, value in tests if value)
    people = (PrincipalPattern("x", "AWS"),)
    row = Row(
        ("eks:AccessKubernetesApi",),
        ("${aws_eks_cluster.c.arn}",),
        conditions=conditions,
        principals=people,
    )
    assert [cell.grade for cell in score_components(row, GrantContext(on_resource=True))] == [grade]
