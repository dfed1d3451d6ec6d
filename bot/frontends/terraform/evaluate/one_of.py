"""Elements of known collections at unknown keys, which are named by what of them is asked for.

So named, an attribute of such an element is the same on both sides of a change that touches other attributes.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import TypeGuard

from bot.evaluated.derived import derived
from bot.evaluated.document import Symbol
from bot.evaluated.partial import LeftOut, OneOf, OpenObject, RepeatedObject
from bot.evaluated.symbol_names import shortened, shown
from bot.evaluated.trails import entries, entry, joined, string
from bot.evaluated.value import BoolValue, ObjectValue, SymbolicKey, Unknown, Value
from bot.frontends.terraform.evaluate.convert import same
from bot.frontends.terraform.evaluate.said_by_key import Key, of_key

MAX_CANDIDATES = 256
"""Of more than this nothing but their whole text is kept."""

NOTHING = Unknown(Symbol("nothing", "there is no such attribute"))
"""Where Terraform would stop, or `try` would go on."""

Pairs = tuple[tuple[str, Value], ...]


def one_of(candidates: Pairs, which: str, whole: Unknown, key: Key | None = None) -> Value:
    """One of the candidates, the value itself if they are all the same; `whole` if they are too many or none.

    With a `key` whose values the candidates are called by, it is named by the key alone where that says it all.
    """
    if not 0 < len(candidates) <= MAX_CANDIDATES:
        return whole
    first = candidates[0][1]
    if len(candidates) > 1 and all(same(value, first) for _, value in candidates[1:]):
        return first
    trail = whole.trail
    for _, value in candidates:
        trail = joined(trail, value.trail)
    if key is not None and (
        known := of_key(candidates, key, trail, functools.partial(one_of, which=which, whole=whole))
    ):
        return known
    found = ObjectValue(candidates)
    name = derived(shortened(f"{shown(found)}{which}"), whole.symbol.reason, whole)
    return OneOf(name, trail, found, which, key)


def attribute(target: OneOf, name: str, whole: Unknown) -> Value:
    """The attribute of the element, whichever it is; `whole` where they are not all maps."""
    found = tuple((label, entry(each, name) or NOTHING) for label, each in _plain(target))
    if len(found) < len(target.candidates.entries) or all(value is NOTHING for _, value in found):
        return whole
    return one_of(found, target.which, whole, target.key)


def answered(target: OneOf, answer: Callable[[Value], bool | None]) -> Value | None:
    """Whether something holds of the element, by its key; None where that is not known of each candidate."""
    found = [(label, answer(value)) for label, value in entries(target.candidates)]
    if target.key is None or any(holds is None for _, holds in found):
        return None
    answers = tuple((label, BoolValue(bool(holds))) for label, holds in found)
    return one_of(answers, target.which, Unknown(target.symbol, target.trail), target.key)


def lacks(target: OneOf, name: str) -> bool:
    """Whether no candidate has the attribute, all of them being maps."""
    found = [entry(each, name) for _, each in _plain(target)]
    return len(found) == len(target.candidates.entries) and not any(found)


def iterated(target: OneOf, key: Unknown, item: Unknown) -> tuple[Value, Value]:
    """Key and value of any entry of the element, whichever it is; `key` and `item` where it is no map."""
    found = list(_plain(target))
    if len(found) < len(target.candidates.entries):
        return key, item
    pairs = [(f"{label}.{name}", name, value) for label, each in found for name, value in entries(each)]
    which = f"{target.which}[*]"
    keys = tuple((label, string(name)) for label, name, _ in pairs)
    return one_of(keys, which, key), one_of(tuple((label, value) for label, _, value in pairs), which, item)


def _plain(target: OneOf) -> Iterator[tuple[str, ObjectValue]]:
    """The candidates that are maps all of whose keys are known."""
    for label, value in entries(target.candidates):
        if is_plain_map(value):
            yield label, value


def is_plain_map(value: Value) -> TypeGuard[ObjectValue]:
    """Whether it is a map all of whose keys are known."""
    if not isinstance(value, ObjectValue) or isinstance(value, OpenObject | RepeatedObject | LeftOut):
        return False
    return not any(isinstance(name, SymbolicKey) for name, _ in value.entries)
