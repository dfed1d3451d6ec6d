"""Finds the one type that several values can be converted to, as Terraform does for conditionals and collections."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.evaluated.partial import OpenObject, RepeatedList, RepeatedObject
from bot.evaluated.value import BoolValue, Choice, ListValue, NumberValue, ObjectValue, StringValue, Value
from bot.evaluated.value_size import contents
from bot.frontends.terraform.evaluate.types import ANY, Collection, Field, ObjectType, Primitive, TupleType, Type

STRING, NUMBER, BOOL = Primitive("string"), Primitive("number"), Primitive("bool")


def type_of(value: Value) -> Type:
    """The value's type; `any` for null and what is not known.

    A list is taken for a tuple and a map for an object, as values do not say which they are.
    """
    match value:
        case StringValue():
            return STRING
        case NumberValue():
            return NUMBER
        case BoolValue():
            return BOOL
        case RepeatedList() | RepeatedObject() | OpenObject():
            return ANY
        case ListValue(is_set=True):
            return Collection("set", unify([type_of(item) for item in value.items]) or ANY)
        case ListValue():
            return TupleType(tuple(type_of(item) for item in value.items))
        case ObjectValue():
            return ObjectType(tuple((name, Field(type_of(item), False, None)) for name, item in value.entries))
        case Choice():
            return unify([type_of(each.value) for each in value.alternatives]) or ANY
    return ANY


def unify(types: Sequence[Type]) -> Type | None:
    """The type all of these can be converted to; None if there is none. `any` goes with everything."""
    distinct = list(dict.fromkeys(each for each in types if each != ANY))
    if len(distinct) < 2:
        return distinct[0] if distinct else ANY
    for kinds, merge in _MERGES:
        if all(isinstance(each, kinds) for each in distinct):
            return merge(distinct)
    return None


def _primitives(types: list[Type]) -> Type | None:
    return STRING if STRING in types else None


def _objects(types: list[Type]) -> Type | None:
    fields = [dict(each.fields) for each in types if isinstance(each, ObjectType)]
    names = fields[0].keys()
    if any(each.keys() != names for each in fields):
        element = unify([field.type for each in fields for field in each.values()])
        return None if element is None else Collection("map", element)
    found = {name: unify([each[name].type for each in fields]) for name in names}
    kept = tuple((name, Field(each, False, None)) for name, each in found.items() if each is not None)
    return ObjectType(kept) if len(kept) == len(found) else None


def _tuples(types: list[Type]) -> Type | None:
    items = [each.items for each in types if isinstance(each, TupleType)]
    if len({len(each) for each in items}) > 1:
        element = unify([item for each in items for item in each])
        return None if element is None else Collection("list", element)
    found = tuple(unify(each) for each in zip(*items, strict=True))
    kept = tuple(each for each in found if each is not None)
    return TupleType(kept) if len(kept) == len(found) else None


def _sequences(types: list[Type]) -> Type | None:
    element = unify([item for each in types for item in _elements(each)])
    kinds = [each.kind for each in types if isinstance(each, Collection)]
    return None if element is None else Collection("list" if "list" in kinds else "set", element)


def _maps(types: list[Type]) -> Type | None:
    element = unify([item for each in types for item in _elements(each)])
    return None if element is None or not _mapped(types) else Collection("map", element)


def _mapped(types: list[Type]) -> bool:
    return all(isinstance(each, ObjectType) or (isinstance(each, Collection) and each.kind == "map") for each in types)


def _elements(kind: Type) -> Sequence[Type]:
    match kind:
        case Collection():
            return (kind.element,)
        case TupleType():
            return kind.items
        case ObjectType():
            return [field.type for _, field in kind.fields]
    return ()


def _collections(types: list[Type]) -> Type | None:
    maps = [isinstance(each, Collection) and each.kind == "map" for each in types]
    if any(maps):
        return _maps(types)
    return None if any(isinstance(each, ObjectType) for each in types) else _sequences(types)


_MERGES: tuple[tuple[tuple[type, ...], Callable[[list[Type]], Type | None]], ...] = (
    ((Primitive,), _primitives),
    ((ObjectType,), _objects),
    ((TupleType,), _tuples),
    ((Collection, TupleType, ObjectType), _collections),
)


def holds_more_than_text(value: Value) -> bool:
    """Whether there is a number or bool in it, which another value's type could make a string."""
    if isinstance(value, (RepeatedList, RepeatedObject, OpenObject)):
        return False
    return isinstance(value, (NumberValue, BoolValue)) or any(map(holds_more_than_text, contents(value)))
