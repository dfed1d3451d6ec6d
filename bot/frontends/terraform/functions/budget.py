"""Bounds on what a function is given and makes, so that a few lines of configuration cannot ask for gigabytes."""

from __future__ import annotations

from collections.abc import Sized
from typing import TypeVar

from bot.evaluated import value_size
from bot.evaluated.call import Call, Function, FunctionFault
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.value import Part, Value

MAX_ITEMS = 20_000
"""No function makes a collection with more elements."""

MAX_TEXT = 4_000_000
"""No function makes a string with more characters."""

MAX_PARTS = 50_000
"""No function makes a string of more parts."""

VALUES_A_STEP = 4
"""To look at so many values and parts of strings counts as one step of evaluation."""

MAX_BITS = 4_096
"""No number is larger than 2 to this power."""

S = TypeVar("S", bound=Sized)


def bounded(collection: S) -> S:
    """The collection, unless it has too many elements."""
    if len(collection) > MAX_ITEMS:
        raise FunctionFault(DiagnosticKind.OVER_BUDGET, f"a collection of {len(collection)} elements is too large")
    return collection


def fits(characters: int) -> None:
    """Raise FunctionFault if a string would have too many characters."""
    if characters > MAX_TEXT:
        raise FunctionFault(DiagnosticKind.OVER_BUDGET, f"a string of {characters} characters is too long")


def bounded_parts(parts: list[Part]) -> list[Part]:
    """The parts of a string, unless they are too many or too long."""
    if len(parts) > MAX_PARTS:
        raise FunctionFault(DiagnosticKind.OVER_BUDGET, f"a string put together from {len(parts)} pieces is too long")
    fits(sum(len(part.content) if isinstance(part.content, str) else 1 for part in parts))
    return parts


def bounded_number(value: int | float) -> int | float:
    """The number, whole ones as int, unless it is too large to be written."""
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise FunctionFault(DiagnosticKind.OVER_BUDGET, f"{value} is not a number that can be written")
        return int(value) if value.is_integer() else value
    if value.bit_length() > MAX_BITS:
        raise FunctionFault(DiagnosticKind.OVER_BUDGET, "the number is too large")
    return value


def weighed(function: Function) -> Function:
    """The function, refusing arguments with too much inside and charged for what there is."""

    def run(arguments: tuple[Value, ...], call: Call) -> Value:
        call.spend(value_size.weighed(arguments, f"what {call.name} is given") // VALUES_A_STEP)
        return function(arguments, call)

    return run


def counted(function: Function) -> Function:
    """The function, charged for the elements of its arguments."""

    def run(arguments: tuple[Value, ...], call: Call) -> Value:
        call.spend(sum(len(value_size.contents(each)) for each in arguments) // VALUES_A_STEP)
        return function(arguments, call)

    return run
