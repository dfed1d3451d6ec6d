"""Values as plain Python, for tests; symbols are `${name}`."""

from __future__ import annotations

from typing import Any

from bot.evaluated.guard import spelled
from bot.evaluated.value import BoolValue, Choice, ListValue, NumberValue, ObjectValue, StringValue, Unknown, Value


def plain(value: Value) -> Any:
    """Strings, numbers, lists and dicts; an undecided value is a dict of its guards under "choice"."""
    match value:
        case StringValue():
            return "".join(str(part.content) for part in value.parts)
        case NumberValue() | BoolValue():
            return value.value
        case ListValue():
            return [plain(item) for item in value.items]
        case ObjectValue():
            return {str(name): plain(item) for name, item in value.entries}
        case Unknown():
            return str(value.symbol)
        case Choice():
            return {"choice": {spelled(each.guard): plain(each.value) for each in value.alternatives}}
    return None
