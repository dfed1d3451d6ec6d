"""Guards of the base by the names that the head has for what they hang on."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from bot.evaluated.guard import AnyOf, Condition, Elsewhere, Guard, Undecided
from bot.evaluated.thing import Names


def guards_at_head(said: Iterable[Guard], names: Names) -> tuple[Guard, ...]:
    """Guards of what has other addresses at head."""
    return tuple(dataclasses.replace(one, condition=_condition(one.condition, names)) for one in said)


def _condition(said: Condition, names: Names) -> Condition:
    match said:
        case Undecided():
            return dataclasses.replace(said, exact=names.told(said.exact))
        case Elsewhere():
            return dataclasses.replace(said, condition=_condition(said.condition, names))
        case AnyOf():
            return dataclasses.replace(said, ways=tuple(guards_at_head(way, names) for way in said.ways))
    return said
