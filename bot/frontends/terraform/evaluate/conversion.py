"""Converts values to types, optional() defaults included, and the elements of collections to one type."""

from __future__ import annotations

from collections.abc import Callable

from bot.evaluated.call import FunctionFault
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.partial import OpenObject, RepeatedList, RepeatedObject
from bot.evaluated.value import Choice, ListValue, NullValue, ObjectValue, StringValue, Unknown, Value
from bot.evaluated.value_size import weight
from bot.frontends.terraform.evaluate.convert import in_set_order, over_choice, to_bool, to_number, to_string, type_name
from bot.frontends.terraform.evaluate.types import ANY, Collection, ObjectType, Primitive, TupleType, Type
from bot.frontends.terraform.evaluate.unify import type_of, unify
from bot.frontends.terraform.syntax.nodes import Expression

MAX_HELD = 10_000
"""The types of values that hold more are not compared."""

Evaluate = Callable[[Expression], Value]


def convert(value: Value, wanted: Type, evaluate: Evaluate) -> Value:
    """The value as the type says; `evaluate` is for optional() defaults. Raises FunctionFault."""
    match value:
        case NullValue() | Unknown():
            return value
        case Choice():
            return over_choice(value, lambda each: convert(each, wanted, evaluate))
    match wanted:
        case Primitive():
            return _PRIMITIVES[wanted.name](value) if wanted.name in _PRIMITIVES else value
        case Collection():
            return _collection(value, wanted, evaluate)
        case ObjectType():
            return _object(value, wanted, evaluate)
        case TupleType():
            return _tuple(value, wanted, evaluate)


_PRIMITIVES: dict[str, Callable[[Value], Value]] = {"string": to_string, "number": to_number, "bool": to_bool}


def _collection(value: Value, wanted: Collection, evaluate: Evaluate) -> Value:
    if wanted.kind == "map":
        if not isinstance(value, ObjectValue):
            raise FunctionFault(DiagnosticKind.WRONG_TYPE, f"a map is required, not a {type_name(value)}")
        if isinstance(value, OpenObject):
            return value
        items = _elements(tuple(item for _, item in value.entries), wanted, evaluate)
        members = tuple((name, item) for (name, _), item in zip(value.entries, items, strict=True))
        kind = RepeatedObject if isinstance(value, RepeatedObject) else ObjectValue
        return kind(members, value.trail)
    if not isinstance(value, ListValue):
        raise FunctionFault(DiagnosticKind.WRONG_TYPE, f"a {wanted.kind} is required, not a {type_name(value)}")
    items = _elements(value.items, wanted, evaluate)
    sequence = RepeatedList if isinstance(value, RepeatedList) else ListValue
    if wanted.kind == "set":
        return sequence(in_set_order(items), value.trail, True)
    if items == value.items and not value.is_set:
        return value
    return sequence(items, value.trail)


def _elements(items: tuple[Value, ...], wanted: Collection, evaluate: Evaluate) -> tuple[Value, ...]:
    found = tuple(convert(item, wanted.element, evaluate) for item in items)
    return unified(found) if wanted.element == ANY else found


def _object(value: Value, wanted: ObjectType, evaluate: Evaluate) -> Value:
    if not isinstance(value, ObjectValue):
        raise FunctionFault(DiagnosticKind.WRONG_TYPE, f"an object is required, not a {type_name(value)}")
    if isinstance(value, (OpenObject, RepeatedObject)):
        return value
    members: list[tuple[str, Value]] = []
    for name, field in sorted(wanted.fields, key=lambda each: each[0]):
        given = value.get(name)
        if given is None and not field.optional:
            raise FunctionFault(DiagnosticKind.WRONG_TYPE, f"the attribute {name!r} is missing")
        if given is None or (isinstance(given, NullValue) and field.default is not None):
            given = NullValue() if field.default is None else evaluate(field.default)
        members.append((name, convert(given, field.type, evaluate)))
    return ObjectValue(tuple(members), value.trail)


def _tuple(value: Value, wanted: TupleType, evaluate: Evaluate) -> Value:
    if isinstance(value, RepeatedList):
        return value
    if not isinstance(value, ListValue) or len(value.items) != len(wanted.items):
        raise FunctionFault(DiagnosticKind.WRONG_TYPE, f"a tuple of {len(wanted.items)} is required")
    items = zip(value.items, wanted.items, strict=True)
    return ListValue(tuple(convert(item, each, evaluate) for item, each in items), value.trail)


def _no_default(node: Expression) -> Value:
    raise AssertionError("the types of values have no optional attributes")


def converted(value: Value, wanted: Type) -> Value:
    """The value as a type says that `unify` found for it and others. Raises FunctionFault."""
    return convert(value, wanted, _no_default)


def unified(items: tuple[Value, ...], what: str = "the elements") -> tuple[Value, ...]:
    """The items converted to one type. Raises FunctionFault if there is none."""
    first = type(items[0]) if items else StringValue
    if first is StringValue and all(type(item) is StringValue for item in items):
        return items
    if weight(items, MAX_HELD) > MAX_HELD:
        return items
    wanted = unify([type_of(item) for item in items])
    if wanted is None:
        kinds = ", ".join(dict.fromkeys(map(type_name, items)))
        raise FunctionFault(DiagnosticKind.WRONG_TYPE, f"{what} have no type in common: {kinds}")
    return tuple(converted(item, wanted) for item in items)


def to_list(value: Value) -> Value:
    """As a list: elements unified to one type, a map's values not allowed. Raises FunctionFault."""
    match value:
        case ListValue():
            return ListValue(unified(value.items), value.trail)
        case NullValue() | Unknown():
            return value
        case Choice():
            return over_choice(value, to_list)
    raise FunctionFault(DiagnosticKind.WRONG_TYPE, f"a list is required, not a {type_name(value)}")


def to_set(value: Value) -> Value:
    """As a set: elements unified to one type, distinct, in Terraform's order. Raises FunctionFault."""
    match value:
        case ListValue():
            return value if value.is_set else ListValue(in_set_order(unified(value.items)), value.trail, True)
        case NullValue() | Unknown():
            return value
        case Choice():
            return over_choice(value, to_set)
    raise FunctionFault(DiagnosticKind.WRONG_TYPE, f"a set is required, not a {type_name(value)}")


def to_map(value: Value) -> Value:
    """As a map: values unified to one type. Raises FunctionFault."""
    match value:
        case ObjectValue():
            names = tuple(name for name, _ in value.entries)
            items = unified(tuple(item for _, item in value.entries))
            return ObjectValue(tuple(zip(names, items, strict=True)), value.trail)
        case NullValue() | Unknown():
            return value
        case Choice():
            return over_choice(value, to_map)
    raise FunctionFault(DiagnosticKind.WRONG_TYPE, f"a map is required, not a {type_name(value)}")
