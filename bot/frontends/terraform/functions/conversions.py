"""Terraform's type conversion functions for primitives, and those that only mark values."""

from __future__ import annotations

from collections.abc import Callable

from bot.evaluated.call import Call, Function
from bot.evaluated.value import NullValue, Value
from bot.frontends.terraform.evaluate.convert import to_bool, to_number, to_string
from bot.frontends.terraform.functions.arguments import arity, unknown_result


def converting(convert: Callable[[Value], Value]) -> Function:
    """A function that converts its one argument."""

    def run(arguments: tuple[Value, ...], call: Call) -> Value:
        arity(call, arguments, 1)
        return convert(arguments[0])

    return run


def unchanged(value: Value) -> Value:
    """The value itself: sensitivity does not matter to a review."""
    return value


def issensitive(arguments: tuple[Value, ...], call: Call) -> Value:
    """Which values are sensitive is not kept track of."""
    arity(call, arguments, 1)
    return unknown_result(call, arguments)


FUNCTIONS: dict[str, Function] = {
    "ephemeralasnull": converting(lambda value: NullValue(value.trail)),
    "issensitive": issensitive,
    "nonsensitive": converting(unchanged),
    "sensitive": converting(unchanged),
    "tobool": converting(to_bool),
    "tonumber": converting(to_number),
    "tostring": converting(to_string),
}
