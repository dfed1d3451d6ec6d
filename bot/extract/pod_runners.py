"""Who runs pods of a cluster as which of its service accounts, and so comes to what these and their nodes are.

What runs in a pod is its service account, and whoever may make or enter pods of a namespace is any one of it
(Kubernetes, "RBAC Good Practices").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bot.evaluated.config import ResourceInstance
from bot.evaluated.diagnostic import Diagnostic, Trail, join_trails
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.document import Text
from bot.extract.argument_reading import argument, string
from bot.extract.clusters import SOME, cluster_named, is_one, name_of
from bot.extract.extracted import ExtractionGap, UnreadElement
from bot.extract.reference import ResourceIndex
from bot.extract.runners import ROLE_TYPES
from bot.frozen import dataclass
from bot.iam.grant import AddressedSource, Edge, EdgeSource, EdgeTarget, Grant, ServiceAccount, TrustedSource
from bot.iam.kubernetes_access import (
    ACCESS,
    EVERY_REQUEST,
    GROUPS,
    KUBERNETES,
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
    members_of,
    powers,
    service_account_of,
)
from bot.iam.pattern import STAR, meets
from bot.iam.policy_subject import PolicySubject, Resource, Role
from bot.iam.statement import Effect, PrincipalEntry, Statement

PODS = "pods"
"""What an edge goes by from whoever may run pods as a service account."""

MAX_EDGES = 2_000
"""So many of a root are made; who administers a cluster has one to each of its service accounts that comes to
something."""

_OF_NODES = (
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonEC2ContainerRegistryReadOnly",
    "AmazonEKSWorkerNodeMinimalPolicy",
    "AmazonEKSWorkerNodePolicy",
    "AmazonEKS_CNI_Policy",
    "AmazonSSMManagedInstanceCore",
    "CloudWatchAgentServerPolicy",
)
"""What AWS says that nodes need or may have (Amazon EKS User Guide, "Amazon EKS node IAM role")."""

_METADATA = "nothing keeps a pod from the metadata of its node (Amazon EKS Best Practices, restrict access to IMDS)"


@dataclass(frozen=True, slots=True)
class PodEdges:
    """The edges from whoever runs pods, and what is told where there are too many of them."""

    edges: tuple[Edge, ...] = ()
    gaps: tuple[ExtractionGap, ...] = ()


def pod_edges(grants: Iterable[Grant], edges: Iterable[Edge], index: ResourceIndex) -> PodEdges:
    """From each that may run pods to the service accounts that it can run them as and that come to something by a role
    of AWS or of the cluster, and to nodes.

    Every node's role may do what AWS's own policies for nodes say, so that only those that may do more count.
    """
    stated, led = tuple(grants), tuple(edges)
    given = tuple(_ClusterGrant(one, PodRequests.of(one.statement)) for one in stated if _is_access(one))
    found: dict[Edge, None] = {}
    for edge in _every_edge(given, stated, led, index):
        if len(found) == MAX_EDGES and edge not in found:
            return PodEdges(tuple(found), (_too_many(given, led),))
        found[edge] = None
    return PodEdges(tuple(found))


def _every_edge(
    given: tuple[_ClusterGrant, ...], stated: Iterable[Grant], led: Iterable[Edge], index: ResourceIndex
) -> Iterator[Edge]:
    """The edges to nodes, then those to service accounts; some of them twice."""
    running = tuple(one for one in given if one.asked.running)
    if not running:
        return
    placed = tuple(dict.fromkeys((*_with_role(led, index), *_bound(running))))
    clusters = (one.cluster for one in placed if one.cluster is not None)
    alone = is_one(index, (*clusters, *(one.cluster for one in given)))
    for node in _nodes(stated, led, index):
        for one in running:
            yield from _edges_to_node(one, node, index, alone=alone)
    for one in running:
        yield from _edges_of(one, placed, index, alone=alone)


def _too_many(given: Iterable[_ClusterGrant], led: Iterable[Edge]) -> ExtractionGap:
    """That the rest is not followed, on the lines of all who run pods and of all service accounts."""
    running = [one for one in given if one.asked.running]
    trails = (*(one.why for one in running), *(one.trail for one in led if isinstance(one.source, ServiceAccount)))
    spans = tuple(dict.fromkeys(step.span for trail in trails for step in trail))
    reason = f"more than {MAX_EDGES:,} pairs of who runs pods and whom they run as: the rest is not followed"
    remedy = "split the root module, or bind fewer to what runs pods in the whole cluster"
    kind = DiagnosticKind.UNRESOLVED_ELEMENT
    return ExtractionGap(
        Diagnostic(kind, reason, "", spans[0], remedy), running[0].cluster.address, UnreadElement(kind, reason), spans
    )


@dataclass(frozen=True, slots=True)
class _ClusterGrant:
    """What a statement lets somebody do in a cluster, and what of it makes them service accounts."""

    grant: Grant
    asked: PodRequests

    @property
    def cluster(self) -> PolicySubject:
        """The cluster."""
        return self.grant.holder

    @property
    def entries(self) -> tuple[PrincipalEntry, ...]:
        """Whom it lets do that."""
        principals = self.grant.statement.principals
        return () if principals is None else tuple(one for one in principals.entries if not one.is_anyone)

    @property
    def why(self) -> Trail:
        """Where that is written."""
        statement = self.grant.statement
        conditions = (one.trail for one in statement.conditions)
        return join_trails(*conditions, statement.trail, self.grant.attachment)


def _is_access(grant: Grant) -> bool:
    """Whether a grant is a cluster's own; what an identity may do in it by a policy of AWS, the cluster decides."""
    named = any(str(one) == ACCESS for one in grant.statement.actions)
    return isinstance(grant.holder, Resource) and grant.statement.effect is Effect.ALLOW and named


