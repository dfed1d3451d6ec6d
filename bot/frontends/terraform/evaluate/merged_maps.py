"""What of a `merge` of maps that are not all known can give one attribute: what cannot takes no part in its name."""

from __future__ import annotations

from bot.evaluated.derived import Derived, derived
from bot.evaluated.partial import OneOf
from bot.evaluated.symbol_names import call_name
from bot.evaluated.value import NullValue, ObjectValue, Unknown, Value
from bot.frontends.terraform.evaluate.one_of import attribute, is_plain_map, lacks

_MERGE = "merge"


def of_merged(target: Unknown, name: str) -> Value | None:
    """What `target.name` is the same of: without maps that do not have it, those before one that does, and what else
    the others have.

    None if the target is no merge, or nothing can be left out.
    """
    made = target.symbol.derivation
    if not isinstance(made, Derived) or made.relation != _MERGE:
        return None
    kept: list[Value] = []
    for value in made.values:
        if _has(value, name):
            kept.clear()
        if not _lacks(value, name):
            kept.append(_of_it(value, name))
    if not kept or tuple(kept) == made.values:
        return None
    if len(kept) == 1:
        return kept[0]
    return Unknown(derived(call_name(_MERGE, kept), target.symbol.reason, *kept, relation=_MERGE), target.trail)


def _has(value: Value, name: str) -> bool:
    return is_plain_map(value) and value.get(name) is not None


def _lacks(value: Value, name: str) -> bool:
    if isinstance(value, OneOf):
        return lacks(value, name)
    return isinstance(value, NullValue) or (is_plain_map(value) and value.get(name) is None)


def _of_it(value: Value, name: str) -> Value:
    """A map with nothing but the attribute, if it is known in so far."""
    if isinstance(value, OneOf):
        asked = attribute(value, name, value)
        return value if asked is value else ObjectValue(((name, asked),))
    if is_plain_map(value):
        return ObjectValue(tuple((key, item) for key, item in value.entries if key == name), value.trail)
    return value
