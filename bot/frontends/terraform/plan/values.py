"""A plan's JSON as values: what is unknown or marked sensitive is a symbol."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.evaluated.diagnostic import Span, Step, StepKind, Trail
from bot.evaluated.document import Symbol
from bot.evaluated.trails import joined, string_trail
from bot.evaluated.value import (
    BoolValue,
    ListValue,
    NullValue,
    NumberValue,
    ObjectValue,
    Part,
    StringValue,
    Unknown,
    Value,
)

UNKNOWN = "it is known only after the plan is applied"
SENSITIVE = "the plan marks it as sensitive"


def place(address: str) -> Span:
    """Where something is that only a plan tells: the resource's address stands for the file."""
    return Span(address, 0, 0, 0, 0)


def trail_of(address: str, attribute: str) -> Trail:
    """Where an attribute's value comes from if only a plan tells it."""
    return (Step(place(address), f"{address}.{attribute}", StepKind.ADDRESS),)


def value_of(content: Any, unknown: Any, symbol: str, trail: Trail = ()) -> Value:
    """A value out of a plan. `unknown` is the mask beside it; `symbol` names what is not known."""
    if unknown is True:
        return Unknown(Symbol(symbol, UNKNOWN), trail)
    match content:
        case None:
            if isinstance(unknown, (dict, list)) and any_true(unknown):
                return value_of(type(unknown)(), unknown, symbol, trail)
            return NullValue(trail)
        case bool():
            return BoolValue(content, trail)
        case int() | float():
            return NumberValue(content, trail)
        case str():
            return StringValue((Part(content, trail),), trail) if content else StringValue((), trail)
        case list():
            return ListValue(tuple(_items(content, unknown, symbol, trail)), trail)
        case dict():
            return ObjectValue(tuple(_entries(content, unknown, symbol, trail)), trail)
    raise TypeError(f"not a JSON value: {type(content).__name__}")


def any_true(mask: Any) -> bool:
    """Whether a mask marks anything."""
    pending = [mask]
    while pending:
        one = pending.pop()
        if one is True:
            return True
        if isinstance(one, dict):
            pending.extend(one.values())
        elif isinstance(one, list):
            pending.extend(one)
    return False


def _items(content: list[Any], unknown: Any, symbol: str, trail: Trail) -> Iterator[Value]:
    """The items. A set's unknown ones are left out of a plan's values, so that its mask is longer than they are."""
    masks = unknown if isinstance(unknown, list) else []
    of_known = [mask for mask in masks if mask is not True] if len(masks) > len(content) else masks
    aligned = of_known if len(of_known) == len(content) else [None] * len(content)
    for index, (item, mask) in enumerate(zip(content, aligned, strict=True)):
        yield value_of(item, mask, f"{symbol}[{index}]", trail)
    if len(masks) > len(content):
        yield Unknown(Symbol(f"{symbol}[*]", UNKNOWN), trail)


def _entries(content: dict[str, Any], unknown: Any, symbol: str, trail: Trail) -> Iterator[tuple[str, Value]]:
    masks = unknown if isinstance(unknown, dict) else {}
    for name in sorted({*content, *(name for name, mask in masks.items() if any_true(mask))}):
        value = value_of(content.get(name), masks.get(name), f"{symbol}.{name}", trail)
        if not isinstance(value, NullValue):
            yield name, value


def origin(value: Value) -> Trail:
    """Where a value was written: a string's parts, then the whole."""
    return joined(string_trail(value), ()) if isinstance(value, StringValue) else value.trail