@dataclass(frozen=True, slots=True)
class _Placed:
    """A service account, or a pattern of them, and the cluster it is in as far as that is known."""

    account: ServiceAccount
    cluster: PolicySubject | None


def _with_role(edges: Iterable[Edge], index: ResourceIndex) -> Iterator[_Placed]:
    """The service accounts that have a role of AWS."""
    for account in dict.fromkeys(one.source for one in edges if isinstance(one.source, ServiceAccount)):
        yield _Placed(account, None if account.cluster is None else cluster_named(account.cluster, "", index))


def _bound(running: Iterable[_ClusterGrant]) -> Iterator[_Placed]:
    """The service accounts that run pods themselves, as others."""
    for one in running:
        where = name_of(one.cluster) if isinstance(one.cluster, Resource) else None
        for account in (_accounts(entry, where) for entry in one.entries):
            if account is not None:
                yield _Placed(account, one.cluster)


def _accounts(entry: PrincipalEntry, cluster: Text | None) -> ServiceAccount | None:
    """The service account that an entry is, or the pattern of those that are in the group which it is."""
    if entry.type != KUBERNETES:
        return None
    named = service_account_of(entry.identifier) or members_of(entry.identifier)
    return None if named is None else ServiceAccount(*named, cluster)


def _edges_of(given: _ClusterGrant, placed: Iterable[_Placed], index: ResourceIndex, *, alone: bool) -> Iterator[Edge]:
    for one in placed:
        doubts = () if alone else _doubts(one, given.cluster)
        if doubts is not None and given.asked.runs_as(one.account):
            yield from _edges_to(one.account, given, doubts, index)


def _doubts(placed: _Placed, cluster: PolicySubject) -> tuple[str, ...] | None:
    """What has to be so for a service account to be in a cluster, where there are several; None if it is in another."""
    if placed.cluster is None or SOME in (cluster.address, placed.cluster.address):
        return (f"service account {placed.account.name} is in that cluster",)
    return () if placed.cluster.address == cluster.address else None


def _nodes(grants: Iterable[Grant], edges: Iterable[Edge], index: ResourceIndex) -> Iterator[ResourceInstance]:
    """The node groups whose role may do more than AWS's own policies for nodes say."""
    more = {one.holder.address for one in grants if isinstance(one.holder, Role) and not _is_of_nodes(one.policy)}
    for address in dict.fromkeys(one.node for one in edges if one.target in more):
        block = index.by_address.get(address) if isinstance(address, str) else None
        if block is not None and block.type == "aws_eks_node_group":
            yield block


def _is_of_nodes(policy: str) -> bool:
    return policy.rpartition("/")[2] in _OF_NODES


def _edges_to_node(
    given: _ClusterGrant, node: ResourceInstance, index: ResourceIndex, *, alone: bool
) -> Iterator[Edge]:
    named = string(argument(node, "cluster_name"))
    there = alone or (named is not None and cluster_named(named, node.address, index).address == given.cluster.address)
    if there and given.asked.makes_pods:
        yield from _edges_to(node.address, given, (_METADATA,), index)


def _edges_to(
    target: EdgeTarget, given: _ClusterGrant, doubts: tuple[str, ...], index: ResourceIndex
) -> Iterator[Edge]:
    where = target.cluster if isinstance(target, ServiceAccount) else None
    for entry in given.entries:
        source = _source(entry, where, given.grant.policy, index)
        if source != target:
            yield Edge(index.root, source, PODS, target, join_trails(entry.identifier.trail, given.why), doubts)


def _source(entry: PrincipalEntry, cluster: Text | None, scope: str, index: ResourceIndex) -> EdgeSource:
    role = index.find(entry.identifier, ROLE_TYPES, scope) if entry.type == "AWS" else None
    if role is not None:
        return AddressedSource(role.address)
    return _accounts(entry, cluster) or TrustedSource(entry.type, entry.identifier)


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
