"""What access to an EKS cluster is worth: Kubernetes decides that, by the access policy or the group."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

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

ROLES: dict[str, TableRow] = {"admin": TableRow.ADMINISTER, "edit": TableRow.PERMISSIONS, "view": TableRow.READ}
"""The roles that every cluster has, but for cluster-admin (Kubernetes, "User-facing roles")."""

_READING = ("get", "list", "watch")

_REQUESTS: tuple[tuple[tuple[str, ...], tuple[str, ...], TableRow], ...] = (
    (_READING, ("secrets", "nodes/proxy"), TableRow.ADMINISTER),
    (("impersonate", "bind", "escalate"), (), TableRow.ADMINISTER),
    (("*",), ("secrets", "roles", "clusterroles", "users", "groups", "serviceaccounts"), TableRow.ADMINISTER),
    (("create", "*"), ("pods", "pods/exec", "pods/attach", "serviceaccounts/token"), TableRow.ADMINISTER),
    (
        ("create", "update", "patch", "*"),
        ("deployments", "daemonsets", "statefulsets", "replicasets", "jobs", "cronjobs"),
        TableRow.PERMISSIONS,
    ),
    (_READING, (), TableRow.READ),
)
"""Verbs on resources (any if empty) by what they let somebody come to, worst first (Kubernetes, "RBAC Good Practices").

Who reads secrets or runs pods is every service account of the namespace.
"""

OTHERWISE = TableRow.WRITE
"""A policy or group that nobody here knows."""


def cluster_access(actions: Sequence[str], conditions: Iterable[ConditionView], kind: TableRow) -> TableRow:
    """The row of the score's table for access to a cluster; `kind` for anything else.

    In some namespaces only, an administrator can do no more than hand out what is there.
    """
    if len(actions) != 1 or actions[0].lower() != ACTION.lower():
        return kind
    tests = {one.key.lower(): one.values for one in conditions}
    found = [graded(value) for key, graded in _GRADED.items() for value in tests.get(key, ())]
    worst = max(found, default=kind)
    in_part = not all(map(is_everything, tests.get("eks:namespaces", ()))) or "kubernetes:name" in tests
    return min(worst, TableRow.PERMISSIONS) if in_part else worst


def _request_row(asked: str) -> TableRow:
    """What one request is worth in the whole cluster: "get secrets", "* *"."""
    verb, _, resource = asked.partition(" ")
    plain = resource.partition(".")[0].rstrip("*")
    found = (row for verbs, resources, row in _REQUESTS if verb in verbs and plain in (resources or (plain,)))
    return TableRow.ADMINISTER if resource == "*" else next(found, OTHERWISE)


_GRADED: dict[str, Callable[[str], TableRow]] = {
    "eks:policyarn": lambda arn: POLICIES.get(arn.rpartition("/")[2], OTHERWISE),
    "eks:kubernetesgroups": lambda name: GROUPS.get(name, OTHERWISE),
    "kubernetes:role": lambda name: ROLES.get(name, OTHERWISE),
    "kubernetes:request": _request_row,
}
"""By condition key, what a value of it is worth."""


def is_master(conditions: Iterable[ConditionView]) -> bool:
    """Whether access to a cluster is that of its masters, which only the aws-auth map can make somebody."""
    return any(one.key.lower() == "eks:kubernetesgroups" and MASTERS in one.values for one in conditions)
