"""How much a value holds: parts that are used twice count twice, as whoever walks through it meets them twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.evaluated.call import FunctionFault
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.value import Choice, ListValue, ObjectValue, StringValue, Value

MAX_WEIGHT = 200_000
"""Nothing that looks at everything inside a value takes more values and parts of strings."""

CHARACTERS = 1_000
"""So many characters weigh as much as one value."""


MAX_LEVELS = 200
"""No argument of a resource is nested deeper."""


def weight(values: Iterable[Value], limit: int) -> int:
    """How many values and parts of strings there are inside; counting ends once they are over `limit`."""
    pending = list(values)
    count = len(pending)
    while pending and count <= limit:
        value = pending.pop()
        if isinstance(value, StringValue):
            count += len(value.parts)
            for part in value.parts:
                if isinstance(part.content, str):
                    count += len(part.content) // CHARACTERS
        else:
            inner = contents(value)
            pending += inner
            count += len(inner)
    return count


def contents(value: Value) -> Sequence[Value]:
    """The values that are directly inside."""
    if isinstance(value, ListValue):
        return value.items
    if isinstance(value, ObjectValue):
        return [item for _, item in value.entries]
    return [each.value for each in value.alternatives] if isinstance(value, Choice) else ()


def is_deep(value: Value) -> bool:
    """Whether values are nested deeper than MAX_LEVELS: whoever walks through it by recursion could not."""
    level = {id(value): value}
    for _ in range(MAX_LEVELS):
        level = {id(inner): inner for each in level.values() for inner in contents(each)}
        if not level:
            return False
    return True


def weighed(values: Iterable[Value], what: str) -> int:
    """The weight of `values`. Raises FunctionFault if it is over MAX_WEIGHT."""
    found = weight(values, MAX_WEIGHT)
    if found > MAX_WEIGHT:
        raise FunctionFault(DiagnosticKind.OVER_BUDGET, f"{what} holds more than {MAX_WEIGHT} values")
    return found
