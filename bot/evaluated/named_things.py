"""What data sources find by one name, so that people are told the name and not the block that asks for it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.evaluated.config import EvaluatedConfig
from bot.evaluated.thing import Thing
from bot.frozen import dataclass


@dataclass(frozen=True, slots=True)
class NamedThing:
    """What the data source at `address` finds: the thing of type `kind` that is called `name`."""

    address: str
    kind: str
    name: str


def named_things(config: EvaluatedConfig) -> Iterator[NamedThing]:
    """Of each data source that asks for one thing by a name that is written."""
    for address, thing in config.names().things.items():
        name = _name(thing)
        if name:
            yield NamedThing(address, thing.kind, name)


def _name(thing: Thing) -> str:
    """The name that is asked for; "" where something else is asked, or more."""
    if thing.asked is None or len(thing.asked) != 1:
        return ""
    (one,) = thing.asked
    return one.shown if one.name in _NAMES and "${" not in one.shown else ""


_NAMES = frozenset(("name", "bucket", "function_name", "group_name", "key_id", "role_name", "user_name"))
