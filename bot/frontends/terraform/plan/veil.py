"""What a plan says in arguments that are not read: what is there and whether it changes, with no text but what bears
on access by itself."""

from __future__ import annotations

from bot.evaluated.document import Symbol
from bot.evaluated.value import ListValue, NumberValue, ObjectValue, StringValue, Unknown, Value
from bot.frontends.terraform.plan.plan import Kept


def veiled(value: Value, name: str, symbol: str, changed: str, kept: Kept, within: str = "") -> Value:
    """The value with symbols in place of its numbers and of the texts that are not `kept`.

    `name` is its argument's and `within` that of the block around it; `changed` ends each symbol's name, so that it is
    another one than on the other side.
    """
    match value:
        case ObjectValue():
            inside = ((key, veiled(one, key, f"{symbol}.{key}", changed, kept, name)) for key, one in value.entries)
            return ObjectValue(tuple(inside), value.trail)
        case ListValue():
            items = (
                veiled(one, name, f"{symbol}[{index}]", changed, kept, within) for index, one in enumerate(value.items)
            )
            return ListValue(tuple(items), value.trail)
        case StringValue() if value.parts and not kept(name, within, value.known or ""):
            return Unknown(Symbol(symbol + changed), value.trail)
        case NumberValue():
            return Unknown(Symbol(symbol + changed), value.trail)
    return value
