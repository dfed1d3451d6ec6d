"""What access to an EKS cluster is worth: Kubernetes decides that, by the access policy or the group."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from bot.access_diff.delta import ConditionView
from bot.iam.arn import is_everything
from bot.iam.kubernetes_access import (
    ACCESS,
    EVERY_REQUEST,
    GROUPS,
    MASTERS,
    NAMES,
    NAMESPACES,
    POLICY,
    REQUESTS,
    ROLE,
    asks,
)
from bot.risk.score_table import TableRow

DATE = "2026-11-25"
"""When the table was last held against "Review access policy permissions" of the Amazon EKS User Guide."""

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

ROLES: dict[str, TableRow] = {"admin": TableRow.ADMINISTER, "edit": TableRow.PERMISSIONS, "view": TableRow.READ}
"""The roles that every cluster has, but for cluster-admin (Kubernetes, "User-facing roles")."""

_READING = ("get", "list", "watch")
_WRITING = ("create", "update", "patch")
_APPS = ("daemonsets", "deployments", "replicasets", "statefulsets")
_HOOKS = ("mutatingwebhookconfigurations", "validatingwebhookconfigurations")

_REQUESTS: tuple[tuple[tuple[str, ...], tuple[str, ...], TableRow], ...] = (
    (_READING, ("secrets",), TableRow.ADMINISTER),
    (("get", "create"), ("nodes/proxy", "pods/exec", "pods/attach"), TableRow.ADMINISTER),
    (("impersonate",), ("users", "groups", "serviceaccounts"), TableRow.ADMINISTER),
    (
        ("bind", "escalate"),
        ("roles.rbac.authorization.k8s.io", "clusterroles.rbac.authorization.k8s.io"),
        TableRow.ADMINISTER,
    ),
    (("create",), ("pods", "serviceaccounts/token"), TableRow.ADMINISTER),
    (
        ("update", "patch"),
        ("pods/ephemeralcontainers", "certificatesigningrequests.certificates.k8s.io/approval"),
        TableRow.ADMINISTER,
    ),
    (_WRITING, tuple(f"{one}.admissionregistration.k8s.io" for one in _HOOKS), TableRow.ADMINISTER),
    (_WRITING, (*(f"{one}.apps" for one in _APPS), "jobs.batch", "cronjobs.batch"), TableRow.PERMISSIONS),
    (_READING, ("*",), TableRow.READ),
)
"""Verbs on resources by what they let somebody come to, worst first (Kubernetes, "RBAC Good Practices").

Who reads secrets, runs pods or enters them is every service account of the namespace; who answers admission requests
sees and changes what everybody makes.
"""

OTHERWISE = TableRow.WRITE
"""A policy or group that nobody here knows."""


def is_cluster_access(actions: Sequence[str]) -> bool:
    """Whether some actions are the use of a cluster's API."""
    return len(actions) == 1 and actions[0].lower() == ACCESS.lower()


def cluster_access(actions: Sequence[str], conditions: Iterable[ConditionView], kind: TableRow) -> TableRow:
    """The row of the score's table for access to a cluster; `kind` for anything else.

    In some namespaces only, an administrator can do no more than hand out what is there.
    """
    if not is_cluster_access(actions):
        return kind
    tests = {one.key.lower(): one.values for one in conditions}
    found = [graded(value) for key, graded in _GRADED.items() for value in tests.get(key, ())]
    worst = max(found, default=kind)
    in_part = not all(map(is_everything, tests.get(NAMESPACES, ()))) or NAMES in tests
    return min(worst, TableRow.PERMISSIONS) if in_part else worst


def _request_row(asked: str) -> TableRow:
    """What requests of a pattern are worth in the whole cluster: "get secrets", "* *"."""
    if asked.endswith(" *"):
        return TableRow.ADMINISTER
    rows = (row for verbs, resources, row in _REQUESTS if _takes_in(asked, verbs, resources))
    return next(rows, OTHERWISE)


def _takes_in(asked: str, verbs: Iterable[str], resources: Iterable[str]) -> bool:
    return any(asks(asked, verb, resource) for resource in resources for verb in verbs)


_GRADED: dict[str, Callable[[str], TableRow]] = {
    POLICY.lower(): lambda arn: POLICIES.get(arn.rpartition("/")[2], OTHERWISE),
    GROUPS.lower(): lambda name: TableRow.ADMINISTER if name == MASTERS else OTHERWISE,
    ROLE: lambda name: ROLES.get(name, OTHERWISE),
    REQUESTS: _request_row,
}
"""By condition key, what a value of it is worth."""


def is_all_of_cluster(conditions: Sequence[ConditionView]) -> bool:
    """Whether access to a cluster is all that there is in it, not only a way to the rest."""
    named = any(one.key == POLICY and any(map(_is_all, one.values)) for one in conditions)
    asked = any(one.key == REQUESTS and EVERY_REQUEST in one.values for one in conditions)
    return named or asked or is_master(conditions) or any(one.key == ROLE for one in conditions)


def _is_all(policy: str) -> bool:
    return POLICIES.get(policy.rpartition("/")[2]) is TableRow.ADMINISTER


def is_master(conditions: Iterable[ConditionView]) -> bool:
    """Whether access to a cluster is that of its masters, which only the aws-auth map can make somebody."""
    return any(one.key.lower() == GROUPS.lower() and MASTERS in one.values for one in conditions)
