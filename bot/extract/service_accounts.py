"""Which service accounts of a cluster become which role of AWS, and who runs pods as them.

What runs in a pod is its service account, and whoever may make or enter pods of a namespace is any one of it
(Kubernetes, "RBAC Good Practices").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice

from bot.evaluated.config import ResourceInstance
from bot.evaluated.diagnostic import join_trails
from bot.evaluated.document import Text, text
from bot.evaluated.value import ObjectValue
from bot.extract.argument_reading import argument, entry_of, string
from bot.extract.clusters import SOME, as_holder, cluster_behind, cluster_named, cluster_of, is_one, is_ours, name_of
from bot.extract.identities import each
from bot.extract.manifests import kind_of_object, metadata, object_of
from bot.extract.reference import ResourceIndex
from bot.extract.runners import ANNOTATED, ROLE_TYPES, edges_to
from bot.frozen import dataclass
from bot.iam.condition import Family, read_operator
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
    powers,
    service_account_of,
    service_accounts_like,
)
from bot.iam.pattern import STAR, meets
from bot.iam.policy_subject import PolicySubject, Resource, Role
from bot.iam.statement import Condition, Effect, PrincipalEntry, Statement

PODS = "pods"
"""What an edge goes by from whoever may run pods as a service account."""

_EVERY = (text("*"), text("*"))
_ISSUER = "oidc-provider/oidc.eks."
"""How a provider of identities is called that is a cluster."""

_ANNOTATION = "eks.amazonaws.com/role-arn"
_KINDS = ("ServiceAccount", "DefaultServiceAccount")

MAX_EDGES = 2_000
"""So many of a root are made; who administers a cluster has one to each of its service accounts that has a role."""

_MADE = frozenset((Power.MAKE_PODS, Power.MAKE_WORKLOADS))
"""By what one says how a pod is run, on the network of its node for instance. What is made has no name yet that a rule
could ask for."""

_OF_CLUSTER = frozenset((Power.ENTER_NODES, Power.IMPERSONATE))
"""What is of the whole cluster, which no binding within a namespace gives."""

_RUNNING = frozenset((Power.BE_ACCOUNT, Power.CHANGE_PODS, Power.ENTER, Power.HAND_OUT, *_MADE, *_OF_CLUSTER))
"""By what one comes to run as a service account of the namespace: by pods, by a token, or by coming to whatever one
needs for that."""

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

_EDITORS = (ClusterStanding.ADMINISTRATOR, ClusterStanding.EDITOR)


def web_identities(
    statement: Statement, entry: PrincipalEntry, index: ResourceIndex, scope: str
) -> tuple[EdgeSource, ...]:
    """The service accounts whose tokens an entry of a trust policy takes (IRSA): all of the cluster where it asks for
    none by name. With the entry itself if it takes others, too; none if it is about no cluster's.

    Amazon EKS User Guide, "Assign IAM roles to Kubernetes service accounts".
    """
    if entry.type != "Federated":
        return ()
    where = _issued_by(entry, index, scope)
    is_cluster = where is not None or _ISSUER in str(entry.identifier)
    asked = _subjects(statement)
    named = (service_accounts_like(one) for one in asked)
    known = [one for one in named if one is not None and (is_cluster or one != _EVERY)]
    others = (TrustedSource(entry.type, entry.identifier),) if known and len(known) < len(asked) else ()
    return (*(ServiceAccount(*one, where) for one in known), *others)


def _subjects(statement: Statement) -> tuple[Text, ...]:
    """Of whom tokens have to be, as patterns; none if nobody can say that."""
    asked = [one for one in statement.conditions if one.key.lower().endswith(":sub")]
    return next((one.values for one in asked if _names(one)), () if asked else _EVERY[:1])


def _names(condition: Condition) -> bool:
    """Whether a condition asks for one of its values; a token has one subject."""
    operator = read_operator(condition.operator)
    return operator is not None and operator.family is Family.STRING and not operator.inverted


def _issued_by(entry: PrincipalEntry, index: ResourceIndex, scope: str) -> Text | None:
    """The name of the cluster that is a provider of identities."""
    provider = index.find(entry.identifier, ("aws_iam_openid_connect_provider",), scope)
    issuer = None if provider is None else argument(provider, "url")
    cluster = None if issuer is None else cluster_behind(issuer, index)
    return None if cluster is None else name_of(as_holder(cluster, index))


def annotated(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Edge]:
    """The role that a service account asks for by its annotation (IRSA)."""
    written = object_of(instance, index)
    if written is None or kind_of_object(instance, written) not in _KINDS or not is_ours(index):
        return
    annotations = metadata(written, "annotations")
    asked = entry_of(annotations, _ANNOTATION) if isinstance(annotations, ObjectValue) else None
    space, name = (string(metadata(written, one)) or text("default") for one in ("namespace", "name"))
    account = ServiceAccount(space, name, name_of(cluster_of(instance, index)))
    for _, value in each(asked):
        role = string(value)
        if role is not None and index.module(role, instance.address) is None:  # that its module is not here is told
            yield from edges_to(instance, index, value, ANNOTATED, ROLE_TYPES, account)


def pod_edges(grants: Iterable[Grant], edges: Iterable[Edge], index: ResourceIndex) -> tuple[Edge, ...]:
    """From each that may run pods to the service accounts that it can run them as and that have a role, and to nodes.

    Every node's role may do what AWS's own policies for nodes say, so that only those that may do more count.
    """
    stated, led = tuple(grants), tuple(edges)
    given = tuple(map(_ClusterGrant, filter(_is_access, stated)))
    if not given:
        return ()
    placed = tuple(_placed(led, index))
    clusters = (*(one.cluster for one in given), *(one.cluster for one in placed if one.cluster is not None))
    alone = is_one(index, clusters)
    to_accounts = (edge for one in given for edge in _edges_of(one, placed, index, alone=alone))
    nodes = tuple(_nodes(stated, led, index))
    to_nodes = (edge for one in given for node in nodes for edge in _edges_to_node(one, node, index, alone=alone))
    return tuple(dict.fromkeys(islice(chain(to_accounts, to_nodes), MAX_EDGES)))


def _placed(edges: Iterable[Edge], index: ResourceIndex) -> Iterator[_Placed]:
    """The service accounts that have a role."""
    for account in dict.fromkeys(one.source for one in edges if isinstance(one.source, ServiceAccount)):
        yield _Placed(account, None if account.cluster is None else cluster_named(account.cluster, "", index))


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
    if there and not _PodRequests.of(given.grant.statement).running.isdisjoint(_MADE):
        yield from _edges_to(node.address, given.grant, (_METADATA,), index)


@dataclass(frozen=True, slots=True)
class _ClusterGrant:
    """What a statement lets somebody do in a cluster."""

    grant: Grant

    @property
    def cluster(self) -> PolicySubject:
        """The cluster."""
        return self.grant.holder


@dataclass(frozen=True, slots=True)
class _Placed:
    """A service account, and the cluster it is in as far as that is known."""

    account: ServiceAccount
    cluster: Resource | None


def _is_access(grant: Grant) -> bool:
    """Whether a grant is a cluster's own; what an identity may do in it by a policy of AWS, the cluster decides."""
    named = any(str(one) == ACCESS for one in grant.statement.actions)
    return isinstance(grant.holder, Resource) and grant.statement.effect is Effect.ALLOW and named


