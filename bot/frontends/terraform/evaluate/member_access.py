"""Takes members and elements out of values: `a.b` and `a[b]`."""

from __future__ import annotations

from bot.evaluated.call import FunctionFault
from bot.evaluated.document import Symbol
from bot.evaluated.partial import ElementsOf, OneOf, OpenObject, Outputs, RepeatedList, RepeatedObject
from bot.evaluated.symbol_names import shortened, shown
from bot.evaluated.trails import entries, entry, joined, with_trail
from bot.evaluated.value import (
    Alternative,
    ListValue,
    NumberValue,
    ObjectValue,
    StringValue,
    SymbolicKey,
    Unknown,
    Value,
    key_of,
)
from bot.frontends.terraform.evaluate.choice import choose, guards, spread
from bot.frontends.terraform.evaluate.convert import MAX_ALTERNATIVES, to_number, to_string, type_name
from bot.frontends.terraform.evaluate.one_of import attribute, one_of


def member(target: Value, name: str) -> Value:
    """`target.name`. Raises FunctionFault if there is no such attribute."""
    return spread((target,), lambda values: _member(values[0], name))


def _member(target: Value, name: str) -> Value:
    match target:
        case OpenObject():
            return with_trail(target.attribute(name), target.trail)
        case ObjectValue():
            if (found := entry(target, name)) is not None:
                return found
            if isinstance(target, RepeatedObject):
                name = shortened(f"{shown(target)}.{name}")
                return Unknown(Symbol(name, "the map's keys are not known"), target.trail)
            raise FunctionFault("missing-attribute", f"there is no attribute {name!r}")
        case Outputs() if (known := target.known(name)) is not None:
            return with_trail(known, target.trail)
        case Unknown():
            found = Unknown(Symbol(f"{target.symbol.name}.{name}", target.symbol.reason), target.trail)
            return attribute(target, name, found) if isinstance(target, OneOf) else found
        case StringValue() if target.known is None:
            return Unknown(Symbol(f"{shown(target)}.{name}", ""), target.trail)
    raise FunctionFault("missing-attribute", f"a {type_name(target)} has no attribute {name!r}")


def indexed(target: Value, key: Value) -> Value:
    """`target[key]`. Raises FunctionFault if there is no such element."""
    return spread((target, key), lambda values: _indexed(*values))


def _indexed(target: Value, key: Value) -> Value:
    match target:
        case ElementsOf():
            return Unknown(Symbol(shortened(f"{shown(target)}[{shown(key)}]"), target.whole.reason), target.trail)
        case RepeatedList(items=(_,)):
            return with_trail(target.items[0], target.trail)
        case RepeatedList():
            name = shortened(f"{shown(target)}[{shown(key)}]")
            return Unknown(Symbol(name, "the list's length is not known"), joined(target.trail, key.trail))
        case ListValue(is_set=False):
            return _item(target, to_number(key))
        case OpenObject() if isinstance(key, StringValue) and key.known is not None:
            return member(target, key.known)
        case RepeatedObject():
            return _repeated_entry(target, to_string(key))
        case ObjectValue():
            return _entry(target, to_string(key))
        case Unknown():
            name = shortened(f"{target.symbol.name}[{shown(key)}]")
            whole = Unknown(Symbol(name, target.symbol.reason), target.trail)
            known = key.known if isinstance(key, StringValue) else None
            return attribute(target, known, whole) if known is not None and isinstance(target, OneOf) else whole
    raise FunctionFault("wrong-type", f"a {type_name(target)} has no elements to index")


def _item(target: ListValue, key: Value) -> Value:
    if isinstance(key, NumberValue):
        if not isinstance(key.value, int) or not 0 <= key.value < len(target.items):
            raise FunctionFault("out-of-range", f"index {key.value} of a list of {len(target.items)}")
        return with_trail(with_trail(target.items[key.value], target.trail), key.trail)
    pairs = [(str(index), item) for index, item in enumerate(target.items)]
    return _any_of(target, key, pairs)


def _entry(target: ObjectValue, key: Value) -> Value:
    if isinstance(key, StringValue) and (key.known is not None or entry(target, key_of(key)) is not None):
        found = entry(target, key_of(key))
        if found is None:
            raise FunctionFault("missing-attribute", f"there is no element {key_of(key)!r}")
        trail = key.trail
        for part in key.parts:
            trail = joined(trail, part.trail)
        return with_trail(found, trail)
    return _any_of(target, key, [(f'"{name}"', item) for name, item in entries(target)])


def _repeated_entry(target: RepeatedObject, key: Value) -> Value:
    """The entry of just this key, known or not; else the one that stands for all whose keys are not known."""
    name = SymbolicKey.of((key.symbol,)) if isinstance(key, Unknown) else ""
    name = key_of(key) if isinstance(key, StringValue) else name
    pairs = dict(target.entries)
    unknown = [key for key in pairs if isinstance(key, SymbolicKey)]
    if name not in pairs and len(unknown) == 1 and (len(pairs) == 1 or (isinstance(key, StringValue) and key.known)):
        name = unknown[0]
    if name in pairs:
        return with_trail(with_trail(pairs[name], target.trail), key.trail)
    return _any_of(target, key, [(f'"{name}"', item) for name, item in entries(target)])


def _any_of(target: Value, key: Value, pairs: list[tuple[str, Value]]) -> Value:
    """The element at an unknown key: one of those there are, if they are few."""
    if not isinstance(key, (Unknown, StringValue)):
        raise FunctionFault("invalid-argument", "the index is null")
    trail = joined(target.trail, key.trail)
    if 0 < len(pairs) <= MAX_ALTERNATIVES:
        name = shown(key)
        chosen = tuple(Alternative(_equality(shown_key, name), item) for shown_key, item in pairs)
        return with_trail(choose(chosen), trail)
    whole = Unknown(Symbol(shortened(f"{shown(target)}[{shown(key)}]"), _why(key)), trail)
    candidates = tuple((label.strip('"'), item) for label, item in pairs)
    return one_of(candidates, f"[{shown(key)}]", whole) if isinstance(target, ObjectValue) else whole


def _why(key: Value) -> str:
    return key.symbol.reason if isinstance(key, Unknown) else "the key is not known"


def looked_up(target: ObjectValue, key: Value, otherwise: Value | None) -> Value | None:
    """The entry at an unknown key, `otherwise` where no entry has it; None if keys of the map are not known."""
    pairs = entries(target)
    if any(isinstance(name, SymbolicKey) for name, _ in pairs):
        return None
    if otherwise is None:
        return _any_of(target, key, [(f'"{name}"', item) for name, item in pairs])
    if len(pairs) >= MAX_ALTERNATIVES:
        name = shortened(f"lookup({shown(target)}, {shown(key)}, {shown(otherwise)})")
        whole = Unknown(Symbol(name, _why(key)), joined(target.trail, key.trail))
        return one_of((*pairs, ("else", otherwise)), f"[{shown(key)}]", whole)
    result = otherwise
    for name, item in reversed(pairs):
        holds, fails = guards(_equality(f'"{name}"', shown(key)))
        result = choose((Alternative(holds, item), Alternative(fails, result)))
    return with_trail(result, joined(target.trail, key.trail))


def _equality(left: str, right: str) -> str:
    """The guard that an `==` condition on the same operands has."""
    return " == ".join(sorted((left, right)))
