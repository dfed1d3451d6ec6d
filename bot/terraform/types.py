"""Type constraints of variables: reading them, and converting values to them with optional() defaults."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.terraform.call import FunctionFault
from bot.terraform.convert import (
    in_set_order,
    over_choice,
    to_bool,
    to_number,
    to_string,
    type_name,
)
from bot.terraform.partial import OpenObject
from bot.terraform.syntax import (
    Expression,
    FunctionCall,
    Name,
    ObjectExpression,
    Template,
    TemplateText,
    TupleExpression,
)
from bot.terraform.value import Choice, ListValue, NullValue, ObjectValue, Unknown, Value


@dataclass(frozen=True, slots=True)
class Primitive:
    """string, number, bool or any."""

    name: str


@dataclass(frozen=True, slots=True)
class Collection:
    """list(T), set(T) or map(T)."""

    kind: str
    element: Type


@dataclass(frozen=True, slots=True)
class Field:
    """An attribute of an object type; `default` is what optional() gives it, null if nothing."""

    type: Type
    optional: bool
    default: Expression | None


@dataclass(frozen=True, slots=True)
class ObjectType:
    """object({...})."""

    fields: tuple[tuple[str, Field], ...]


@dataclass(frozen=True, slots=True)
class TupleType:
    """tuple([...])."""

    items: tuple[Type, ...]


Type = Primitive | Collection | ObjectType | TupleType
ANY = Primitive("any")


def read_type(node: Expression | None) -> Type:
    """The type an expression spells; what is not understood is `any`."""
    match node:
        case Name():
            if node.name in ("list", "set", "map"):
                return Collection(node.name, ANY)
            return Primitive(node.name) if node.name in ("string", "number", "bool") else ANY
        case Template(parts=(TemplateText(text=text),)):
            return {"list": Collection("list", ANY), "map": Collection("map", ANY)}.get(text, Primitive(text))
        case FunctionCall(name="list" | "set" | "map", arguments=(element,)):
            return Collection(node.name, read_type(element))
        case FunctionCall(name="object", arguments=(ObjectExpression() as fields,)):
            return ObjectType(tuple((_key(item.key), _field(item.value)) for item in fields.items))
        case FunctionCall(name="tuple", arguments=(TupleExpression() as items,)):
            return TupleType(tuple(map(read_type, items.items)))
    return ANY


def _key(node: Expression) -> str:
    if isinstance(node, Template):
        return "".join(part.text for part in node.parts if isinstance(part, TemplateText))
    return ""


def _field(node: Expression) -> Field:
    if isinstance(node, FunctionCall) and node.name == "optional" and node.arguments:
        default = node.arguments[1] if len(node.arguments) > 1 else None
        return Field(read_type(node.arguments[0]), True, default)
    return Field(read_type(node), False, None)


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
            raise FunctionFault("wrong-type", f"a map is required, not a {type_name(value)}")
        if isinstance(value, OpenObject):
            return value
        members = tuple((name, convert(item, wanted.element, evaluate)) for name, item in value.entries)
        return ObjectValue(members, value.trail)
    if not isinstance(value, ListValue):
        raise FunctionFault("wrong-type", f"a {wanted.kind} is required, not a {type_name(value)}")
    items = tuple(convert(item, wanted.element, evaluate) for item in value.items)
    if wanted.kind == "set":
        return ListValue(in_set_order(items), value.trail, True)
    if items == value.items and not value.is_set:
        return value
    return ListValue(items, value.trail)


def _object(value: Value, wanted: ObjectType, evaluate: Evaluate) -> Value:
    if not isinstance(value, ObjectValue):
        raise FunctionFault("wrong-type", f"an object is required, not a {type_name(value)}")
    if isinstance(value, OpenObject):
        return value
    members: list[tuple[str, Value]] = []
    for name, field in sorted(wanted.fields, key=lambda each: each[0]):
        given = value.get(name)
        if given is None and not field.optional:
            raise FunctionFault("wrong-type", f"the attribute {name!r} is missing")
        if given is None or (isinstance(given, NullValue) and field.default is not None):
            given = NullValue() if field.default is None else evaluate(field.default)
        members.append((name, convert(given, field.type, evaluate)))
    return ObjectValue(tuple(members), value.trail)


def _tuple(value: Value, wanted: TupleType, evaluate: Evaluate) -> Value:
    if not isinstance(value, ListValue) or len(value.items) != len(wanted.items):
        raise FunctionFault("wrong-type", f"a tuple of {len(wanted.items)} is required")
    items = zip(value.items, wanted.items, strict=True)
    return ListValue(tuple(convert(item, each, evaluate) for item, each in items), value.trail)
