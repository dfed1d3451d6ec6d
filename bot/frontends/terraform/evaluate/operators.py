"""Terraform's unary and binary operators on evaluated operands."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from bot.evaluated.call import FunctionFault
from bot.evaluated.derived import EQUAL, NOT, derived, negated
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.partial import OneOf
from bot.evaluated.symbol_names import shortened, shown
from bot.evaluated.trails import joined
from bot.evaluated.value import BoolValue, NullValue, NumberValue, StringValue, Unknown, Value
from bot.frontends.terraform.evaluate.choice import spread
from bot.frontends.terraform.evaluate.convert import equal, to_bool, to_number
from bot.frontends.terraform.evaluate.one_of import answered
from bot.frontends.terraform.functions.budget import bounded_number
from bot.late_pattern import late_pattern


def unary(sign: str, operand: Value) -> Value:
    """`-a` or `!a`. Raises FunctionFault for what is no number or bool."""
    return spread((operand,), lambda values: _unary(sign, values[0]))


def _unary(sign: str, operand: Value) -> Value:
    value = to_bool(operand) if sign == "!" else to_number(operand)
    match value:
        case BoolValue():
            return BoolValue(not value.value, value.trail)
        case NumberValue():
            return NumberValue(-value.value, value.trail)
        case Unknown():
            inner = negated(value.symbol) if sign == NOT else None
            name = f"{sign}({value.symbol.name})"
            return Unknown(inner or derived(name, value.symbol.reason, value, relation=sign), value.trail)
    raise FunctionFault(DiagnosticKind.INVALID_ARGUMENT, f"{sign} of null")


def binary(sign: str, left: Value, right: Value) -> Value:
    """`left sign right`. Raises FunctionFault for operands of wrong types."""
    return spread((left, right), lambda values: _binary(sign, *values))


def _binary(sign: str, left: Value, right: Value) -> Value:
    trail = joined(left.trail, right.trail)
    if sign in ("==", "!="):
        answer = False if _is_set(left, right) or _is_set(right, left) else equal(left, right)
        if answer is not None:
            return BoolValue(answer is (sign == "=="), trail)
        if (by_key := _by_key(left, right) or _by_key(right, left)) is not None:
            return by_key if sign == EQUAL else _unary(NOT, by_key)
        first, second = sorted((shown(left), shown(right)))
        name, reason = f"{first} == {second}", _reason(left, right)
        same = Unknown(derived(shortened(name), reason, left, right, relation=EQUAL), trail)
        return same if sign == EQUAL else Unknown(derived(shortened(f"!({name})"), reason, same, relation=NOT), trail)
    if sign in ("&&", "||"):
        return _logical(sign, to_bool(left), to_bool(right))
    a, b = to_number(left), to_number(right)
    if isinstance(a, NumberValue) and isinstance(b, NumberValue):
        result = _computed(sign, a.value, b.value)
        return BoolValue(result, trail) if isinstance(result, bool) else NumberValue(bounded_number(result), trail)
    if isinstance(a, NullValue) or isinstance(b, NullValue):
        raise FunctionFault(DiagnosticKind.INVALID_ARGUMENT, f"an operand of {sign} is null")
    name = shortened(f"{shown(a)} {sign} {shown(b)}")
    return Unknown(derived(name, _reason(left, right), a, b, relation=sign), trail)


def _by_key(value: Value, other: Value) -> Value | None:
    """Whether they are equal, where one of several values is compared and its key decides that."""
    return answered(value, lambda each: equal(each, other)) if isinstance(value, OneOf) else None


def _is_set(value: Value, nothing: Value) -> bool:
    """Whether one is null or empty, and the other what every resource of AWS has once it is there."""
    if not isinstance(nothing, NullValue) and not (isinstance(nothing, StringValue) and nothing.known == ""):
        return False
    if not isinstance(value, Unknown) or value.symbol.derivation is not None:  # an attribute of what somebody hands in
        return False
    return _ALWAYS.search(value.symbol.name) is not None


_ALWAYS = late_pattern(r"(\A|\.)aws_[a-z0-9_]+\.[A-Za-z0-9_-]+(\[[^\]]*\])?\.(arn|id|key_id|unique_id)\Z")
"""Attributes of a resource or data source that are neither null nor empty."""


def _logical(sign: str, left: Value, right: Value) -> Value:
    if isinstance(left, NullValue) or isinstance(right, NullValue):
        raise FunctionFault(DiagnosticKind.INVALID_ARGUMENT, f"an operand of {sign} is null")
    deciding = sign == "||"
    for value in (left, right):
        if isinstance(value, BoolValue) and value.value is deciding:
            return BoolValue(deciding, value.trail)
    trail = joined(left.trail, right.trail)
    open_operands = [value for value in (left, right) if not isinstance(value, BoolValue)]
    if not open_operands:
        return BoolValue(not deciding, trail)
    if len(open_operands) == 1:
        only = open_operands[0]
        return Unknown(only.symbol, trail) if isinstance(only, Unknown) else only
    name = f" {sign} ".join(map(shown, open_operands))
    return Unknown(derived(shortened(name), _reason(left, right), *open_operands, relation=sign), trail)


def _reason(left: Value, right: Value) -> str:
    reasons = (value.symbol.reason for value in (left, right) if isinstance(value, Unknown))
    return "; ".join(filter(None, dict.fromkeys(reasons)))


def _computed(sign: str, a: int | float, b: int | float) -> bool | int | float:
    try:
        return _OPERATIONS[sign](a, b)
    except (ArithmeticError, ValueError):  # what binary floats cannot hold, and the remainder of what they overflow to
        raise FunctionFault(DiagnosticKind.OVER_BUDGET, f"the operands of {sign} are too large") from None


def _divided(a: int | float, b: int | float) -> int | float:
    if b == 0:
        raise FunctionFault(DiagnosticKind.INVALID_ARGUMENT, "division by zero")
    if isinstance(a, int) and isinstance(b, int) and a % b == 0:
        return a // b
    return a / b


def _remainder(a: int | float, b: int | float) -> int | float:
    if b == 0:
        raise FunctionFault(DiagnosticKind.INVALID_ARGUMENT, "division by zero")
    if isinstance(a, int) and isinstance(b, int):
        return abs(a) % abs(b) * (1 if a >= 0 else -1)
    return math.fmod(a, b)


def _product(a: int | float, b: int | float) -> int | float:
    if isinstance(a, int) and isinstance(b, int) and a.bit_length() + b.bit_length() > 2048:
        raise FunctionFault(DiagnosticKind.OVER_BUDGET, "the product is too large")
    return a * b


def _exact(operation: Callable[[Any, Any], Any], a: int | float, b: int | float) -> int | float:
    """Sums of fractions in decimals, as Terraform's numbers are no binary floats of 64 bits."""
    if isinstance(a, int) and isinstance(b, int):
        return int(operation(a, b))
    return float(operation(Decimal(repr(a)), Decimal(repr(b))))


_OPERATIONS: dict[str, Callable[[int | float, int | float], bool | int | float]] = {
    "+": lambda a, b: _exact(operator.add, a, b),
    "-": lambda a, b: _exact(operator.sub, a, b),
    "*": _product,
    "/": _divided,
    "%": _remainder,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}
