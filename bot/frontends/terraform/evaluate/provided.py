"""What a provider adds to a block's arguments, where some of them are undecided."""

from __future__ import annotations

import functools
from collections.abc import Callable

from bot.evaluated.derived import derived
from bot.evaluated.trails import with_trail
from bot.evaluated.value import NullValue, ObjectValue, Unknown, Value
from bot.frontends.terraform.evaluate.choice import spread


def by_attribute(values: tuple[Value, ...], provide: Callable[[tuple[Value, ...]], Value]) -> dict[str, Value]:
    """What a provider adds, attribute by attribute, over undecided arguments."""
    names: dict[str, None] = {}

    def note(chosen: tuple[Value, ...]) -> Value:
        result = provide(chosen)
        if isinstance(result, ObjectValue):
            names.update(dict.fromkeys(name for name, _ in result.entries))
        return result

    result = spread(values, note)

    if isinstance(result, Unknown):
        whole = result.symbol
        return {
            name: Unknown(derived(f"{whole.name}.{name}", whole.reason, result, relation=f".{name}")) for name in names
        }
    return {name: spread((result,), functools.partial(_attribute_of, name)) for name in names}


def _attribute_of(name: str, chosen: tuple[Value, ...]) -> Value:
    found = chosen[0].get(name) if isinstance(chosen[0], ObjectValue) else None
    return NullValue() if found is None else with_trail(found, chosen[0].trail)
