"""Names for what cannot be evaluated: built from values, so that equal names mean equal values."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from bot.evaluated.guard import spelled
from bot.evaluated.number_text import format_number
from bot.evaluated.partial import ElementsOf
from bot.evaluated.value import (
    BoolValue,
    Choice,
    ListValue,
    NullValue,
    NumberValue,
    ObjectValue,
    StringValue,
    Unknown,
    Value,
)

MAX_NAME = 160
"""Longer names end in a digest of the whole."""


MAX_SHOWN = 4 * MAX_NAME
"""What is inside a name is cut in the same way from here on, so that parts used over and over do not multiply."""


def shown(value: Value) -> str:
    """A value as it would be written in Terraform, unknown parts by their names, long parts cut."""
    return _shown(value, {})


def _shown(value: Value, known: dict[int, str]) -> str:
    match value:
        case StringValue():
            inner = "".join(str(part.content) for part in value.parts)
            return shortened(f'"{inner}"', MAX_SHOWN)
        case NumberValue():
            return format_number(value.value)
        case BoolValue():
            return "true" if value.value else "false"
        case NullValue():
            return "null"
        case Unknown():
            return value.symbol.name
    if (found := known.get(id(value))) is None:
        known[id(value)] = found = shortened(_container(value, known), MAX_SHOWN)
    return found


def _container(value: ListValue | ObjectValue | Choice, known: dict[int, str]) -> str:
    match value:
        case ElementsOf():
            return value.whole.name
        case ListValue(items=()) | ObjectValue(entries=()) if given := _defaulted(value):
            return given
        case ListValue():
            return f"[{', '.join([_shown(item, known) for item in value.items])}]"
        case ObjectValue():
            return f"{{{', '.join([f'{name} = {_shown(item, known)}' for name, item in value.entries])}}}"
        case Choice():
            return _chosen(value, known)


def _defaulted(value: ListValue | ObjectValue) -> str:
    """The variable by whose default there is nothing in it, "" if it is so by none: another may have something."""
    return next((step.defaulted for step in value.trail if step.defaulted), "")


def _chosen(choice: Choice, known: dict[int, str]) -> str:
    """A choice with what it hangs on: the same values in other cases are another one."""
    ways = [(each.guard, _shown(each.value, known)) for each in choice.alternatives]
    match ways:
        case [(holds, one), (fails, other)] if fails == holds.turned(not holds.holds):
            return f"{spelled(holds)} ? {one} : {other}"
    return " or ".join([f"{said} if {spelled(guard)}" for guard, said in ways])


def call_name(function: str, arguments: Iterable[Value]) -> str:
    """The name of a call's result."""
    return shortened(f"{function}({', '.join(map(shown, arguments))})")


def shortened(name: str, limit: int = MAX_NAME) -> str:
    """The name, or its beginning and a digest if it is longer than `limit`."""
    if len(name) <= limit:
        return name
    return f"{name[: MAX_NAME - 20]}...{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:12]}"
