"""Terraform's functions on maps and objects; every value keeps its own trail."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter

from bot.evaluated.call import Call, Function
from bot.evaluated.partial import RepeatedList, RepeatedObject
from bot.evaluated.trails import is_known, standing_in, string, trail_of
from bot.evaluated.value import (
    Alternative,
    ListValue,
    NullValue,
    ObjectValue,
    StringValue,
    SymbolicKey,
    Unknown,
    Value,
    key_of,
    known_text,
)
from bot.frontends.terraform.evaluate.choice import choose
from bot.frontends.terraform.evaluate.conditions import equality_guard
from bot.frontends.terraform.evaluate.conversion import to_map
from bot.frontends.terraform.evaluate.convert import equal, string_parts, to_string
from bot.frontends.terraform.evaluate.member_access import indexed, looked_up, text_of_key
from bot.frontends.terraform.functions.arguments import (
    arity,
    invalid,
    items,
    mapping,
    some_of,
    strict,
    text,
    unknown_result,
)


def sorted_object(entries: dict[str, Value]) -> ObjectValue:
    """An object with its keys in Terraform's order."""
    return ObjectValue(tuple(sorted(entries.items(), key=itemgetter(0))))


def merge(arguments: tuple[Value, ...], call: Call) -> Value:
    """Maps into one, later ones winning; null arguments are ignored."""
    merged: dict[str, Value] = {}
    for value in arguments:
        if isinstance(value, Unknown | RepeatedList):
            return unknown_result(call, arguments)
        if not isinstance(value, NullValue):
            later = dict(mapping(value, call))
            if not isinstance(value, RepeatedObject):
                merged.update(_perhaps_replaced(merged, later))
            merged.update(later)
    return sorted_object(merged)


def _perhaps_replaced(there: dict[str, Value], later: dict[str, Value]) -> Iterator[tuple[str, Value]]:
    """The entries of which a later map's key may be the key, as only a run knows what that is: either is possible."""
    keys = [(text_of_key(key), value) for key, value in later.items() if isinstance(key, SymbolicKey)]
    for name, value in there.items() if len(keys) <= _MOST_KEYS else ():
        for key, other in keys:
            if equal(text_of_key(name), key) is None:
                holds = equality_guard(text_of_key(name), key)
                value = choose((Alternative(holds, other), Alternative(holds.turned(False), value)))
        yield name, value


_MOST_KEYS = 2
"""Each key that is not known doubles what an entry may be."""


def lookup(arguments: tuple[Value, ...], call: Call) -> Value:
    """The value at a key, or the default."""
    arity(call, arguments, 2, 3)
    if isinstance(arguments[0], Unknown):
        return indexed(*arguments) if len(arguments) == 2 else unknown_result(call, arguments)
    if not is_known(arguments[1]):
        return _at_unknown_key(arguments, call)
    found = dict(mapping(arguments[0], call)).get(text(arguments[1], call))
    if found is not None:
        return found
    if len(arguments) == 3:
        return standing_in(arguments[2], arguments[0].trail)
    raise invalid(call, f'finds no key "{text(arguments[1], call)}"')


def _at_unknown_key(arguments: tuple[Value, ...], call: Call) -> Value:
    target, key, *default = arguments
    found = None
    if isinstance(target, ObjectValue) and not isinstance(target, RepeatedObject):
        found = looked_up(target, key, default[0] if default else None)
    return unknown_result(call, arguments) if found is None else found


def keys(arguments: tuple[Value, ...], call: Call) -> Value:
    """The keys, sorted."""
    arity(call, arguments, 1)
    if isinstance(arguments[0], Unknown):
        return unknown_result(call, arguments)
    if isinstance(arguments[0], RepeatedList):
        return RepeatedList((some_of(unknown_result(call, arguments)),), arguments[0].trail)
    given = mapping(arguments[0], call)
    return ListValue(tuple(string(name, trail_of(value)) for name, value in given), arguments[0].trail)


def values(arguments: tuple[Value, ...], call: Call) -> Value:
    """The values, in the order of their keys; instances of an unknown for_each are such a list already."""
    arity(call, arguments, 1)
    if isinstance(arguments[0], Unknown):
        return unknown_result(call, arguments)
    if isinstance(arguments[0], RepeatedList):
        return arguments[0]
    return ListValue(tuple(value for _, value in mapping(arguments[0], call)))


def zipmap(arguments: tuple[Value, ...], call: Call) -> Value:
    """An object from a list of keys and a list of values."""
    arity(call, arguments, 2)
    if isinstance(arguments[0], Unknown) or isinstance(arguments[1], Unknown):
        return unknown_result(call, arguments)
    names, given = [_key(name, call) for name in items(arguments[0], call)], items(arguments[1], call)
    if len(names) != len(given):
        raise invalid(call, f"takes as many values as keys, not {len(given)} for {len(names)}")
    return sorted_object(dict(zip(names, given, strict=True)))


def _key(value: Value, call: Call) -> str:
    """A key, with symbols in it if it has some."""
    converted = to_string(value)
    if isinstance(converted, StringValue | Unknown):
        return key_of(StringValue(string_parts(converted)))
    raise invalid(call, "does not take null or an undecided value as key")


def map_(arguments: tuple[Value, ...], call: Call) -> Value:
    """The old way to write an object: keys and values in turn."""
    if len(arguments) % 2:
        raise invalid(call, "takes keys and values in turn")
    names = [_key(name, call) for name in arguments[::2]]
    return sorted_object(dict(zip(names, arguments[1::2], strict=True)))


def list_(arguments: tuple[Value, ...], call: Call) -> Value:
    """The old way to write a list."""
    return ListValue(arguments)


def transpose(arguments: tuple[Value, ...], call: Call) -> Value:
    """A map of lists of strings turned around: from each string to the keys that had it."""
    arity(call, arguments, 1)
    turned: dict[str, list[Value]] = {}
    for name, value in mapping(arguments[0], call):
        for item in items(value, call):
            if isinstance(item, NullValue):
                raise invalid(call, "does not take null")
            turned.setdefault(text(item, call), []).append(string(name, trail_of(item)))
    ordered = {name: sorted(given, key=lambda one: known_text(one) or "") for name, given in turned.items()}
    return sorted_object({name: ListValue(tuple(given)) for name, given in ordered.items()})


def tomap(arguments: tuple[Value, ...], call: Call) -> Value:
    """A map, values of one type."""
    arity(call, arguments, 1)
    return to_map(arguments[0])


FUNCTIONS: dict[str, Function] = {
    "keys": keys,
    "list": list_,
    "lookup": lookup,
    "map": map_,
    "merge": merge,
    "tomap": tomap,
    "transpose": strict(transpose),
    "values": values,
    "zipmap": zipmap,
}
