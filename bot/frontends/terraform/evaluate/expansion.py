"""count and for_each: which instances a block has, as far as that is known."""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Callable, Sequence
from operator import itemgetter

from bot.evaluated.call import FunctionFault
from bot.evaluated.derived import derived
from bot.evaluated.diagnostic import Trail
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.guard import Guard, all_of, any_of
from bot.evaluated.partial import RepeatedList, RepeatedObject
from bot.evaluated.trails import alternatives, elements, entries, joined, string, string_trail
from bot.evaluated.value import (
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
from bot.frontends.terraform.evaluate.choice import choose, spread
from bot.frontends.terraform.evaluate.convert import to_number, type_name
from bot.frontends.terraform.evaluate.iteration import entry_key, iterations, key_value
from bot.frontends.terraform.modules.module import Declared
from bot.frozen import dataclass

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
    guards: tuple[Guard, ...] = ()
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
        each = derived(f"{number.symbol.name}[*]", number.symbol.reason, number, relation="[*]")
        return (Instance(None, Unknown(each, trail), None, trail),)
    if not isinstance(number, NumberValue) or not isinstance(number.value, int) or number.value < 0:
        raise FunctionFault(DiagnosticKind.INVALID_ARGUMENT, "count must be a whole number")
    if number.value > MAX_COUNT:
        raise FunctionFault(DiagnosticKind.OVER_BUDGET, f"count is over {MAX_COUNT}")
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
            raise FunctionFault(
                DiagnosticKind.WRONG_TYPE, f"for_each needs a map or a set, not a {type_name(collection)}"
            )
    unbounded = isinstance(collection, RepeatedList | RepeatedObject)
    alone = sum(isinstance(name, SymbolicKey) for name, _, _ in pairs) == 1
    return tuple(_instance(*each, unbounded=unbounded, alone=alone) for each in pairs)


def _element_key(item: Value) -> str:
    """The key that a set's element makes. Raises FunctionFault for what is no string."""
    if not isinstance(item, StringValue | Unknown):
        raise FunctionFault(DiagnosticKind.WRONG_TYPE, f"for_each takes a set of strings, not of {type_name(item)}s")
    return entry_key(item)


def _instance(name: str | None, key: Value, item: Value, *, unbounded: bool, alone: bool) -> Instance:
    """One instance; the only one whose key is not known needs none to be told from the others."""
    unknown = isinstance(name, SymbolicKey)
    if unknown and alone and (unbounded or not isinstance(key, StringValue)):
        name = None
    return Instance(name, key, item, _written(item), repeated=unknown and unbounded)


def _written(item: Value) -> Trail:
    return string_trail(item) if isinstance(item, StringValue) else item.trail


def _union(value: Value, expand: Callable[[Value], tuple[Instance, ...]]) -> tuple[Instance, ...]:
    """The instances under every alternative of `value`, guarded where not all have them.

    A key is there once in each alternative, as in Terraform, so the instances that have it are one instance.
    """
    ways = [(guards, expand(chosen)) for guards, chosen in _ways(value, ())]
    keys = {instance.key for _, instances in ways for instance in instances}
    found: dict[Key, list[tuple[tuple[Guard, ...], Instance]]] = {}
    for guards, instances in ways:
        for instance in instances:
            found.setdefault(_key_among(keys, instance), []).append((guards, instance))
    every = [frozenset(guards) for guards, _ in ways]
    return tuple(_merged(key, cases, every) for key, cases in found.items())


def _key_among(keys: set[Key], instance: Instance) -> Key:
    """The instance's key: one that needed none where it was alone has the key that it has in company."""
    if instance.key is not None or instance.key_value is None:
        return instance.key
    name = _entry_key(instance)
    return name if name in keys else None


def _ways(value: Value, guards: tuple[Guard, ...]) -> list[tuple[tuple[Guard, ...], Value]]:
    """The decided values that `value` can be; a list or set is decided element by element."""
    if isinstance(value, ListValue) and any(isinstance(item, Choice) for item in value.items):
        value = spread(elements(value), functools.partial(_with_items, value))
    if not isinstance(value, Choice):
        return [(guards, value)]
    return [way for each in alternatives(value) for way in _ways(each.value, (*guards, each.guard))]


def _with_items(listed: ListValue, items: tuple[Value, ...]) -> Value:
    return dataclasses.replace(listed, items=items, trail=())


def _merged(key: Key, cases: list[tuple[tuple[Guard, ...], Instance]], ways: list[frozenset[Guard]]) -> Instance:
    _, first = cases[0]
    repeated = key is None or any(instance.repeated for _, instance in cases)
    existence: Trail = ()
    for _, instance in cases:
        existence = joined(existence, instance.existence)
    guards = _needed([guards for guards, _ in cases], ways)
    value = first.value
    if value is not None and len(cases) > 1:
        value = choose(tuple(Alternative(all_of(g), i.value or value) for g, i in cases))
    return Instance(key, first.key_value or string(str(key)), value, existence, guards, repeated)


def _needed(cases: list[tuple[Guard, ...]], ways: list[frozenset[Guard]]) -> tuple[Guard, ...]:
    """The guards under which just these ways are taken."""
    shared = tuple(guard for guard in cases[0] if all(guard in guards for guards in cases))
    if len(set(cases)) == sum(way.issuperset(shared) for way in ways):
        return shared
    return (any_of(cases),)


def collected(found: Sequence[tuple[Instance, Value]], declared: Declared) -> Value:
    """Instances' values as `count` or `for_each` collects them."""
    if "count" not in declared.arguments and "for_each" not in declared.arguments:
        return found[0][1]
    unbounded = any(instance.repeated for instance, _ in found)
    if "count" in declared.arguments:
        return (RepeatedList if unbounded else ListValue)(tuple(value for _, value in found))
    members = tuple(sorted({_entry_key(instance): value for instance, value in found}.items(), key=itemgetter(0)))
    return RepeatedObject(members) if unbounded else ObjectValue(members)


def _entry_key(instance: Instance) -> str:
    """An instance's key as that of an object; one that stands for many has a key with the symbol of all."""
    if instance.key is None and instance.key_value is not None:
        return entry_key(instance.key_value)
    return str(instance.key)


def bindings(instance: Instance, declared: Declared) -> dict[str, Value]:
    """What `each` and `count` are in an instance."""
    if instance.key_value is None:
        return {}
    if "count" in declared.arguments:
        return {"count": ObjectValue((("index", instance.key_value),))}
    value = instance.value or instance.key_value
    return {"each": ObjectValue((("key", instance.key_value), ("value", value)))}
