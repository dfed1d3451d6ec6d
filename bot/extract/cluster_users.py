"""Who may use an EKS cluster by its aws-auth map: roles and users with the groups of Kubernetes that they are in."""

from __future__ import annotations

import dataclasses
from bisect import bisect_right
from collections.abc import Iterator

import yaml

from bot.evaluated.config import ResourceInstance
from bot.evaluated.derived import symbols_in
from bot.evaluated.diagnostic import Diagnostic, Span, Step, Trail, join_trails
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.document import Symbol, Text, text
from bot.evaluated.trails import joined
from bot.evaluated.value import ListValue, ObjectValue, Part, StringValue, Value
from bot.extract.argument_reading import (
    argument,
    blocks,
    entry_of,
    field,
    header,
    in_force,
    items,
    known,
    origin,
    string,
)
from bot.extract.choices import Guards
from bot.extract.extracted import ExtractionGap, UnreadElement
from bot.extract.facts import Fact
from bot.extract.identities import each
from bot.extract.permissions import given, principal_entry
from bot.extract.reference import ResourceIndex, elsewhere, holder_of
from bot.frozen import dataclass
from bot.iam.policy_subject import PolicySubject, Resource
from bot.iam.statement import Condition, Effect, PrincipalEntry, Principals, Statement

ACTION = "eks:AccessKubernetesApi"
GROUPS = "eks:kubernetesGroups"

_LISTS = {"mapRoles": "rolearn", "mapUsers": "userarn"}
"""The lists of the map, and what names somebody in each (EKS User Guide, "Grant IAM users access to Kubernetes")."""

MAPS = ("kubernetes_config_map", "kubernetes_config_map_v1", "kubernetes_config_map_v1_data", "kubernetes_manifest")
"""The types that may write the map."""

_HOLE = "\ue000"
"""Stands for a symbol while YAML is read."""

MAX_TEXT = 100_000
"""A longer text is not read; a map holds at most a mebibyte, and YAML is read slowly."""

MAX_NODES = 20_000
"""So many values are made of one text; aliases may stand for more."""


