"""Who may do what in a cluster by the roles of Kubernetes that are bound to users, groups and service accounts."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from bot.evaluated.config import ResourceInstance
from bot.evaluated.diagnostic import Trail, join_trails
from bot.evaluated.document import Text, text
from bot.evaluated.value import ObjectValue, Value
from bot.extract.argument_reading import argument, blocks, field, items, known, string
from bot.extract.choices import Guards, outcomes
from bot.extract.cluster_users import aws_auth, cluster_statement, known_as, texts, unread
from bot.extract.clusters import cluster_of, is_ours, may_be_same
from bot.extract.extracted import ExtractionGap
from bot.extract.facts import Fact, ImpliedStatement
from bot.extract.manifests import MANIFESTS, ClusterObject, kind_of_object, metadata, named, object_of, objects
from bot.extract.permissions import given, principal_entry
from bot.extract.reference import ResourceIndex
from bot.extract.service_accounts import annotated
from bot.frozen import dataclass
from bot.iam.kubernetes_access import (
    ACCOUNTS,
    EVERY_REQUEST,
    KUBERNETES,
    MASTERS,
    NAMES,
    NAMESPACES,
    OF_FIRST_GROUP,
    REQUESTS,
    ROLE,
    group_called,
)
from bot.iam.policy_subject import Resource
from bot.iam.statement import Condition, PrincipalEntry

_BINDINGS = ("ClusterRoleBinding", "RoleBinding")
_EVERYTHING = "cluster-admin"
_STRANGERS = ("system:anonymous", "system:unauthenticated")
"""Who has not signed in (Kubernetes, "Using RBAC Authorization")."""

_END = {"": "", "*": "*"}
"""How a resource ends that is of the first group, or of any."""

MAX_REQUESTS = 1_000
"""A rule of more verbs times resources is not read."""


def cluster_object(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """What a manifest says of access: the map of a cluster's users, a binding, or a service account with a role."""
    written = object_of(instance, index)
    if written is None and is_ours(index):
        said = argument(instance, MANIFESTS[instance.type])
        reason = "which object this manifest is is not known: whether it lets somebody into the cluster is not seen"
        yield from () if said is None else (unread(instance, cluster_of(instance, index), reason, said),)
        return
    yield from aws_auth(instance, index)
    yield from binding(instance, index)
    yield from annotated(instance, index)