def _edges_of(given: _ClusterGrant, placed: Iterable[_Placed], index: ResourceIndex, *, alone: bool) -> Iterator[Edge]:
    asked = _PodRequests.of(given.grant.statement)
    for one in placed if asked.running else ():
        doubts = () if alone else _doubts(one, given.cluster)
        if doubts is not None and asked.runs_as(one.account):
            yield from _edges_to(one.account, given.grant, doubts, index)


def _doubts(placed: _Placed, cluster: PolicySubject) -> tuple[str, ...] | None:
    """What has to be so for a service account to be in a cluster, where there are several; None if it is in another."""
    if placed.cluster is None or cluster.address == SOME:
        return (f"service account {placed.account.name} is in that cluster",)
    return () if placed.cluster.address == cluster.address else None


def _edges_to(target: EdgeTarget, grant: Grant, doubts: tuple[str, ...], index: ResourceIndex) -> Iterator[Edge]:
    statement = grant.statement
    why = join_trails(*(one.trail for one in statement.conditions), statement.trail, grant.attachment)
    for entry in statement.principals.entries if statement.principals is not None else ():
        where = target.cluster if isinstance(target, ServiceAccount) else None
        source = _source(entry, where, grant.policy, index)
        if source != target and not entry.is_anyone:
            yield Edge(index.root, source, PODS, target, join_trails(entry.identifier.trail, why), doubts)


def _source(entry: PrincipalEntry, cluster: Text | None, scope: str, index: ResourceIndex) -> EdgeSource:
    role = index.find(entry.identifier, ROLE_TYPES, scope) if entry.type == "AWS" else None
    if role is not None:
        return AddressedSource(role.address)
    pod = service_account_of(entry.identifier) if entry.type == KUBERNETES else None
    return TrustedSource(entry.type, entry.identifier) if pod is None else ServiceAccount(*pod, cluster)


@dataclass(frozen=True, slots=True)
class _PodRequests:
    """By what a statement lets one run as a service account, in which namespaces, and on which names."""

    running: frozenset[Power]
    namespaces: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, statement: Statement) -> _PodRequests:
        """What a statement says of that."""
        said = {one.key: tuple(map(str, one.values)) for one in statement.conditions}
        namespaces, names = said.get(NAMESPACES, (STAR,)), said.get(NAMES, ())
        asked = (EVERY_REQUEST,) if _edits(said) else said.get(REQUESTS, ())
        able = _RUNNING if STAR in namespaces else _RUNNING - _OF_CLUSTER
        if names:
            able -= {*_MADE, Power.HAND_OUT} if are_harmless(names) else _MADE
        running = frozenset(power for one in asked for power in powers(one))
        return cls(running & able, namespaces, names or (STAR,))

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