def aws_auth(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """What the map says of roles and users, as statements on the cluster; nothing for any other map."""
    holder = cluster_of(instance, index)
    for one in _map_entries(instance):
        if isinstance(one, MappedUser):
            if one.groups:  # without one a user can do nothing until somebody binds it by its name
                yield _let_in(instance, holder, one)
        else:
            name, value = one
            said = f"{name} of aws-auth is not known, or is no YAML: whom it lets into the cluster is not seen"
            yield unread(instance, holder, said, value)


@dataclass(frozen=True, slots=True)
class MappedUser:
    """A role or user of AWS as it is written, with the groups of the cluster that it is in."""

    written: Text
    groups: tuple[Text, ...]
    guards: Guards = ()


def members_of(group: str, index: ResourceIndex) -> Iterator[Text]:
    """Whom the maps and access entries of a root put into a group of the cluster, with where both are written."""
    for instance in index.by_address.values():
        for one in _mapped_by(instance):
            named = next((name for name in one.groups if str(name) == group), None)
            if named is not None:
                yield Text(one.written.parts, join_trails(one.written.trail, named.trail))


def _mapped_by(instance: ResourceInstance) -> Iterator[MappedUser]:
    if instance.mode != "managed":
        return
    if instance.type in MAPS:
        yield from (one for one in _map_entries(instance) if isinstance(one, MappedUser))
    elif instance.type == "aws_eks_access_entry":
        written = string(argument(instance, "principal_arn"))
        if written is not None:
            yield MappedUser(written, texts(argument(instance, "kubernetes_groups")))


def _map_entries(instance: ResourceInstance) -> Iterator[MappedUser | tuple[str, Value]]:
    """The users of the map, or the name and value of a list that nobody can read; none of any other map."""
    manifest = argument(instance, "manifest")
    written = manifest if isinstance(manifest, ObjectValue) else instance.attributes
    if not any(known(field(block, "name")) == "aws-auth" for block in blocks(entry_of(written, "metadata"))):
        return
    data = field(written, "data")
    if data is not None and not isinstance(data, ObjectValue):
        yield "data", data
        return
    for name, who in _LISTS.items():
        for guards, encoded in each(None if data is None else field(data, name)):
            found = tuple(_users(_decoded(encoded), who, guards))
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
        yield None if written is None else MappedUser(written, groups, (*guards, *more))


def unread(instance: ResourceInstance, holder: PolicySubject, reason: str, value: Value) -> ExtractionGap:
    """That nobody can see here whom a value lets into the cluster, or to what."""
    spans = tuple(dict.fromkeys(step.span for step in in_force(instance, value)))
    found = Diagnostic.of(DiagnosticKind.UNRESOLVED_ELEMENT, reason, spans[0])
    unread = UnreadElement(found.kind, found.reason)
    unknown = frozenset(symbols_in(value))
    return ExtractionGap(found, instance.address, unread, spans, (holder,), unknown=unknown)


def _let_in(instance: ResourceInstance, holder: PolicySubject, one: MappedUser) -> Fact:
    trail = join_trails(*(group.trail for group in one.groups))
    statement = cluster_statement(instance, holder, (principal_entry(one.written),), one.written.trail)
    asked = (Condition("ForAnyValue:StringEquals", GROUPS, one.groups, trail),)
    fact = given(instance, holder, dataclasses.replace(statement, conditions=asked))
    return dataclasses.replace(fact, guards=(*fact.guards, *one.guards))


def cluster_statement(
    instance: ResourceInstance, holder: PolicySubject, entries: tuple[PrincipalEntry, ...], trail: Trail
) -> Statement:
    """That somebody may use the API of a cluster."""
    return Statement(
        Effect.ALLOW,
        (text(ACTION, trail),),
        (Text((Symbol(f"{holder.address}.arn"),)),),
        principals=Principals(entries, trail=trail),
        trail=join_trails(instance.existence, (header(instance),)),
    )


def texts(value: Value | None) -> tuple[Text, ...]:
    """The strings of a list."""
    return tuple(one for item in items(value) if (one := string(item)) is not None)


def cluster_of(instance: ResourceInstance, index: ResourceIndex) -> PolicySubject:
    """The cluster whose object it is: it names none, so the only one of the root; of several each object has one."""
    every = [one for one in index.by_address.values() if one.type == "aws_eks_cluster"]
    found = [one for one in every if one.mode == "managed"] or every  # it is looked up as well for the provider
    if not found:
        return Resource(index.root, "cluster", "cluster")
    if len(found) > 1:
        return Resource(index.root, instance.address, "cluster")
    name = string(argument(found[0], "name"))
    if found[0].mode == "managed" or name is None:
        return holder_of(found[0], Resource, index.root)
    return elsewhere(index, Resource, name, instance.address)


def _decoded(value: Value) -> Value | None:
    """What a text in YAML says; None for what is none."""
    if not isinstance(value, StringValue):
        return None
    if value.encoded is not None:
        return value.encoded
    flat = "".join(_HOLE if isinstance(part.content, Symbol) else part.content for part in value.parts)
    symbols = sum(isinstance(part.content, Symbol) for part in value.parts)
    if len(flat) > MAX_TEXT or flat.count(_HOLE) != symbols:
        return None
    try:
        node = yaml.compose(flat, Loader=yaml.BaseLoader)
        return None if node is None else _Reader(value).value(node)
    except (yaml.YAMLError, RecursionError):
        return None


class _Reader:
    """Turns nodes into values whose strings know their lines and symbols."""

    def __init__(self, read: StringValue) -> None:
        self.read = read
        self.left = MAX_NODES
        self.starts: list[int] = []
        at = 0
        for part in read.parts:
            self.starts.append(at)
            at += 1 if isinstance(part.content, Symbol) else len(part.content)

    def value(self, node: yaml.Node) -> Value | None:
        """Raises YAMLError where aliases stand for too much."""
        self.left -= 1
        if self.left < 0:
            raise yaml.YAMLError("too many values")
        match node:
            case yaml.SequenceNode():
                return ListValue(tuple(one for item in node.value if (one := self.value(item)) is not None))
            case yaml.MappingNode():
                pairs = ((key.value, self.value(item)) for key, item in node.value)
                return ObjectValue(tuple((str(key), item) for key, item in pairs if item is not None))
            case yaml.ScalarNode():
                return StringValue(tuple(self._parts(node)))
        return None

    def _parts(self, node: yaml.ScalarNode) -> Iterator[Part]:
        at = node.start_mark.index
        trail = self._trail(at)
        for index, piece in enumerate(str(node.value).split(_HOLE)):
            if index:
                symbol, at = self._symbol(at)
                yield Part(symbol, trail)
            if piece:
                yield Part(piece, trail)

    def _symbol(self, at: int) -> tuple[Symbol, int]:
        """The next symbol from a place on, and the place behind it."""
        for start, part in zip(self.starts, self.read.parts, strict=True):
            if start >= at and isinstance(part.content, Symbol):
                return part.content, start + 1
        raise AssertionError("each placeholder stands for a symbol")

    def _trail(self, at: int) -> Trail:
        number = max(bisect_right(self.starts, at) - 1, 0)
        part = self.read.parts[number]
        trail = part.trail
        if trail and part.verbatim and isinstance(part.content, str):
            span = trail[0].span
            line = span.line + part.content.count("\n", 0, at - self.starts[number])
            trail = (Step(Span(span.file, line, 1, line, 1), trail[0].what, trail[0].kind), *trail[1:])
        return joined(trail, origin(self.read))
