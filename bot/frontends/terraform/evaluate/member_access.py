"""Takes members and elements out of values: `a.b` and `a[b]`."""

from __future__ import annotations

from bot.evaluated.call import FunctionFault
from bot.evaluated.derived import derived
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.document import Symbol
from bot.evaluated.partial import ElementsOf, LeftOut, NoneOf, OneOf, OpenObject, Outputs, RepeatedList, RepeatedObject
from bot.evaluated.symbol_names import shortened, shown
from bot.evaluated.trails import entries, entry, joined, string, with_trail
from bot.evaluated.value import (
    Alternative,
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
from bot.frontends.terraform.evaluate.choice import choose, spread
from bot.frontends.terraform.evaluate.conditions import equality_guard
from bot.frontends.terraform.evaluate.convert import MAX_ALTERNATIVES, equal, to_number, to_string, type_name
from bot.frontends.terraform.evaluate.merged_maps import of_merged
from bot.frontends.terraform.evaluate.one_of import attribute, is_plain_map, one_of
from bot.late_pattern import late_pattern


def member(target: Value, name: str) -> Value:
    """`target.name`. Raises FunctionFault if there is no such attribute."""
    return spread((target,), lambda values: _member(values[0], name))


def _member(target: Value, name: str) -> Value:
    match target:
        case RepeatedObject() | LeftOut() if (made := _made(target, string(name))) is not None:
            return made
        case OpenObject():
            return with_trail(target.attribute(name), target.trail)
        case ObjectValue():
            if (found := entry(target, name)) is not None:
                return found
            if isinstance(target, RepeatedObject):
                whole = shortened(f"{shown(target)}.{name}")
                symbol = derived(whole, "the map's keys are not known", target, relation=f".{name}")
                return Unknown(symbol, target.trail)
            raise FunctionFault(DiagnosticKind.MISSING_ATTRIBUTE, f"there is no attribute {name!r}", target.trail)
        case Outputs() if (known := target.known(name)) is not None:
            return with_trail(known, target.trail)
        case Unknown():
            return _of_unknown(target, name)
        case StringValue() if target.known is None:
            return Unknown(derived(f"{shown(target)}.{name}", "", target, relation=f".{name}"), target.trail)
    raise FunctionFault(DiagnosticKind.MISSING_ATTRIBUTE, f"a {type_name(target)} has no attribute {name!r}")


def _of_unknown(target: Unknown, name: str) -> Value:
    if (shorter := of_merged(target, name)) is not None:
        return with_trail(member(shorter, name), target.trail)
    symbol = derived(f"{target.symbol.name}.{name}", target.symbol.reason, target, relation=f".{name}")
    found = Unknown(symbol, target.trail)
    return attribute(target, name, found) if isinstance(target, OneOf) else found


def _made(target: RepeatedObject | LeftOut, key: Value) -> Value | None:
    """The entry of a known key, where an expression makes each of its own."""
    if target.at is None or not isinstance(key, StringValue) or key.known is None:
        return None
    made = target.at(key.known)
    return None if made is None else with_trail(made, target.trail)


def indexed(target: Value, key: Value) -> Value:
    """`target[key]`. Raises FunctionFault if there is no such element."""
    return spread((target, key), lambda values: _indexed(*values))


def _indexed(target: Value, key: Value) -> Value:
    match target:
        case ElementsOf():
            return Unknown(_element(shown(target), target.whole.reason, target, key), target.trail)
        case RepeatedList(items=(_,)):
            return with_trail(target.items[0], target.trail)
        case RepeatedList():
            symbol = _element(shown(target), "the list's length is not known", target, key)
            return Unknown(symbol, joined(target.trail, key.trail))
        case ListValue(is_set=False):
            return _item(target, to_number(key))
        case OpenObject() if isinstance(key, StringValue) and key.known is not None:
            return member(target, key.known)
        case RepeatedObject() | LeftOut() if (made := _made(target, key)) is not None:
            return with_trail(made, key.trail)
        case RepeatedObject():
            return _repeated_entry(target, to_string(key))
        case ObjectValue():
            return _entry(target, to_string(key))
        case Unknown():
            return _of_unknown_at(target, key)
    raise FunctionFault(DiagnosticKind.WRONG_TYPE, f"a {type_name(target)} has no elements to index")


def _of_unknown_at(target: Unknown, key: Value) -> Value:
    if (output := _output(target, key)) is not None:
        return with_trail(_of_unknown(target, output), key.trail)
    whole = Unknown(_element(target.symbol.name, target.symbol.reason, target, key), target.trail)
    known = key.known if isinstance(key, StringValue) else None
    return attribute(target, known, whole) if known is not None and isinstance(target, OneOf) else whole


def _output(target: Unknown, key: Value) -> str | None:
    """The output of another root that it is: `outputs["role"]` and `outputs.role` are one; None if it is none."""
    known = key.known if isinstance(key, StringValue) and target.symbol.name.endswith(".outputs") else None
    return known if known is not None and _IDENTIFIER.fullmatch(known) else None


_IDENTIFIER = late_pattern(r"[A-Za-z_][\w-]*")


def _element(name: str, reason: str, target: Value, key: Value) -> Symbol:
    """The symbol of the element of `target`, called `name`, at a key one of which is not known."""
    return derived(shortened(f"{name}[{shown(key)}]"), reason, target, key, relation="[]")


def _item(target: ListValue, key: Value) -> Value:
    if isinstance(key, NumberValue):
        if not isinstance(key.value, int) or not 0 <= key.value < len(target.items):
            reason = f"index {key.value} of a list of {len(target.items)}"
            raise FunctionFault(DiagnosticKind.OUT_OF_RANGE, reason, target.trail)
        return with_trail(with_trail(target.items[key.value], target.trail), key.trail)
    pairs: list[tuple[Value, Value]] = [(NumberValue(index), item) for index, item in enumerate(target.items)]
    return _any_of(target, key, pairs)


def _entry(target: ObjectValue, key: Value) -> Value:
    if isinstance(key, StringValue) and (key.known is not None or entry(target, key_of(key)) is not None):
        found = entry(target, key_of(key))
        if found is None:
            reason = f"there is no element {key_of(key)!r}"
            raise FunctionFault(DiagnosticKind.MISSING_ATTRIBUTE, reason, target.trail)
        trail = key.trail
        for part in key.parts:
            trail = joined(trail, part.trail)
        return with_trail(found, trail)
    return _any_of(target, key, _keyed(target))


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
    return _any_of(target, key, _keyed(target))


def _keyed(target: ObjectValue) -> list[tuple[Value, Value]]:
    return [(text_of_key(name), item) for name, item in entries(target)]


def text_of_key(name: str) -> StringValue:
    """What an object's key says."""
    return StringValue(tuple(map(Part, name.parts if isinstance(name, SymbolicKey) else (name,))))


def _any_of(target: Value, key: Value, pairs: list[tuple[Value, Value]]) -> Value:
    """The element at an unknown key: one of those there are, if they are few."""
    if not isinstance(key, (Unknown, StringValue)):
        raise FunctionFault(DiagnosticKind.INVALID_ARGUMENT, "the index is null")
    trail, pairs = joined(target.trail, key.trail), _possible(pairs, key)
    if 0 < len(pairs) <= MAX_ALTERNATIVES:
        chosen = tuple(Alternative(equality_guard(each, key), item) for each, item in pairs)
        return with_trail(choose(chosen), trail)
    whole = Unknown(_element(shown(target), _why(key), target, key), trail)
    if not isinstance(target, ObjectValue):
        return whole
    named = tuple((str(name), item) for name, item in entries(target) if equal(text_of_key(name), key) is not False)
    return one_of(named, f"[{shown(key)}]", whole, key if is_plain_map(target) else None)


def _possible(pairs: list[tuple[Value, Value]], key: Value) -> list[tuple[Value, Value]]:
    """Those entries that may be at the key: none that it is known not to be."""
    return [one for one in pairs if equal(one[0], key) is not False] if isinstance(key, NoneOf) else pairs


def _why(key: Value) -> str:
    return key.symbol.reason if isinstance(key, Unknown) else "the key is not known"


def has_key(table: ObjectValue, key: Unknown | StringValue) -> Unknown | None:
    """Whether a table has an entry at a key that is not known; None if it is known, or keys of the table are not."""
    names = [name for name, _ in entries(table)]
    if any(isinstance(name, SymbolicKey) for name in names) or (isinstance(key, StringValue) and key.known is not None):
        return None
    keys = ListValue(tuple(map(text_of_key, names)))
    symbol = derived(shortened(f"contains({shown(keys)}, {shown(key)})"), _why(key), keys, key, relation="contains")
    return Unknown(symbol, key.trail)


def looked_up(target: ObjectValue, key: Value, otherwise: Value | None) -> Value | None:
    """The entry at an unknown key, `otherwise` where no entry has it; None if keys of the map are not known."""
    pairs = entries(target)
    if any(isinstance(name, SymbolicKey) for name, _ in pairs):
        return None
    if otherwise is None:
        return _any_of(target, key, _keyed(target))
    if len(pairs) >= MAX_ALTERNATIVES:
        name = shortened(f"lookup({shown(target)}, {shown(key)}, {shown(otherwise)})")
        symbol = derived(name, _why(key), target, key, otherwise, relation="lookup")
        whole = Unknown(symbol, joined(target.trail, key.trail))
        return one_of((*pairs, ("else", otherwise)), f"[{shown(key)}]", whole)
    result = otherwise
    for each, item in reversed(_possible(_keyed(target), key)):
        holds = equality_guard(each, key)
        result = choose((Alternative(holds, item), Alternative(holds.turned(False), result)))
    return with_trail(result, joined(target.trail, key.trail))
