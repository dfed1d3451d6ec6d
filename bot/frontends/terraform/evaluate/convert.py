"""Terraform's type conversions and equality, on values that may be partly unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.evaluated.call import FunctionFault
from bot.evaluated.derived import derived
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.document import Symbol
from bot.evaluated.number_text import format_number
from bot.evaluated.partial import NoneOf
from bot.evaluated.trails import parts, string_trail
from bot.evaluated.value import (
    Alternative,
    BoolValue,
    Choice,
    ListValue,
    NullValue,
    NumberValue,
    ObjectValue,
    Part,
    StringValue,
    Unknown,
    Value,
)
from bot.evaluated.value_size import weighed

MAX_ALTERNATIVES = 8
"""A choice never has more alternatives."""


def type_name(value: Value) -> str:
    """What kind of value it is, in Terraform's words."""
    match value:
        case StringValue():
            return "string"
        case NumberValue():
            return "number"
        case BoolValue():
            return "bool"
        case NullValue():
            return "null"
        case ListValue():
            return "set" if value.is_set else "list"
        case ObjectValue():
            return "object"
        case Unknown():
            return "unknown value"
    return "undecided value"


def parse_number(text: str) -> int | float | None:
    """The number `text` spells, whole ones as int; None if it spells none."""
    try:
        return int(text) if text.strip() == text and "_" not in text else None
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        return None
    if text.strip() != text or "_" in text or number != number or number in (float("inf"), float("-inf")):
        return None
    return int(number) if number.is_integer() else number


def over_choice(value: Choice, convert: Callable[[Value], Value]) -> Choice:
    """The choice with each alternative converted."""
    return Choice(tuple(Alternative(each.guard, convert(each.value)) for each in value.alternatives), value.trail)


def to_string(value: Value) -> Value:
    """As a string: StringValue, NullValue, Unknown or Choice of these. Raises FunctionFault for collections."""
    match value:
        case StringValue() | NullValue() | Unknown():
            return value
        case NumberValue():
            return StringValue((Part(format_number(value.value)),), value.trail)
        case BoolValue():
            return StringValue((Part("true" if value.value else "false"),), value.trail)
        case Choice():
            return over_choice(value, to_string)
    raise FunctionFault(DiagnosticKind.WRONG_TYPE, f"a string is required, not a {type_name(value)}")


def string_parts(value: Value) -> tuple[Part, ...]:
    """The parts of `value` as a string, trails pushed down, an Unknown being one symbol part.

    Raises FunctionFault for null, collections and choices.
    """
    match value:
        case StringValue():
            return parts(value)
        case NumberValue():
            return (Part(format_number(value.value), value.trail),)
        case BoolValue():
            return (Part("true" if value.value else "false", value.trail),)
        case Unknown():
            return (Part(value.symbol, value.trail),)
    raise FunctionFault(DiagnosticKind.WRONG_TYPE, f"a string is required, not a {type_name(value)}")


def to_number(value: Value) -> Value:
    """As a number: NumberValue, NullValue, Unknown or Choice of these. Raises FunctionFault."""
    match value:
        case NumberValue() | NullValue() | Unknown():
            return value
        case StringValue():
            if (text := value.known) is None:
                return unknown_string(value)
            if (number := parse_number(text)) is not None:
                return NumberValue(number, string_trail(value))
            raise FunctionFault(DiagnosticKind.WRONG_TYPE, f'"{text}" is not a number')
        case Choice():
            return over_choice(value, to_number)
    raise FunctionFault(DiagnosticKind.WRONG_TYPE, f"a number is required, not a {type_name(value)}")


def to_bool(value: Value) -> Value:
    """As a bool: BoolValue, NullValue, Unknown or Choice of these. Raises FunctionFault."""
    match value:
        case BoolValue() | NullValue() | Unknown():
            return value
        case StringValue():
            if (text := value.known) is None:
                return unknown_string(value)
            if text in ("true", "false"):
                return BoolValue(text == "true", string_trail(value))
            raise FunctionFault(DiagnosticKind.WRONG_TYPE, f'"{text}" is not a bool')
        case Choice():
            return over_choice(value, to_bool)
    raise FunctionFault(DiagnosticKind.WRONG_TYPE, f"a bool is required, not a {type_name(value)}")


def unknown_string(value: StringValue) -> Unknown:
    """A partly unknown string as one Unknown, for uses that cannot keep its parts."""
    if len(value.parts) == 1 and isinstance(value.parts[0].content, Symbol):
        return Unknown(value.parts[0].content, string_trail(value))
    reasons = dict.fromkeys(part.content.reason for part in value.parts if isinstance(part.content, Symbol))
    name = "".join(str(part.content) for part in value.parts)
    return Unknown(derived(f'"{name}"', "; ".join(filter(None, reasons)), value, relation="text"), string_trail(value))


def in_set_order(items: Iterable[Value]) -> tuple[Value, ...]:
    """Distinct items in the order Terraform iterates a set: numbers by value, strings by their bytes."""
    distinct: dict[object, Value] = {}
    for item in items:
        distinct.setdefault(identity(item), item)
    return tuple(sorted(distinct.values(), key=_set_key))


