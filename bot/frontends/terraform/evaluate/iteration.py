"""Goes over collections, and evaluates for-expressions."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator

from bot.evaluated.call import FunctionFault
from bot.evaluated.derived import derived
from bot.evaluated.diagnostic import Trail
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.guard import Guard
from bot.evaluated.partial import LeftOut, OneOf, RepeatedList, RepeatedObject, repeated
from bot.evaluated.symbol_names import shown
from bot.evaluated.trails import elements, entries, string, string_trail, with_trail
from bot.evaluated.value import (
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
from bot.frontends.terraform.evaluate.choice import assume, choose, leaf_count, spread, too_many
from bot.frontends.terraform.evaluate.conditions import guards
from bot.frontends.terraform.evaluate.convert import MAX_ALTERNATIVES, to_bool, to_string
from bot.frontends.terraform.evaluate.member_access import member
from bot.frontends.terraform.evaluate.one_of import iterated
from bot.frontends.terraform.evaluate.scope import Scope
from bot.frontends.terraform.syntax.nodes import Expression, ForObject, ForTuple, Name
from bot.frontends.terraform.syntax.source_files import Source

Evaluate = Callable[[Expression, Scope], Value]


Branch = Callable[[frozenset[Guard]], Value]
"""What to evaluate, told the guards that hold there."""


def decide(condition: Value, assumed: frozenset[Guard], then: Branch, otherwise: Branch) -> Value:
    """`then` or `otherwise` as the condition says or is assumed; both as a Choice if it is not known.

    Raises FunctionFault.
    """

    def pick(undecided: Value, given: frozenset[Guard]) -> Value:
        value = to_bool(undecided)
        if isinstance(value, BoolValue):
            return with_trail(then(given) if value.value else otherwise(given), value.trail)
        if isinstance(value, Unknown):
            holds, fails = guards(value.symbol, value.trail)
            if holds in assumed or fails in assumed:
                return then(given) if holds in assumed else otherwise(given)
            ways = (Alternative(holds, then(given | {holds})), Alternative(fails, otherwise(given | {fails})))
            result = choose(ways)
            if leaf_count(result) <= MAX_ALTERNATIVES:
                return with_trail(result, value.trail)
            branches = tuple(way.value for way in ways)
            name = f"{value.symbol.name} ? {shown(branches[0])} : {shown(branches[1])}"
            return too_many(name, value, *branches)
        raise FunctionFault(DiagnosticKind.INVALID_ARGUMENT, "the condition is null")

    return assume(condition, pick)


def entry_key(value: Value) -> str:
    """A value as an object's key. Raises FunctionFault for null and collections."""
    text = to_string(value)
    if isinstance(text, StringValue):
        return key_of(text)
    if isinstance(text, Unknown):
        return SymbolicKey.of((text.symbol,))
    raise FunctionFault(DiagnosticKind.WRONG_TYPE, "an object's key is null")


def iterations(collection: Value) -> Iterator[tuple[Value, Value]]:
    """Key and value of each element. Raises FunctionFault for what cannot be iterated."""
    match collection:
        case RepeatedList():
            place = derived("index", "the list's length is not known", collection, relation="index")
            for item in elements(collection):
                yield Unknown(place, item.trail), item
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
            name, reason = collection.symbol.name, collection.symbol.reason
            item = Unknown(derived(f"{name}[*]", reason, collection, relation="[*]"), collection.trail)
            key = Unknown(derived(f"keys({name})[*]", reason, collection, relation="keys[*]"), collection.trail)
            yield iterated(collection, key, item) if isinstance(collection, OneOf) else (key, item)
        case _:
            raise FunctionFault(DiagnosticKind.WRONG_TYPE, "a for expression needs a list, set, map or object")


def key_value(name: str, item: Value) -> StringValue:
    """An entry's key as a value; it is written where its value begins."""
    trail = string_trail(item) if isinstance(item, StringValue) else item.trail
    if isinstance(name, SymbolicKey):
        return StringValue(tuple(Part(part) for part in name.parts), trail)
    return StringValue((Part(name),) if name else (), trail)


def _scopes(
    node: ForTuple | ForObject, collection: Value, scope: Scope, evaluate: Evaluate
) -> Iterator[tuple[Scope, Value]]:
    """The scope of each iteration and whether its condition holds: known, or a value."""
    goes = False
    for key, item in iterations(collection):
        names = {node.name: item} if node.key is None else {node.key: key, node.name: item}
        inner = scope.bind(**names)
        condition = BoolValue(True) if node.condition is None else to_bool(evaluate(node.condition, inner))
        if node.condition is None or not isinstance(condition, BoolValue) or condition.value:
            goes = True
        else:
            scope.module.run.leave(inner, (node.collection, node.condition), node.condition, condition)
        yield inner, condition
    _note(node, collection, scope, goes=goes)


