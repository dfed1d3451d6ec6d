"""Who may use an EKS cluster by its aws-auth map: roles and users with the groups of Kubernetes that they are in."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from functools import lru_cache

from bot.evaluated.config import ResourceInstance
from bot.evaluated.derived import symbols_in
from bot.evaluated.diagnostic import Diagnostic, Trail, join_trails
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.document import Symbol, Text, text
from bot.evaluated.value import ObjectValue, Value
from bot.extract.argument_reading import (
    argument,
    entry_of,
    field,
    header,
    in_force,
    items,
    known,
    string,
)
from bot.extract.choices import Guards
from bot.extract.clusters import SOME, cluster_named, cluster_of, is_ours, may_be_same
from bot.extract.extracted import ExtractionGap, UnreadElement
from bot.extract.facts import Fact
from bot.extract.identities import each
from bot.extract.manifests import kind_of_object, metadata, object_of
from bot.extract.permissions import given, principal_entry
from bot.extract.reference import ResourceIndex
from bot.extract.yaml_reading import read_yaml
from bot.frozen import dataclass
from bot.iam.kubernetes_access import ACCESS, GROUPS
from bot.iam.policy_subject import PolicySubject, Resource
from bot.iam.statement import Condition, Effect, PrincipalEntry, Principals, Statement

_LISTS = {"mapRoles": "rolearn", "mapUsers": "userarn"}
"""The lists of the map, and what names somebody in each (EKS User Guide, "Grant IAM users access to Kubernetes")."""

_ACCOUNTS = "mapAccounts"
"""The list of accounts whose users and roles a cluster knows by their ARNs."""

_NAME, _KINDS = "aws-auth", ("ConfigMap", "ConfigMapV1Data")
"""How the map is called, and which objects may be it."""


def aws_auth(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """What the map says of roles and users, as statements on the cluster; nothing for any other map."""
    holder = cluster_of(instance, index)
    for one in _map_entries(instance, index) if is_ours(index) else ():
        if isinstance(one, MappedUser):
            if one.groups:  # without one a user can do what is bound to its name, which the binding says
                yield _let_in(instance, holder, one)
        else:
            name, value = one
            why = "is not followed" if name == _ACCOUNTS else "is not known, or is no YAML"
            remedy = "look which bindings name users or roles of these accounts by ARN" if name == _ACCOUNTS else ""
            reason = f"{name} of aws-auth {why}: whom it lets into the cluster is not seen"
            yield unread(instance, holder, reason, value, remedy)


@dataclass(frozen=True, slots=True)
class MappedUser:
    """A role or user of AWS as it is written, the groups of the cluster that it is in, and its name there."""

    written: Text
    groups: tuple[Text, ...]
    name: Text | None = None
    guards: Guards = ()

    def names(self) -> Iterator[tuple[str, Text]]:
        """The names by which bindings speak of it, each with its kind."""
        yield from (("Group", group) for group in self.groups)
        if self.name is not None:
            yield "User", self.name


@dataclass(frozen=True, slots=True)
class _NamedThere:
    """Who of AWS a cluster knows as a user or as one of a group (`kind`) of that name."""

    cluster: Resource
    kind: str
    name: str
    who: Text


def known_as(kind: str, name: str, cluster: Resource, index: ResourceIndex) -> tuple[Text, ...]:
    """Who of AWS is the user, or in the group, of a cluster by the root's maps and access entries, with where that is
    written."""
    found = (one for one in _named_there(index) if may_be_same(one.cluster, cluster))
    return tuple(one.who for one in found if (one.kind, one.name) == (kind, name))


@lru_cache(maxsize=2)
def _named_there(index: ResourceIndex) -> tuple[_NamedThere, ...]:
    """All that the root says of that; kept, as each binding asks for its subjects."""
    return tuple(
        _NamedThere(_cluster(instance, index), kind, str(name), _both(one.written, name))
        for instance in index.by_address.values()
        for one in _mapped_by(instance, index)
        for kind, name in one.names()
    )


def _both(who: Text, name: Text) -> Text:
    return Text(who.parts, join_trails(who.trail, name.trail))


def _cluster(instance: ResourceInstance, index: ResourceIndex) -> Resource:
    named = string(argument(instance, "cluster_name")) if instance.type == "aws_eks_access_entry" else None
    return cluster_of(instance, index) if named is None else cluster_named(named, instance.address, index)


def _mapped_by(instance: ResourceInstance, index: ResourceIndex) -> Iterator[MappedUser]:
    if instance.mode != "managed":
        return
    if instance.type.startswith(("kubernetes_", "kubectl_")):
        yield from (one for one in _map_entries(instance, index) if isinstance(one, MappedUser))
    elif instance.type == "aws_eks_access_entry":
        written = string(argument(instance, "principal_arn"))
        if written is not None:
            yield MappedUser(
                written, texts(argument(instance, "kubernetes_groups")), string(argument(instance, "user_name"))
            )


def _map_entries(instance: ResourceInstance, index: ResourceIndex) -> Iterator[MappedUser | tuple[str, Value]]:
    """The users of the map, or the name and value of a list that nobody can read; none of any other map."""
    data = _map_data(instance, index)
    if isinstance(data, ObjectValue):
        accounts = field(data, _ACCOUNTS)
        if accounts is not None and items(read_yaml(accounts) or accounts):
            yield _ACCOUNTS, accounts
        for name, who in _LISTS.items():
            yield from _list_entries(name, field(data, name), who)
    elif data is not None:
        yield "data", data


def _map_data(instance: ResourceInstance, index: ResourceIndex) -> Value | None:
    """What the map says, also where its name is open and its lists are known; None of any other."""
    written = object_of(instance, index)
    if written is None or kind_of_object(instance, written) not in _KINDS:
        return None
    called, data = metadata(written, "name"), field(written, "data")
    if known(called) == _NAME:
        return data
    return data if called is not None and known(called) is None and isinstance(data, ObjectValue) else None


def _list_entries(name: str, value: Value | None, who: str) -> Iterator[MappedUser | tuple[str, Value]]:
    for guards, encoded in each(value):
        found = tuple(_users(read_yaml(encoded), who, guards))
        yield from (one for one in found if one is not None)
        if None in found:
            yield name, encoded


def _users(said: Value | None, who: str, guards: Guards) -> Iterator[MappedUser | None]:
    """The users of one list; None for what nobody can read."""
    if said is None:
        yield None
    for more, item in each(said):
        written = string(entry_of(item, who)) if isinstance(item, ObjectValue) else None
        groups = texts(entry_of(item, "groups")) if isinstance(item, ObjectValue) else ()
        name = string(entry_of(item, "username")) if isinstance(item, ObjectValue) else None
        yield None if written is None else MappedUser(written, groups, name, (*guards, *more))


def unread(
    instance: ResourceInstance, holder: PolicySubject, reason: str, value: Value, remedy: str = ""
) -> ExtractionGap:
    """That nobody can see here whom a value lets into the cluster, or to what; `remedy` if not that of its kind."""
    spans = tuple(dict.fromkeys(step.span for step in in_force(instance, value)))
    found = Diagnostic.of(DiagnosticKind.UNRESOLVED_ELEMENT, reason, spans[0])
    found = dataclasses.replace(found, remedy=remedy or found.remedy)
    unread = UnreadElement(found.kind, found.reason)
    unknown = frozenset(symbols_in(value))
    return ExtractionGap(found, instance.address, unread, spans, (holder,), unknown=unknown)


def _let_in(instance: ResourceInstance, holder: PolicySubject, one: MappedUser) -> Fact:
    trail = join_trails(*(group.trail for group in one.groups))
    statement = cluster_statement(instance, (principal_entry(one.written),), one.written.trail)
    asked = (Condition("ForAnyValue:StringEquals", GROUPS, one.groups, trail),)
    fact = given(instance, holder, dataclasses.replace(statement, conditions=asked))
    return dataclasses.replace(fact, guards=(*fact.guards, *one.guards))


def cluster_statement(instance: ResourceInstance, entries: tuple[PrincipalEntry, ...], trail: Trail) -> Statement:
    """That somebody may use the API of the cluster that it stands on."""
    return Statement(
        Effect.ALLOW,
        (text(ACCESS, trail),),
        (Text((Symbol(f"{SOME}.arn"),)),),
        principals=Principals(entries, trail=trail),
        trail=join_trails(instance.existence, (header(instance),)),
    )


def texts(value: Value | None) -> tuple[Text, ...]:
    """The strings of a list."""
    return tuple(one for item in items(value) if (one := string(item)) is not None)
