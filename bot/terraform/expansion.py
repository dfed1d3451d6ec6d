"""count and for_each: which instances a block has, as far as that is known."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.diagnostics import Trail
from bot.document import Symbol
from bot.terraform.call import FunctionFault
from bot.terraform.choice import choose
from bot.terraform.convert import string_trail, to_number, type_name
from bot.terraform.iteration import entry_key, iterations, key_value
from bot.terraform.module import Declared
from bot.terraform.partial import RepeatedList, RepeatedObject
from bot.terraform.trails import alternatives, elements, entries, joined, string
from bot.terraform.value import (
    Alternative,
    Choice,
    ListValue,
    NumberValue,
    ObjectValue,
    StringValue,
    SymbolicKey,
    Unknown,
    Value,
)

Key = int | str | None
"""An instance key; None for a block without count and for_each."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One instance to be: its key, what `each` or `count` is in it, and why it exists.

    `key_value` is each.key or count.index. `guards` are the undecided conditions its existence depends on.
    """

    key: Key
    key_value: Value | None = None
    value: Value | None = None
    existence: Trail = ()
    guards: tuple[str, ...] = ()
    repeated: bool = False

    @property
    def suffix(self) -> str:
        """The key as addresses have it."""
        if self.key is None:
            return "[*]" if self.repeated else ""
        if isinstance(self.key, SymbolicKey):
            return f"[{_quoted(self.key.replace('[', '(').replace(']', ')'))}]"
        return f"[{self.key}]" if isinstance(self.key, int) else f"[{_quoted(self.key)}]"


@functools.lru_cache(maxsize=4096)
def _quoted(key: str) -> str:
    return json.dumps(key, ensure_ascii=False)


SINGLE = (Instance(None),)


def counted(count: Value) -> tuple[Instance, ...]:
    """The instances of `count`. Raises FunctionFault for what is no number."""
    return _union(count, _counted)


def _counted(count: Value) -> tuple[Instance, ...]:
    number = to_number(count)
    trail = count.trail
    if isinstance(number, Unknown):
        return (Instance(None, Unknown(Symbol(f"{number.symbol.name}[*]", number.symbol.reason), trail), None, trail),)
    if not isinstance(number, NumberValue) or not isinstance(number.value, int) or number.value < 0:
        raise FunctionFault("invalid-argument", "count must be a whole number")
    if number.value > MAX_COUNT:
        raise FunctionFault("over-budget", f"count is over {MAX_COUNT}")
    return tuple(Instance(index, NumberValue(index, trail), None, trail) for index in range(number.value))


MAX_COUNT = 10_000


def for_each(collection: Value) -> tuple[Instance, ...]:
    """The instances of `for_each`. Raises FunctionFault for what is no map or set."""
    return _union(collection, _for_each)


def _for_each(collection: Value) -> tuple[Instance, ...]:
    pairs: Sequence[tuple[str | None, Value, Value]]
    match collection:
        case ObjectValue():
            pairs = [(name, key_value(name, item), item) for name, item in entries(collection)]
        case ListValue():
            pairs = [(_element_key(item), item, item) for item in elements(collection)]
        case Unknown():
            ((key, item),) = iterations(collection)
            return (Instance(None, key, item, collection.trail),)
        case _:
            raise FunctionFault("wrong-type", f"for_each needs a map or a set, not a {type_name(collection)}")
    unbounded = isinstance(collection, RepeatedList | RepeatedObject)
    alone = sum(isinstance(name, SymbolicKey) for name, _, _ in pairs) == 1
    return tuple(_instance(*each, unbounded=unbounded, alone=alone) for each in pairs)


def _element_key(item: Value) -> str | None:
    """The key that a set's element makes; None for one that is undecided or makes none."""
    return entry_key(item) if isinstance(item, StringValue | Unknown) else None


def _instance(name: str | None, key: Value, item: Value, *, unbounded: bool, alone: bool) -> Instance:
    """One instance; the only one whose key is not known needs none to be told from the others."""
    unknown = isinstance(name, SymbolicKey)
    if unknown and alone and (unbounded or not isinstance(key, StringValue)):
        name = None
    return Instance(name, key, item, _written(item), repeated=unknown and unbounded)


def _written(item: Value) -> Trail:
    return string_trail(item) if isinstance(item, StringValue) else item.trail


def _union(value: Value, expand: Callable[[Value], tuple[Instance, ...]]) -> tuple[Instance, ...]:
    """The instances under every alternative of `value`, guarded where not all have them."""
    ways = list(_ways(value, ()))
    found: dict[tuple[Key, bool], list[tuple[tuple[str, ...], Instance]]] = {}
    for guards, chosen in ways:
        for instance in expand(chosen):
            repeated = instance.repeated or instance.key is None
            found.setdefault((instance.key, repeated), []).append((guards, instance))
    return tuple(_merged(key, repeated, cases, len(ways)) for (key, repeated), cases in found.items())


def _ways(value: Value, guards: tuple[str, ...]) -> list[tuple[tuple[str, ...], Value]]:
    if not isinstance(value, Choice):
        return [(guards, value)]
    return [way for each in alternatives(value) for way in _ways(each.value, (*guards, each.guard))]


def _merged(key: Key, repeated: bool, cases: list[tuple[tuple[str, ...], Instance]], ways: int) -> Instance:
    first_guards, first = cases[0]
    existence: Trail = ()
    for _, instance in cases:
        existence = joined(existence, instance.existence)
    guards: tuple[str, ...] = ()
    if len(cases) < ways:
        guards = first_guards if len(cases) == 1 else (" or ".join(" and ".join(each) for each, _ in cases),)
    value = first.value
    if value is not None and len(cases) > 1:
        value = choose(tuple(Alternative(" and ".join(g), i.value or value) for g, i in cases))
    return Instance(key, first.key_value or string(str(key)), value, existence, guards, repeated)


def collected(found: Sequence[tuple[Instance, Value]], declared: Declared) -> Value:
    """Instances' values as `count` or `for_each` collects them."""
    if "count" not in declared.arguments and "for_each" not in declared.arguments:
        return found[0][1]
    unbounded = any(instance.repeated for instance, _ in found)
    if "count" in declared.arguments:
        return (RepeatedList if unbounded else ListValue)(tuple(value for _, value in found))
    members = tuple(sorted((_entry_key(instance), value) for instance, value in found))
    return RepeatedObject(members) if unbounded else ObjectValue(members)


def _entry_key(instance: Instance) -> str:
    """An instance's key as that of an object; one that stands for many has a key with the symbol of all."""
    if instance.key is None and instance.key_value is not None:
        return entry_key(instance.key_value)
    return str(instance.key)
