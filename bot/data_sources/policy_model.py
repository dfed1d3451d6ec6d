"""The provider's model of a policy document: statements, how documents merge, and the JSON they are written as."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from operator import itemgetter

from bot.evaluated.diagnostic import Trail
from bot.evaluated.trails import elements, entries, string, with_trail
from bot.evaluated.value import (
    BoolValue,
    Choice,
    ListValue,
    NullValue,
    ObjectValue,
    StringValue,
    Unknown,
    Value,
    known_text,
)
from bot.frontends.terraform.evaluate.convert import identity, in_set_order, to_string
from bot.frontends.terraform.functions.json_writer import json_string
from bot.frozen import dataclass

ELEMENTS = ("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition")
"""A statement's elements in the order they are written."""


class DocumentFault(Exception):
    """The provider refuses the document; the message is its reason."""


@dataclass(frozen=True, slots=True)
class RenderedStatement:
    """One statement: `body` is its object, or Unknown or Choice; `sid` is "" if it is blank or unknown."""

    sid: str
    body: Value


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """A document as the provider holds it."""

    version: Value | None = None
    id: Value | None = None
    statements: tuple[RenderedStatement, ...] = ()

    def merged(self, later: PolicyDocument) -> PolicyDocument:
        """This document with a later one merged in: its statements replace those of equal Sid in place, or append."""
        statements = list(self.statements)
        places = {statement.sid: place for place, statement in reversed(list(enumerate(statements))) if statement.sid}
        for statement in later.statements:
            if statement.sid and statement.sid in places:
                statements[places[statement.sid]] = statement
                continue
            if statement.sid:
                places[statement.sid] = len(statements)
            statements.append(statement)
        return PolicyDocument(_newer(self.version, later.version), later.id or self.id, tuple(statements))

    def value(self) -> ObjectValue:
        """The document as an object, elements in the order they are written."""
        members: list[tuple[str, Value]] = []
        if self.version is not None:
            members.append(("Version", self.version))
        if self.id is not None:
            members.append(("Id", self.id))
        if self.statements:
            members.append(("Statement", ListValue(tuple(statement.body for statement in self.statements))))
        return ObjectValue(tuple(members))


def _newer(old: Value | None, new: Value | None) -> Value | None:
    if old is None or new is None:
        return new if old is None else old
    known_old = known_text(old)
    known_new = known_text(new)
    return new if known_old is None or (known_new or "") > known_old else old


def rendered(document: PolicyDocument, indent: int) -> StringValue:
    """The document's text; the string remembers the structure, keys sorted."""
    value = document.value()
    return dataclasses.replace(json_string(value, indent), encoded=sorted_keys(value))


def sorted_keys(value: Value) -> Value:
    """The value with every object's keys in Terraform's order."""
    match value:
        case ObjectValue():
            ordered = sorted(value.entries, key=itemgetter(0))
            return dataclasses.replace(value, entries=tuple((name, sorted_keys(item)) for name, item in ordered))
        case ListValue():
            return dataclasses.replace(value, items=tuple(map(sorted_keys, value.items)))
        case Choice():
            changed = (dataclasses.replace(each, value=sorted_keys(each.value)) for each in value.alternatives)
            return dataclasses.replace(value, alternatives=tuple(changed))
    return value


def descending(items: Iterable[Value], trail: Trail = ()) -> Value:
    """A set of strings as the provider writes it: one collapses, several are sorted in descending order."""
    distinct: dict[object, Value] = {}
    for item in items:
        distinct.setdefault(identity(item), item)
    ordered = in_set_order(distinct.values())[::-1]
    return with_trail(ordered[0], trail) if len(ordered) == 1 else ListValue(ordered, trail)


def principals(pairs: Iterable[tuple[str, Value]]) -> Value:
    """Principals of equal type joined; only type `*` with identifier `*` alone is written as `"*"`."""
    given = tuple(pairs)
    if len(given) == 1 and given[0][0] == "*":
        inner = _members(given[0][1])
        if len(inner) == 1 and isinstance(inner[0], StringValue) and inner[0].known == "*":
            return inner[0]
    joined: dict[str, Value] = {}
    for kind, identifiers in given:
        if kind not in joined:
            joined[kind] = identifiers
            continue
        if isinstance(joined[kind], Unknown | Choice) or isinstance(identifiers, Unknown | Choice):
            joined[kind] = ListValue((joined[kind], identifiers))
            continue
        joined[kind] = ListValue((*_members(joined[kind]), *_members(identifiers)))
    return ObjectValue(tuple(sorted(joined.items(), key=itemgetter(0))))


def conditions(triples: Iterable[tuple[str, str, Value]]) -> Value:
    """Values joined per test and variable in the order they come; one value collapses."""
    joined: dict[str, dict[str, list[Value]]] = {}
    whole: dict[tuple[str, str], Value] = {}
    for test, variable, values in triples:
        gathered = joined.setdefault(test, {}).setdefault(variable, [])
        if isinstance(values, Unknown | Choice):
            whole[test, variable] = values
        gathered += _members(values)
    tests: list[tuple[str, Value]] = []
    for test in sorted(joined):
        variables: list[tuple[str, Value]] = []
        for variable in sorted(joined[test]):
            gathered = joined[test][variable]
            if len(gathered) == 1 or (test, variable) in whole:
                variables.append((variable, whole.get((test, variable), gathered[0])))
            else:
                variables.append((variable, ListValue(tuple(gathered))))
        tests.append((test, ObjectValue(tuple(variables))))
    return ObjectValue(tuple(tests))