def binding(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """What a binding lets its subjects do, and those of AWS that the root puts into its groups.

    Once for each way that its choices and those of its role can go.
    """
    written = object_of(instance, index)
    if written is None or kind_of_object(instance, written) not in _BINDINGS or not is_ours(index):
        return
    for guards, one in outcomes(written):
        if isinstance(one, ObjectValue):
            yield from (_under(guards, fact) for fact in _bound(instance, one, index))


_Told = ImpliedStatement | ExtractionGap


def _under(guards: Guards, fact: _Told) -> _Told:
    return fact if isinstance(fact, ExtractionGap) else dataclasses.replace(fact, guards=(*fact.guards, *guards))


def _bound(instance: ResourceInstance, written: ObjectValue, index: ResourceIndex) -> Iterator[_Told]:
    holder = cluster_of(instance, index)
    entries, lacking = tuple(_subjects(written, holder, index)), [*_unread_parts(written)]
    reference = next(blocks(named(written, "role_ref", "roleRef")), None)
    place = _placed(written)
    if reference is not None and place is not None and entries:
        is_everywhere = kind_of_object(instance, written) == "ClusterRoleBinding"
        within = () if is_everywhere else (Condition("StringLike", NAMESPACES, (place,), place.trail),)
        trail = join_trails(*(entry.identifier.trail for entry in entries))
        statement = cluster_statement(instance, entries, trail)
        for guards, conditions in _allowed(reference, _Where(index, holder, "" if is_everywhere else str(place))):
            if isinstance(conditions, tuple):
                stated = dataclasses.replace(statement, conditions=(*conditions, *within))
                yield _under(guards, given(instance, holder, stated))
            else:
                lacking.append(conditions)
    reason = "a part of the binding or of its role is not known: whom it lets do what in the cluster is not seen"
    yield from (unread(instance, holder, reason, value) for value in lacking[:1])


def _placed(written: ObjectValue) -> Text | None:
    """Where it is, None where that is not known."""
    namespace = metadata(written, "namespace")
    return text("default") if namespace is None else string(namespace)


def _unread_parts(written: ObjectValue) -> Iterator[Value]:
    """What nobody can read of whom a binding is for, and of which role."""
    subjects, reference = named(written, "subject", "subjects"), named(written, "role_ref", "roleRef")
    for whole in (subjects, reference):
        listed = () if isinstance(whole, ObjectValue) else items(whole)
        yield from (one for one in listed if not isinstance(one, ObjectValue))
        for block in blocks(whole):
            said = (field(block, name) for name in ("kind", "name", "namespace"))
            yield from (value for value in said if value is not None and string(value) is None)
    namespace = metadata(written, "namespace")
    if namespace is not None and string(namespace) is None:
        yield namespace


def _subjects(written: ObjectValue, cluster: Resource, index: ResourceIndex) -> Iterator[PrincipalEntry]:
    for block in blocks(named(written, "subject", "subjects")):
        kind, name = known(field(block, "kind")), string(field(block, "name"))
        if name is None or str(name) == MASTERS:  # nothing binds the masters, nor has to
            continue
        if str(name) in _STRANGERS:
            yield PrincipalEntry("*", text("*", name.trail))
        elif kind == "ServiceAccount":
            space = string(field(block, "namespace")) or text("default")
            yield PrincipalEntry(KUBERNETES, Text((ACCOUNTS, *space.parts, ":", *name.parts), name.trail))
        else:
            yield _called(group_called("") if kind == "Group" else "cluster user ", name)
        for who in known_as(kind or "User", str(name), cluster, index):
            yield principal_entry(Text(who.parts, join_trails(who.trail, name.trail)))


def _called(before: str, name: Text) -> PrincipalEntry:
    first, *rest = name.parts
    joined = (before + first, *rest) if isinstance(first, str) else (before, *name.parts)
    return PrincipalEntry(KUBERNETES, Text(joined, name.trail))


@dataclass(frozen=True, slots=True)
class _Where:
    """Where a binding looks for its role: a root, the cluster, and the namespace of a role that is of one."""

    index: ResourceIndex
    cluster: Resource
    namespace: str

    def roles(self, kind: str) -> list[ClusterObject]:
        """The roles of a kind that the root makes there, or in a cluster that may be that one."""
        found = (one for one in objects(self.index) if one.kind == kind and may_be_same(one.cluster, self.cluster))
        return [one for one in found if kind == "ClusterRole" or _namespace(one) == self.namespace]


def _allowed(reference: ObjectValue, where: _Where) -> Iterator[tuple[Guards, tuple[Condition, ...] | Value]]:
    """What the bound role allows, rule by rule, or what cannot be read of it; by its name where it is not here."""
    kind, name = known(field(reference, "kind")) or "ClusterRole", string(field(reference, "name"))
    if name is None:
        return
    if kind == "ClusterRole" and str(name) == _EVERYTHING:
        yield (), (Condition("StringLike", REQUESTS, (text(EVERY_REQUEST, name.trail),), name.trail),)
        return
    roles = _roles(kind, name, where)
    selectors = [one for role in roles for one in _selectors(role)] if roles else _taken_in(kind, str(name))
    allowed = [one for role in (*roles, *_labelled(selectors, where)) for one in _rules(role)]
    if not roles or None in selectors or (selectors and not allowed):
        yield (), (Condition("StringEquals", ROLE, (name,), name.trail),)
    yield from allowed


def _taken_in(kind: str, name: str) -> list[Mapping[str, str | None] | None]:
    """The labels of the roles that a role takes in which is not in the root."""
    return [{f"{_AGGREGATED}{name}": "true"}] if kind == "ClusterRole" and name in _AGGREGATING else []


def _rules(role: ObjectValue) -> Iterator[tuple[Guards, tuple[Condition, ...] | Value]]:
    for guards, chosen in outcomes(role):
        for rule in items(named(chosen, "rule", "rules")) if isinstance(chosen, ObjectValue) else ():
            yield from ((guards, one) for one in _of_rule(rule))


_AGGREGATED = "rbac.authorization.k8s.io/aggregate-to-"
_SELECTORS = ("cluster_role_selectors", "clusterRoleSelectors")
_AGGREGATING = ("admin", "edit", "view")
"""The roles of every cluster that take in those with a label (Kubernetes, "Aggregated ClusterRoles")."""


def _selectors(role: ObjectValue) -> Iterator[Mapping[str, str | None] | None]:
    """The labels, in each of several ways, of the roles whose rules a role has besides its own; None for a way that is
    more than labels, or that nobody can read."""
    rule = named(role, "aggregation_rule", "aggregationRule")
    chosen = [one for block in blocks(rule) for one in blocks(named(block, *_SELECTORS))]
    if rule is not None and not chosen:
        yield None
    for one in chosen:
        labels = _labels(named(one, "match_labels", "matchLabels"))
        is_read = labels and None not in labels.values() and named(one, "match_expressions", "matchExpressions") is None
        yield labels if is_read else None


def _labels(value: Value | None) -> Mapping[str, str | None]:
    """Labels by their names; None for one that is no text."""
    written = value.entries if isinstance(value, ObjectValue) else ()
    return {name: None if (said := string(one)) is None else str(said) for name, one in written}


def _labelled(selectors: Iterable[Mapping[str, str | None] | None], where: _Where) -> Iterator[ObjectValue]:
    """The cluster roles of the root that have all labels of one of the selectors."""
    wanted = [one for one in selectors if one]
    for role in where.roles("ClusterRole") if wanted else ():
        labels = _labels(metadata(role.written, "labels"))
        if any(one.items() <= labels.items() for one in wanted):
            yield role.written


def _of_rule(rule: Value) -> Iterator[tuple[Condition, ...] | Value]:
    """What a rule allows; the part of it that cannot be read, or is too much to be read whole."""
    if not isinstance(rule, ObjectValue):
        yield rule
        return
    asked = tuple(islice(_requests(rule), MAX_REQUESTS + 1))
    limits = named(rule, "resource_names", "resourceNames")
    names = texts(limits)
    lists = (field(rule, "verbs"), field(rule, "resources"), named(rule, "api_groups", "apiGroups"), limits)
    yield from (one for one in lists if one is not None and any(string(item) is None for item in items(one)))
    if len(asked) > MAX_REQUESTS:
        yield rule
    elif asked:
        only = (Condition("StringEquals", NAMES, names, _trail(names)),) if names else ()
        yield (Condition("StringLike", REQUESTS, asked, _trail(asked)), *only)


def _trail(found: tuple[Text, ...]) -> Trail:
    return join_trails(*(one.trail for one in found))


def _roles(kind: str, name: Text, where: _Where) -> list[ObjectValue]:
    """The role that a binding names, if the root makes it: that of the block which the name is of, else those that are
    called so in the cluster; in one that may be it, if none is."""
    found = where.roles(kind)
    of_block = [one for one in found if _is_of(name, one)]
    called = [one for one in found if str(string(metadata(one.written, "name"))) == str(name)]
    there = [one for one in called if one.cluster.address == where.cluster.address]
    return [one.written for one in of_block or there or called]


def _namespace(role: ClusterObject) -> str:
    return str(string(metadata(role.written, "namespace")) or "default")


def _is_of(name: Text, role: ClusterObject) -> bool:
    """Whether a name is what a block says of itself."""
    said = f"{role.instance.address}.metadata"
    return str(name).startswith(f"${{{said}") or any(step.what.startswith(said) for step in name.trail)


def _requests(rule: ObjectValue) -> Iterator[Text]:
    """Each verb on each resource, the group after a dot unless it is the first one, which has no name."""
    groups = [str(one) for one in texts(named(rule, "api_groups", "apiGroups"))] or [""]
    for verb in texts(field(rule, "verbs")):
        for resource in texts(field(rule, "resources")):
            trail = join_trails(resource.trail, verb.trail)
            yield from (text(f"{verb} {one}", trail) for group in groups for one in _resources(str(resource), group))


def _resources(resource: str, group: str) -> tuple[str, ...]:
    """A resource of a group as kubectl writes it; each one of the first group by its name."""
    if resource == "*" and group in ("", "*"):
        return OF_FIRST_GROUP if group == "" else ("*",)
    return (f"{resource}{_END.get(group, f'.{group}')}",)
