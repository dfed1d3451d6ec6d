"""By which requests to a cluster somebody runs as which of its service accounts.

What runs in a pod is its service account, and whoever may make or enter pods of a namespace is any one of it
(Kubernetes, "RBAC Good Practices").
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.frozen import dataclass
from bot.iam.grant import ServiceAccount
from bot.iam.kubernetes_access import (
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
from bot.iam.pattern import STAR, meets
from bot.iam.statement import Statement

_MAKING = frozenset((Power.MAKE_PODS, Power.MAKE_WORKLOADS))
"""By what one says how a pod is run, on the network of its node for instance. What is made has no name yet that a rule
could ask for."""

_OF_CLUSTER = frozenset((Power.ENTER_NODES, Power.IMPERSONATE))
"""What is of the whole cluster, which no binding within a namespace gives."""

_RUNNING = frozenset((Power.BE_ACCOUNT, Power.CHANGE_PODS, Power.ENTER, Power.HAND_OUT, *_MAKING, *_OF_CLUSTER))
"""By what one comes to run as a service account of the namespace: by pods, by a token, or by coming to whatever one
needs for that."""

_EDITORS = (ClusterStanding.ADMINISTRATOR, ClusterStanding.EDITOR)


@dataclass(frozen=True, slots=True)
class PodRequests:
    """By what a statement lets one run as a service account, in which namespaces, and on which names."""

    running: frozenset[Power]
    namespaces: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, statement: Statement) -> PodRequests:
        """What a statement says of that."""
        said = {one.key: tuple(map(str, one.values)) for one in statement.conditions}
        namespaces, names = said.get(NAMESPACES, (STAR,)), said.get(NAMES, ())
        asked = (EVERY_REQUEST,) if _edits(said) else said.get(REQUESTS, ())
        able = _RUNNING if STAR in namespaces else _RUNNING - _OF_CLUSTER
        if names:
            able -= {*_MAKING, Power.HAND_OUT} if are_harmless(names) else _MAKING
        running = frozenset(power for one in asked for power in powers(one))
        return cls(running & able, namespaces, names or (STAR,))

    @property
    def makes_pods(self) -> bool:
        """Whether one says how a pod is run."""
        return not self.running.isdisjoint(_MAKING)

    def runs_as(self, account: ServiceAccount) -> bool:
        """Whether a service account is one of those."""
        if not any(meets(one, str(account.namespace)) for one in self.namespaces):
            return False
        return self.running != {Power.BE_ACCOUNT} or any(meets(one, str(account.name)) for one in self.names)


def _edits(said: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether a group, role or policy of Kubernetes or AWS lets somebody make all there is in a namespace."""
    standings = (
        *(ROLES.get(one) for one in said.get(ROLE, ())),
        *(POLICIES.get(one.rpartition("/")[2]) for one in said.get(POLICY, ())),
    )
    return MASTERS in said.get(GROUPS, ()) or any(one in _EDITORS for one in standings)
