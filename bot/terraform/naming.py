"""Names for what cannot be evaluated: built from values, so that equal names mean equal values."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from bot.terraform.convert import format_number
from bot.terraform.value import (
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


def shown(value: Value) -> str:
    """A value as it would be written in Terraform, unknown parts by their names."""
    match value:
        case StringValue():
            inner = "".join(str(part.content) for part in value.parts)
            return f'"{inner}"'
        case NumberValue():
            return format_number(value.value)
        case BoolValue():
            return "true" if value.value else "false"
        case NullValue():
            return "null"
        case ListValue():
            return f"[{', '.join(map(shown, value.items))}]"
        case ObjectValue():
            return f"{{{', '.join(f'{name} = {shown(item)}' for name, item in value.entries)}}}"
        case Unknown():
            return value.symbol.name
        case Choice():
            return " or ".join(shown(each.value) for each in value.alternatives)


def call_name(function: str, arguments: Iterable[Value]) -> str:
    """The name of a call's result."""
    return shortened(f"{function}({', '.join(map(shown, arguments))})")


def shortened(name: str) -> str:
    """The name, or its beginning and a digest if it is long."""
    if len(name) <= MAX_NAME:
        return name
    return f"{name[: MAX_NAME - 20]}...{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:12]}"
