"""Goes over collections, and evaluates for-expressions."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

from bot.document import Symbol
from bot.terraform.call import FunctionFault
from bot.terraform.choice import choose, guards, leaf_count, spread
from bot.terraform.convert import MAX_ALTERNATIVES, to_bool, to_string
from bot.terraform.partial import RepeatedList, repeated
from bot.terraform.scope import Scope
from bot.terraform.syntax import Expression, ForObject, ForTuple
from bot.terraform.trails import elements, entries, with_trail
from bot.terraform.value import (
    Alternative,
    BoolValue,
    ListValue,
    NumberValue,
    ObjectValue,
    Part,
    StringValue,
    SymbolicKey,
    Unknown,
    Value,
    key_of,
)

Evaluate = Callable[[Expression, Scope], Value]


def decide(condition: Value, then: Callable[[], Value], otherwise: Callable[[], Value]) -> Value:
    """`then` or `otherwise` as the condition says; both as a Choice if it is not known. Raises FunctionFault."""

    def pick(values: tuple[Value, ...]) -> Value:
        value = to_bool(values[0])
        if isinstance(value, BoolValue):
            return with_trail(then() if value.value else otherwise(), value.trail)
        if isinstance(value, Unknown):
            holds, fails = guards(value.symbol.name)
            result = choose((Alternative(holds, then()), Alternative(fails, otherwise())))
            if leaf_count(result) <= MAX_ALTERNATIVES:
                return with_trail(result, value.trail)
            return Unknown(Symbol(value.symbol.name + " ? ...", "too many combinations"), value.trail)
        raise FunctionFault("invalid-argument", "the condition is null")

    return spread((condition,), pick)


def entry_key(value: Value) -> str:
    """A value as an object's key. Raises FunctionFault for null and collections."""
    text = to_string(value)
    if isinstance(text, StringValue):
        return key_of(text)
    if isinstance(text, Unknown):
        return SymbolicKey.of((text.symbol,))
    raise FunctionFault("wrong-type", "an object's key is null")


def iterations(collection: Value) -> Iterator[tuple[Value, Value]]:
    """Key and value of each element. Raises FunctionFault for what cannot be iterated."""
    match collection:
        case RepeatedList():
            for item in elements(collection):
                yield Unknown(Symbol("index", "the list's length is not known"), item.trail), item
        case ListValue(is_set=True):
            for item in elements(collection):
                yield item, item
        case ListValue():
            for index, item in enumerate(elements(collection)):
                yield NumberValue(index), item
        case ObjectValue():
            for name, item in entries(collection):
                yield key_value(name, item), item
        case Unknown():
            item = Unknown(Symbol(f"{collection.symbol.name}[*]", collection.symbol.reason), collection.trail)
            key = Unknown(Symbol(f"keys({collection.symbol.name})[*]", collection.symbol.reason), collection.trail)
            yield key, item
        case _:
            raise FunctionFault("wrong-type", "a for expression needs a list, set, map or object")


def key_value(name: str, item: Value) -> StringValue:
    """An entry's key as a value; it is written where its value begins."""
    if isinstance(name, SymbolicKey):
        return StringValue(tuple(Part(part) for part in name.parts), item.trail)
    return StringValue((Part(name),) if name else (), item.trail)


def _scopes(
    node: ForTuple | ForObject, collection: Value, scope: Scope, evaluate: Evaluate
) -> Iterator[tuple[Scope, Value]]:
    """The scope of each iteration and whether its condition holds: known, or a value."""
    for key, item in iterations(collection):
        names = {node.name: item} if node.key is None else {node.key: key, node.name: item}
        inner = scope.bind(**names)
        condition = BoolValue(True) if node.condition is None else to_bool(evaluate(node.condition, inner))
        yield inner, condition


def for_tuple(node: ForTuple, scope: Scope, evaluate: Evaluate) -> Value:
    """`[for ... : value]`. Raises FunctionFault."""
    return spread((evaluate(node.collection, scope),), lambda values: _tuple_of(node, values[0], scope, evaluate))


def _tuple_of(node: ForTuple, collection: Value, scope: Scope, evaluate: Evaluate) -> Value:
    one: list[Value] = []
    for inner, condition in _scopes(node, collection, scope, evaluate):
        if isinstance(condition, BoolValue):
            if condition.value:
                one.append(ListValue((with_trail(evaluate(node.value, inner), condition.trail),)))
        else:
            value = evaluate(node.value, inner)
            one.append(decide(condition, functools.partial(ListValue, (value,)), functools.partial(ListValue, ())))
    kind = repeated if isinstance(collection, (Unknown, RepeatedList)) else ListValue
    trail = collection.trail

    def build(values: tuple[Value, ...]) -> Value:
        return kind(tuple(item for value in values if isinstance(value, ListValue) for item in value.items), trail)

    return spread(tuple(one), build)


def for_object(node: ForObject, scope: Scope, evaluate: Evaluate) -> Value:
    """`{for ... : key => value}`. Raises FunctionFault."""
    return spread((evaluate(node.collection, scope),), lambda values: _object_of(node, values[0], scope, evaluate))


def _object_of(node: ForObject, collection: Value, scope: Scope, evaluate: Evaluate) -> Value:
    if isinstance(collection, (Unknown, RepeatedList)):
        raise FunctionFault("unresolved-collection", "what the for expression goes over is not known")
    pairs: list[tuple[str, Value]] = []
    for inner, condition in _scopes(node, collection, scope, evaluate):
        if not isinstance(condition, BoolValue):
            raise FunctionFault("unresolved-condition", "the condition of the for expression is not known")
        if condition.value:
            key = entry_key(evaluate(node.entry_key, inner))
            pairs.append((key, with_trail(evaluate(node.value, inner), condition.trail)))
    members: dict[str, Any] = {}
    for key, value in pairs:
        if node.grouped:
            members.setdefault(key, []).append(value)
        elif key in members:
            raise FunctionFault("invalid-argument", f"two entries have the key {key!r}")
        else:
            members[key] = value
    if node.grouped:
        members = {key: ListValue(tuple(values)) for key, values in members.items()}
    return ObjectValue(tuple(sorted(members.items())), collection.trail)
