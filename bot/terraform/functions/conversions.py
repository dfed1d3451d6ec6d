"""Terraform's type conversion functions for primitives, and those that only mark values."""

from __future__ import annotations

from collections.abc import Callable

from bot.terraform.call import Call, Function
from bot.terraform.convert import to_bool, to_number, to_string
from bot.terraform.functions.arguments import arity
from bot.terraform.value import NullValue, Value


def converting(convert: Callable[[Value], Value]) -> Function:
    """A function that converts its one argument."""

    def run(arguments: tuple[Value, ...], call: Call) -> Value:
        arity(call, arguments, 1)
        return convert(arguments[0])

    return run


def unchanged(value: Value) -> Value:
    """The value itself: sensitivity does not matter to a review."""
    return value


FUNCTIONS: dict[str, Function] = {
    "ephemeralasnull": converting(lambda value: NullValue(value.trail)),
    "nonsensitive": converting(unchanged),
    "sensitive": converting(unchanged),
    "tobool": converting(to_bool),
    "tonumber": converting(to_number),
    "tostring": converting(to_string),
}
