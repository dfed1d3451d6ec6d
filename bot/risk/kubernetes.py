"""What access to an EKS cluster is worth: Kubernetes decides that, by the access policy or the group."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from bot.access_diff.delta import ConditionView
from bot.iam.arn import is_everything
from bot.iam.kubernetes_access import (
    ACCESS,
    EVERY_REQUEST,
    GROUPS,
    MASTERS,
    NAMES,
    NAMESPACES,
    POLICIES,
    POLICY,
    REQUESTS,
    ROLE,
    ROLES,
    ClusterStanding,
    Power,
    are_harmless,
    powers,
)
from bot.risk.score_table import TableRow

_STANDING: Mapping[ClusterStanding, TableRow] = {
    ClusterStanding.ADMINISTRATOR: TableRow.ADMINISTER,
    ClusterStanding.EDITOR: TableRow.PERMISSIONS,
    ClusterStanding.READER_OF_SECRETS: TableRow.PERMISSIONS,
    ClusterStanding.VIEWER: TableRow.READ,
}
"""Who edits runs pods under every service account of the namespace, and who sees secrets has their credentials;
viewing leaves them out."""

_POWERS: Mapping[Power, TableRow] = {
    **dict.fromkeys(Power, TableRow.ADMINISTER),
    Power.MAKE_WORKLOADS: TableRow.PERMISSIONS,
    Power.CHANGE_PODS: TableRow.PERMISSIONS,
    Power.READ: TableRow.READ,
}
"""What is not here is as good as administering: who is whom they like, or sees what everybody signs in with."""

_OF_OTHERS = frozenset((Power.HAND_OUT, Power.IMPERSONATE))
"""What a name limits to what the one of that name may do, which nobody here knows."""

OTHERWISE = TableRow.WRITE
"""A policy or group that nobody here knows."""


def is_cluster_access(actions: Sequence[str]) -> bool:
    """Whether some actions are the use of a cluster's API."""
    return len(actions) == 1 and actions[0].lower() == ACCESS.lower()


def cluster_access(actions: Sequence[str], conditions: Iterable[ConditionView], kind: TableRow) -> TableRow:
    """The row of the score's table for access to a cluster; `kind` for anything else.

    In some namespaces only, or on what has some names, an administrator can do no more than hand out what is there.
    """
    if not is_cluster_access(actions):
        return kind
    tests = {one.key.lower(): one.values for one in conditions}
    worst = max((graded(value) for key, graded in _GRADED.items() for value in tests.get(key, ())), default=kind)
    in_part = not all(map(is_everything, tests.get(NAMESPACES, ()))) or _are_limits(tests.get(NAMES, ()), tests)
    return min(worst, TableRow.PERMISSIONS) if in_part else worst


def _are_limits(names: Sequence[str], tests: Mapping[str, Sequence[str]]) -> bool:
    """Whether names keep one from what others have: a role to be bound, or a user to be, may have all there is."""
    able = {power for asked in tests.get(REQUESTS, ()) for power in powers(asked)}
    return bool(names) and (able.isdisjoint(_OF_OTHERS) or are_harmless(names))


def _request_row(asked: str) -> TableRow:
    """What requests of a pattern are worth in the whole cluster: "get secrets", "* *"."""
    if asked.endswith(" *"):
        return TableRow.ADMINISTER
    return max((_POWERS[power] for power in powers(asked)), default=OTHERWISE)


def _standing_row(standing: ClusterStanding | None) -> TableRow:
    return OTHERWISE if standing is None else _STANDING[standing]


_GRADED: dict[str, Callable[[str], TableRow]] = {
    POLICY.lower(): lambda arn: _standing_row(POLICIES.get(arn.rpartition("/")[2])),
    GROUPS.lower(): lambda name: TableRow.ADMINISTER if name == MASTERS else OTHERWISE,
    ROLE: lambda name: _standing_row(ROLES.get(name)),
    REQUESTS: _request_row,
}
"""By condition key, what a value of it is worth."""


def is_all_of_cluster(conditions: Sequence[ConditionView]) -> bool:
    """Whether access to a cluster is all that there is in it, not only a way to the rest."""
    named = any(one.key == POLICY and any(map(_is_all, one.values)) for one in conditions)
    asked = any(one.key == REQUESTS and EVERY_REQUEST in one.values for one in conditions)
    return named or asked or is_master(conditions) or any(one.key == ROLE for one in conditions)


def _is_all(policy: str) -> bool:
    return POLICIES.get(policy.rpartition("/")[2]) is ClusterStanding.ADMINISTRATOR


def is_master(conditions: Iterable[ConditionView]) -> bool:
    """Whether access to a cluster is that of its masters, which only the aws-auth map can make somebody."""
    return any(one.key.lower() == GROUPS.lower() and MASTERS in one.values for one in conditions)