def _set_key(value: Value) -> tuple[int, int | float, bytes]:
    match value:
        case BoolValue():
            return (0, value.value, b"")
        case NumberValue():
            return (1, value.value, b"")  # as it is: whole numbers can be larger than any float
        case StringValue():
            return (2, 0, "".join(str(part.content) for part in value.parts).encode("utf-8", "surrogatepass"))
    return (3, 0, repr(identity(value)).encode("utf-8", "surrogatepass"))


def identity(value: Value) -> object:
    """A hashable that is equal for equal values, however their strings are cut into parts.

    Raises FunctionFault for a value that holds too much.
    """
    if isinstance(value, (ListValue, ObjectValue, Choice)):
        weighed((value,), "a value that is compared")
    return _identity(value)


def _identity(value: Value) -> object:
    match value:
        case StringValue():
            return ("string", value.pieces)
        case NumberValue() | BoolValue():
            return (type_name(value), value.value)
        case NullValue():
            return ("null",)
        case ListValue():
            return ("list", tuple(_identity(item) for item in value.items))
        case ObjectValue():
            return ("object", tuple((name, _identity(item)) for name, item in value.entries))
        case Unknown():
            return ("string", (value.symbol,))
    return ("choice", tuple((each.guard, _identity(each.value)) for each in value.alternatives))


Pairs = dict[tuple[int, int], bool | None]
"""What is known of two values, by their ids: parts that are used over and over are compared once."""


def same(left: Value, right: Value) -> bool:
    """Whether two values have the same identity, found out at their first difference."""
    return _same(left, right, {})


def _same(left: Value, right: Value, known: Pairs) -> bool:
    if left is right:
        return True
    if not isinstance(left, _CONTAINERS) or not isinstance(right, _CONTAINERS):
        return not isinstance(left, _CONTAINERS) and not isinstance(right, _CONTAINERS) and _alike(left, right)
    key = (id(left), id(right))
    if (found := known.get(key)) is None:
        known[key] = found = _same_containers(left, right, known)
    return found


_CONTAINERS = (ListValue, ObjectValue, Choice)


def _alike(left: Value, right: Value) -> bool:
    return _identity(left) == _identity(right)


def _same_containers(left: Value, right: Value, known: Pairs) -> bool:
    match left, right:
        case ListValue(), ListValue():
            return left.items is right.items or (
                len(left.items) == len(right.items)
                and all(_same(a, b, known) for a, b in zip(left.items, right.items, strict=True))
            )
        case ObjectValue(), ObjectValue():
            if left.entries is right.entries:
                return True
            return len(left.entries) == len(right.entries) and all(
                a == b and _same(x, y, known) for (a, x), (b, y) in zip(left.entries, right.entries, strict=True)
            )
        case Choice(), Choice():
            pairs = zip(left.alternatives, right.alternatives, strict=False)
            return len(left.alternatives) == len(right.alternatives) and all(
                a.guard == b.guard and _same(a.value, b.value, known) for a, b in pairs
            )
    return False


def equal(left: Value, right: Value) -> bool | None:
    """Whether two values are equal in Terraform's sense; None if that depends on something unknown."""
    return _equal(left, right, {}, {})


def _equal(left: Value, right: Value, known: Pairs, alike: Pairs) -> bool | None:
    if _same(left, right, alike):
        return None if isinstance(left, Choice) else True
    if isinstance(left, (Unknown, Choice)) or isinstance(right, (Unknown, Choice)):
        return False if _is_none_of(left, right) or _is_none_of(right, left) else None
    if isinstance(left, StringValue) and isinstance(right, StringValue):
        return _equal_strings(left.pieces, right.pieces)
    key = (id(left), id(right))
    if key not in known:
        known[key] = _equal_containers(left, right, known, alike)
    return known[key]


def _is_none_of(value: Value, other: Value) -> bool:
    return isinstance(value, NoneOf) and isinstance(other, StringValue) and other.known in value.others


def _equal_containers(left: Value, right: Value, known: Pairs, alike: Pairs) -> bool | None:
    match left, right:
        case ListValue(), ListValue() if len(left.items) == len(right.items):
            pairs = zip(left.items, right.items, strict=True)
            return _all(_equal(a, b, known, alike) for a, b in pairs)
        case ObjectValue(), ObjectValue() if [name for name, _ in left.entries] == [name for name, _ in right.entries]:
            entries = zip(left.entries, right.entries, strict=True)
            return _all(_equal(a, b, known, alike) for (_, a), (_, b) in entries)
    return False


def _equal_strings(left: tuple[str | Symbol, ...], right: tuple[str | Symbol, ...]) -> bool | None:
    if all(isinstance(part, str) for part in (*left, *right)):
        return left == right
    first = (left[:1] or ("",))[0], (right[:1] or ("",))[0]
    last = (left[-1:] or ("",))[0], (right[-1:] or ("",))[0]
    if isinstance(first[0], str) and isinstance(first[1], str):
        size = min(len(first[0]), len(first[1]))
        if first[0][:size] != first[1][:size]:
            return False
    if isinstance(last[0], str) and isinstance(last[1], str):
        size = min(len(last[0]), len(last[1]))
        if size and last[0][-size:] != last[1][-size:]:
            return False
    return None


def _all(answers: Iterable[bool | None]) -> bool | None:
    undecided = False
    for answer in answers:
        if answer is False:
            return False
        undecided = undecided or answer is None
    return None if undecided else True
