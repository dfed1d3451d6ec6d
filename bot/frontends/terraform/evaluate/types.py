"""Type constraints of variables, as their declarations spell them."""

from __future__ import annotations

from bot.frontends.terraform.syntax.nodes import (
    Expression,
    FunctionCall,
    Name,
    ObjectExpression,
    Template,
    TemplateText,
    TupleExpression,
)
from bot.frozen import dataclass


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
