"""What access to an EKS cluster is worth: Kubernetes decides that, by the access policy or the group."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.access_diff.delta import ConditionView
from bot.iam.arn import is_everything
from bot.risk.score_table import TableRow

DATE = "2026-11-25"
"""When the table was last held against "Review access policy permissions" of the Amazon EKS User Guide."""

ACTION = "eks:AccessKubernetesApi"

POLICIES: dict[str, TableRow] = {
    "AmazonEKSClusterAdminPolicy": TableRow.ADMINISTER,
    "AmazonEKSAdminPolicy": TableRow.ADMINISTER,
    "AmazonEKSAdminViewPolicy": TableRow.PERMISSIONS,
    "AmazonEKSEditPolicy": TableRow.PERMISSIONS,
    "AmazonEKSSecretReaderPolicy": TableRow.PERMISSIONS,
    "AmazonEKSViewPolicy": TableRow.READ,
}
"""The policies by what they let somebody do. Who edits runs pods under every service account of the namespace, and
who sees secrets has their credentials; viewing leaves them out. Those of nodes and load balancers are not here."""

MASTERS = "system:masters"
"""The group that needs no binding: who is in it administers, and nothing in the cluster takes that away."""

GROUPS: dict[str, TableRow] = {MASTERS: TableRow.ADMINISTER}

OTHERWISE = TableRow.WRITE
"""A policy or group that nobody here knows."""


def cluster_access(actions: Sequence[str], conditions: Iterable[ConditionView], kind: TableRow) -> TableRow:
    """The row of the score's table for access to a cluster; `kind` for anything else.

    In some namespaces only, an administrator can do no more than hand out what is there.
    """
    if len(actions) != 1 or actions[0].lower() != ACTION.lower():
        return kind
    tests = {one.key.lower(): one.values for one in conditions}
    policies = [value.rpartition("/")[2] for value in tests.get("eks:policyarn", ())]
    groups = tests.get("eks:kubernetesgroups", ())
    found = [POLICIES.get(name, OTHERWISE) for name in policies] + [GROUPS.get(name, OTHERWISE) for name in groups]
    worst = max(found, default=kind)
    in_part = not all(map(is_everything, tests.get("eks:namespaces", ())))
    return min(worst, TableRow.PERMISSIONS) if in_part else worst


def is_master(conditions: Iterable[ConditionView]) -> bool:
    """Whether access to a cluster is that of its masters, which only the aws-auth map can make somebody."""
    return any(one.key.lower() == "eks:kubernetesgroups" and MASTERS in one.values for one in conditions)