def _note(node: ForTuple | ForObject, collection: Value, scope: Scope, *, goes: bool) -> None:
    made = (node.value,) if isinstance(node, ForTuple) else (node.entry_key, node.value)
    if goes:
        scope.module.run.take(made, scope)
    else:
        scope.module.run.leave(scope, made, node.condition or node.collection, collection)


def for_tuple(node: ForTuple, scope: Scope, evaluate: Evaluate) -> Value:
    """`[for ... : value]`. Raises FunctionFault."""
    collection = evaluate(node.collection, scope)
    return assume(collection, lambda value, given: _tuple_of(node, value, scope.assuming(given), evaluate))


def _tuple_of(node: ForTuple, collection: Value, scope: Scope, evaluate: Evaluate) -> Value:
    def one(given: frozenset[Guard], inner: Scope) -> Value:
        return ListValue((evaluate(node.value, inner.assuming(given)),))

    found = [
        decide(condition, inner.assumed, functools.partial(one, inner=inner), lambda _: ListValue(()))
        for inner, condition in _scopes(node, collection, scope, evaluate)
    ]
    kind = repeated if isinstance(collection, (Unknown, RepeatedList, RepeatedObject)) else ListValue
    trail = collection.trail

    def build(values: tuple[Value, ...]) -> Value:
        return kind(tuple(item for value in values if isinstance(value, ListValue) for item in elements(value)), trail)

    return spread(tuple(found), build)


def for_object(node: ForObject, scope: Scope, evaluate: Evaluate) -> Value:
    """`{for ... : key => value}`. Raises FunctionFault."""
    collection = evaluate(node.collection, scope)
    return assume(collection, lambda value, given: _object_of(node, value, scope.assuming(given), evaluate))


def _object_of(node: ForObject, collection: Value, scope: Scope, evaluate: Evaluate) -> Value:
    def one(given: frozenset[Guard], inner: Scope) -> Value:
        here = inner.assuming(given)
        return assume(evaluate(node.entry_key, here), functools.partial(entry, here=here))

    def entry(key: Value, given: frozenset[Guard], here: Scope) -> Value:
        value = with_trail(evaluate(node.value, here.assuming(given)), _said_of(key, node, scope.source))
        return ObjectValue(((entry_key(key), value),))

    found = [
        decide(condition, inner.assumed, functools.partial(one, inner=inner), lambda _: ObjectValue(()))
        for inner, condition in _scopes(node, collection, scope, evaluate)
    ]
    unbounded = isinstance(collection, (Unknown, RepeatedList, RepeatedObject))
    keyed = isinstance(collection, (Unknown, RepeatedObject)) and _keeps_keys(node)
    at = functools.partial(_at, node, collection, scope, evaluate) if keyed else None

    def build(values: tuple[Value, ...]) -> Value:
        pairs = [pair for value in values if isinstance(value, ObjectValue) for pair in entries(value)]
        members = tuple(sorted((_grouped(pairs) if node.grouped else _distinct(pairs)).items()))
        if not unbounded:
            return ObjectValue(members, collection.trail)
        return (RepeatedObject if members else LeftOut)(members, collection.trail, at)

    return spread(tuple(found), build)


def _said_of(key: Value, node: ForObject, source: Source) -> Trail:
    """Where the key of an entry is written, if not in the loop itself: without that there is no such entry."""
    parts = key.parts if isinstance(key, StringValue) else ()
    first = dict.fromkeys(part.trail[0] for part in parts if part.trail)
    loop = source.span(node)
    within = range(loop.line, loop.end_line + 1)
    return tuple(step for step in first if step.span.file != loop.file or step.span.line not in within)


def _keeps_keys(node: ForObject) -> bool:
    """Whether each entry has the key of the element that it is made of."""
    return not node.grouped and isinstance(node.entry_key, Name) and node.entry_key.name == node.key


def _at(node: ForObject, collection: Value, scope: Scope, evaluate: Evaluate, key: str) -> Value | None:
    """The entry that the expression makes of one element; see `AtKey`."""
    names = {node.name: member(collection, key), str(node.key): string(key)}
    inner = scope.bind(**names)
    holds = BoolValue(True) if node.condition is None else to_bool(evaluate(node.condition, inner))
    if not isinstance(holds, BoolValue):
        return None
    if not holds.value:
        raise FunctionFault(DiagnosticKind.MISSING_ATTRIBUTE, f"there is no attribute {key!r}")
    return evaluate(node.value, inner)


def _grouped(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    members: dict[str, list[Value]] = {}
    for key, value in pairs:
        members.setdefault(key, []).append(value)
    return {key: ListValue(tuple(values)) for key, values in members.items()}


def _distinct(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [key for key, _ in pairs]
        twice = next(key for key in names if names.count(key) > 1)
        raise FunctionFault(DiagnosticKind.INVALID_ARGUMENT, f"two entries have the key {twice!r}")
    return members
