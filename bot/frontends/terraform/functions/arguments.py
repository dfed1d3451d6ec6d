"""Reads a function's arguments as Terraform converts them, and builds results that keep their trail."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from bot.evaluated.call import Call, Function, FunctionFault
from bot.evaluated.derived import derived
from bot.evaluated.diagnostic import Trail
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.number_text import format_number
from bot.evaluated.symbol_names import call_name
from bot.evaluated.trails import elements, entries, is_known, string, symbols, trail_of
from bot.evaluated.value import (
    BoolValue,
    ListValue,
    NullValue,
    NumberValue,
    ObjectValue,
    Unknown,
    Value,
    known_text,
)
from bot.frontends.terraform.evaluate.convert import to_bool, to_number, to_string, type_name
from bot.frontends.terraform.functions.budget import bounded, bounded_number, fits

MAX_REASON = 240
"""A reason that lists more symbols is cut off."""

T = TypeVar("T")
Reader = Callable[[Value, Call], T]


def unknown_result(call: Call, arguments: Iterable[Value]) -> Unknown:
    """The result of a call on arguments not known enough.

    Named by what the arguments are, not by how the call is written: the same text means something
    else in each instance, and the same call may be written in two ways.
    """
    given = tuple(arguments)
    unknown = dict.fromkeys(symbol.name for value in given for symbol in symbols(value))
    reason = f"{call.name} needs {', '.join(unknown)}" if unknown else f"{call.name} cannot be evaluated"
    symbol = derived(call_name(call.name, given), reason[:MAX_REASON], *given, relation=call.name)
    return Unknown(symbol, trail_of(*given))


def arity(call: Call, arguments: tuple[Value, ...], least: int, most: int | None = None) -> None:
    """Raise FunctionFault unless there are between `least` and `most` arguments (`most` None: exactly `least`)."""
    highest = least if most is None else most
    if not least <= len(arguments) <= highest:
        wanted = str(least) if least == highest else f"{least} to {highest}"
        raise invalid(call, f"takes {wanted} arguments, not {len(arguments)}")


def at_least(call: Call, arguments: tuple[Value, ...], least: int) -> None:
    """Raise FunctionFault if there are fewer than `least` arguments."""
    if len(arguments) < least:
        raise invalid(call, f"takes at least {least} arguments, not {len(arguments)}")


def invalid(call: Call, reason: str) -> FunctionFault:
    """The fault of a call that Terraform refuses."""
    return FunctionFault(DiagnosticKind.INVALID_ARGUMENT, f"{call.name} {reason}")


def wrong_type(call: Call, wanted: str, value: Value) -> FunctionFault:
    """The fault of an argument of the wrong type."""
    return FunctionFault(DiagnosticKind.WRONG_TYPE, f"{call.name} takes {wanted}, not a {type_name(value)}")


def text(value: Value, call: Call) -> str:
    """A known string argument; numbers and bools are converted."""
    converted = to_string(not_null(value, call))
    known = known_text(converted)
    if known is None:
        raise wrong_type(call, "a known string", value)
    return known


def number(value: Value, call: Call) -> int | float:
    """A known number argument; strings that spell one are converted."""
    converted = to_number(not_null(value, call))
    if not isinstance(converted, NumberValue):
        raise wrong_type(call, "a known number", value)
    return converted.value


def whole(value: Value, call: Call) -> int:
    """A known whole number argument."""
    found = number(value, call)
    if not isinstance(found, int):
        raise invalid(call, f"takes a whole number, not {format_number(found)}")
    return found


def boolean(value: Value, call: Call) -> bool:
    """A known bool argument; "true" and "false" are converted."""
    converted = to_bool(not_null(value, call))
    if not isinstance(converted, BoolValue):
        raise wrong_type(call, "a known bool", value)
    return converted.value


def some_of(value: Unknown) -> Unknown:
    """What stands for each element of a collection that is not known."""
    return Unknown(derived(f"{value.symbol.name}[*]", value.symbol.reason, value, relation="[*]"), value.trail)


def items(value: Value, call: Call) -> tuple[Value, ...]:
    """A list, set or tuple argument's elements, each with the container's trail."""
    if isinstance(not_null(value, call), ListValue) and isinstance(value, ListValue):
        return elements(value)
    raise wrong_type(call, "a list, set or tuple", value)


def mapping(value: Value, call: Call) -> tuple[tuple[str, Value], ...]:
    """A map or object argument's entries, each with the container's trail."""
    if isinstance(not_null(value, call), ObjectValue) and isinstance(value, ObjectValue):
        return entries(value)
    raise wrong_type(call, "a map or object", value)


def not_null(value: Value, call: Call) -> Value:
    """The argument, if it is not null."""
    if isinstance(value, NullValue):
        raise invalid(call, "does not take null")
    return value


def strict(function: Function) -> Function:
    """The function, unknown as soon as anything inside an argument is."""

    def run(arguments: tuple[Value, ...], call: Call) -> Value:
        if not all(map(is_known, arguments)):
            return unknown_result(call, arguments)
        return function(arguments, call)

    return run


def plain(
    function: Callable[..., object], *readers: Reader[object], optional: int = 0, rest: Reader[object] | None = None
) -> Function:
    """A function on plain Python values; a ValueError it raises is Terraform's refusal.

    `optional` counts the readers at the end that may go without argument; `rest` reads what comes after.
    """

    def run(arguments: tuple[Value, ...], call: Call) -> Value:
        least = len(readers) - optional
        if rest is None:
            arity(call, arguments, least, len(readers))
        else:
            at_least(call, arguments, least)
        given = [read(value, call) for read, value in zip(readers, arguments, strict=False)]
        if rest is not None:
            given += [rest(value, call) for value in arguments[len(readers) :]]
        try:
            result = function(*given)
        except (ValueError, OverflowError, ZeroDivisionError) as refusal:
            raise invalid(call, f"refuses: {refusal}") from None
        return value_of(result, trail_of(*arguments))

    return strict(run)


def value_of(result: object, trail: Trail = ()) -> Value:
    """A plain Python value as a Terraform value; lists are lists, dicts objects, None is null."""
    match result:
        case None:
            return NullValue(trail)
        case bool():
            return BoolValue(result, trail)
        case int() | float():
            return NumberValue(bounded_number(result), trail)
        case str():
            fits(len(result))
            return string(result, trail)
        case list() | tuple():
            return ListValue(tuple(value_of(item, trail) for item in bounded(result)), trail)
        case dict():
            names = sorted(result, key=lambda name: str(name).encode("utf-8", "surrogatepass"))
            return ObjectValue(tuple((str(name), value_of(result[name], trail)) for name in names), trail)
    raise TypeError(f"not a plain value: {type(result).__name__}")
