"""Terraform's numeric functions."""

from __future__ import annotations

import math
from fractions import Fraction

from bot.evaluated.call import Call, Function, FunctionFault
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.value import StringValue, Value
from bot.frontends.terraform.functions.arguments import number, plain, text, whole, wrong_type

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _parseint(content: str, base: int) -> int:
    if len(content) > 1_000:
        raise FunctionFault(DiagnosticKind.OVER_BUDGET, "the number given to parseint is too long")
    if not 2 <= base <= 62:
        raise ValueError("the base is between 2 and 62")
    digits = content.removeprefix("-") if content.startswith("-") else content.removeprefix("+")
    if base <= 36:
        digits = digits.lower()
    total = 0
    for digit in digits:
        value = _DIGITS.find(digit)
        if not 0 <= value < base:
            raise ValueError(f"{content} is not a number in base {base}")
        total = total * base + value
    if not digits:
        raise ValueError(f"{content!r} is not a number in base {base}")
    return -total if content.startswith("-") else total


def written_text(value: Value, call: Call) -> str:
    """A string argument that is not converted from a number."""
    if not isinstance(value, StringValue):
        raise wrong_type(call, "a string", value)
    return text(value, call)


def _pow(base: int | float, exponent: int | float) -> float:
    if abs(exponent) > 10_000:
        raise FunctionFault(DiagnosticKind.OVER_BUDGET, "the exponent given to pow is too large")
    return math.pow(base, exponent)


def _log(value: int | float, base: int | float) -> float:
    return math.log(value) / math.log(base)


def _signum(value: int | float) -> int:
    return (value > 0) - (value < 0)


def _smallest(*numbers: int | float) -> int | float:
    return min(numbers, key=Fraction)


def _largest(*numbers: int | float) -> int | float:
    return max(numbers, key=Fraction)


FUNCTIONS: dict[str, Function] = {
    "abs": plain(abs, number),
    "ceil": plain(math.ceil, number),
    "floor": plain(math.floor, number),
    "log": plain(_log, number, number),
    "max": plain(_largest, number, rest=number),
    "min": plain(_smallest, number, rest=number),
    "parseint": plain(_parseint, written_text, whole),
    "pow": plain(_pow, number, number),
    "signum": plain(_signum, whole),
}