def _members(value: Value) -> tuple[Value, ...]:
    return elements(value) if isinstance(value, ListValue) else (value,)


def statement_body(members: dict[str, Value | None]) -> ObjectValue:
    """A statement's object from its elements; those that are None are left out."""
    present = ((name, members.get(name)) for name in ELEMENTS)
    return ObjectValue(tuple((name, value) for name, value in present if value is not None))


def from_source(value: Value, what: str) -> PolicyDocument:
    """A document read back from JSON, as the provider reads it. Raises DocumentFault.

    Names are matched without regard to case, elements the provider does not know are dropped.
    """
    if not isinstance(value, ObjectValue):
        raise DocumentFault(f"{what} is not a JSON object")
    members = _insensitive(value)
    statements = members.get("statement", NullValue())
    if isinstance(statements, Unknown | Choice):
        read: tuple[RenderedStatement, ...] = (RenderedStatement("", statements),)
    elif isinstance(statements, NullValue):
        read = ()
    elif isinstance(statements, ListValue):
        read = tuple(_source_statement(item, what) for item in elements(statements))
    else:
        raise DocumentFault(f"{what} has a Statement that is not a list")
    return PolicyDocument(_filled(members.get("version")), _filled(members.get("id")), read)


def _insensitive(value: ObjectValue) -> dict[str, Value]:
    return {name.lower(): item for name, item in entries(value)}


def _filled(value: Value | None) -> Value | None:
    """None for what Go leaves out as empty."""
    if value is None or isinstance(value, NullValue) or (isinstance(value, StringValue) and value.known == ""):
        return None
    return value


def _source_statement(value: Value, what: str) -> RenderedStatement:
    if isinstance(value, Unknown):
        return RenderedStatement("", value)
    if isinstance(value, Choice):
        return _source_alternatives(value, what)
    if not isinstance(value, ObjectValue):
        raise DocumentFault(f"{what} has a statement that is not an object")
    given = _insensitive(value)
    members: dict[str, Value | None] = {name: _filled(given.get(name.lower())) for name in ELEMENTS[:6]}
    for name in ("Principal", "NotPrincipal"):
        members[name] = _source_principals(given.get(name.lower()), what)
    members["Condition"] = _source_conditions(given.get("condition"), what)
    sid = members["Sid"]
    return RenderedStatement(known_text(sid) or "", statement_body(members))


def _source_alternatives(value: Choice, what: str) -> RenderedStatement:
    read = [_source_statement(with_trail(each.value, value.trail), what) for each in value.alternatives]
    changed = zip(value.alternatives, read, strict=True)
    body = Choice(tuple(dataclasses.replace(each, value=statement.body) for each, statement in changed))
    sids = {statement.sid for statement in read}
    return RenderedStatement(sids.pop() if len(sids) == 1 else "", body)


def _source_principals(value: Value | None, what: str) -> Value | None:
    match value:
        case None | NullValue():
            return None
        case Unknown() | Choice():
            return value
        case StringValue():
            return principals([("*", string("*", value.trail) if value.known != "*" else value)])
        case ObjectValue():
            given = entries(value)
            return principals((kind, _source_identifiers(item, what)) for kind, item in given) if given else None
    raise DocumentFault(f"{what} has a principal that is neither a string nor an object")


def _source_identifiers(value: Value, what: str) -> Value:
    match value:
        case StringValue() | Unknown() | Choice():
            return value
        case ListValue():
            items = elements(value)
            if all(isinstance(item, StringValue | Unknown | Choice) for item in items):
                return ListValue(_ordered(items))
    raise DocumentFault(f"{what} has a principal identifier that is not a string")


def _ordered(items: tuple[Value, ...]) -> tuple[Value, ...]:
    """Descending, equal ones kept."""
    ranks = {identity(item): rank for rank, item in enumerate(in_set_order(items))}
    return tuple(sorted(items, key=lambda item: -ranks[identity(item)]))


def _source_conditions(value: Value | None, what: str) -> Value | None:
    if value is None or isinstance(value, NullValue):
        return None
    if isinstance(value, Unknown | Choice):
        return value
    triples: list[tuple[str, str, Value]] = []
    for test, variables in entries(value) if isinstance(value, ObjectValue) else _not_an_object(what):
        if isinstance(variables, Unknown | Choice):
            return variables
        for variable, values in entries(variables) if isinstance(variables, ObjectValue) else _not_an_object(what):
            if isinstance(values, StringValue | ListValue | Unknown | Choice):
                triples.append((test, variable, values))
            elif isinstance(values, BoolValue):
                triples.append((test, variable, to_string(values)))
    return conditions(triples) if triples else None


def _not_an_object(what: str) -> tuple[tuple[str, Value], ...]:
    raise DocumentFault(f"{what} has a condition that is not an object")
