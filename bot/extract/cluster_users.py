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
    entry_of,
    field,
    header,
    in_force,
    items,
    known,
    nested,
    origin,
    string,
)
from bot.extract.choices import Guards
from bot.extract.extracted import ExtractionGap, UnreadElement
from bot.extract.facts import Fact
from bot.extract.identities import each
from bot.extract.permissions import given, principal_entry
from bot.extract.reference import ResourceIndex, elsewhere, holder_of
from bot.iam.policy_subject import PolicySubject, Resource
from bot.iam.statement import Condition, Effect, Principals, Statement

ACTION = "eks:AccessKubernetesApi"
GROUPS = "eks:kubernetesGroups"

_LISTS = {"mapRoles": "rolearn", "mapUsers": "userarn"}
"""The lists of the map, and what names somebody in each (EKS User Guide, "Grant IAM users access to Kubernetes")."""

_HOLE = "\ue000"
"""Stands for a symbol while YAML is read."""

MAX_TEXT = 100_000
"""A longer text is not read; a map holds at most a mebibyte, and YAML is read slowly."""


def aws_auth(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """What the map says of roles and users, as statements on the cluster; nothing for any other map."""
    if not any(known(field(block, "name")) == "aws-auth" for block in nested(instance, "metadata")):
        return
    data = argument(instance, "data")
    holder = _cluster(instance, index)
    if data is not None and not isinstance(data, ObjectValue):
        yield _unread(instance, holder, "data", data)
    for name, who in _LISTS.items() if isinstance(data, ObjectValue) else ():
        for guards, written in each(field(data, name) if isinstance(data, ObjectValue) else None):
            said = _decoded(written)
            if said is None:
                yield _unread(instance, holder, name, written)
            for more, item in each(said):
                if isinstance(item, ObjectValue):
                    yield from _mapped(instance, holder, item, who, (*guards, *more))
                else:
                    yield _unread(instance, holder, name, written)


def _unread(instance: ResourceInstance, holder: PolicySubject, name: str, value: Value) -> ExtractionGap:
    """That nobody can see here whom a list lets in."""
    spans = tuple(dict.fromkeys(step.span for step in in_force(instance, value)))
    reason = f"{name} of aws-auth is not known, or is no YAML: whom it lets into the cluster is not seen"
    found = Diagnostic.of(DiagnosticKind.UNRESOLVED_ELEMENT, reason, spans[0])
    unread = UnreadElement(found.kind, found.reason)
    unknown = frozenset(symbols_in(value))
    return ExtractionGap(found, instance.address, unread, spans, (holder,), unknown=unknown)


def _mapped(
    instance: ResourceInstance, holder: PolicySubject, item: ObjectValue, who: str, guards: Guards
) -> Iterator[Fact]:
    written = string(entry_of(item, who))
    groups = tuple(one for value in items(entry_of(item, "groups")) if (one := string(value)) is not None)
    if written is None or not groups:
        return  # without a group a user can do nothing until somebody binds it by its name
    condition = Condition("ForAnyValue:StringEquals", GROUPS, groups, join_trails(*(one.trail for one in groups)))
    statement = Statement(
        Effect.ALLOW,
        (text(ACTION, written.trail),),
        (Text((Symbol(f"{holder.address}.arn"),)),),
        principals=Principals((principal_entry(written),), trail=written.trail),
        conditions=(condition,),
        trail=join_trails(instance.existence, (header(instance),)),
    )
    fact = given(instance, holder, statement)
    yield dataclasses.replace(fact, guards=(*fact.guards, *guards))


def _cluster(instance: ResourceInstance, index: ResourceIndex) -> PolicySubject:
    """The cluster whose map it is: the map names none, so the only one of the root, else the map stands for it."""
    found = [one for one in index.by_address.values() if one.type == "aws_eks_cluster"]
    if len(found) != 1:
        return Resource(index.root, instance.address, "aws-auth")
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
    if len(flat) > MAX_TEXT:
        return None
    try:
        node = yaml.compose(flat, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError):
        return None
    return None if node is None else _Reader(value).value(node)


class _Reader:
    """Turns nodes into values whose strings know their lines and symbols."""

    def __init__(self, read: StringValue) -> None:
        self.read = read
        self.starts: list[int] = []
        at = 0
        for part in read.parts:
            self.starts.append(at)
            at += 1 if isinstance(part.content, Symbol) else len(part.content)

    def value(self, node: yaml.Node) -> Value | None:
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
            trail = (Step(Span(span.file, line, 1, line, 1), trail[0].what), *trail[1:])
        return joined(trail, origin(self.read))
