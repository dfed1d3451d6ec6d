"""Differences of many reviews, grouped by what differs: a field of the JSON, and how, with how many and some names.

A list's items are paired by what most of their fields say, so that one that is new moves no other. Words of closed sets
(grades, kinds, rules) are told as they are; whatever else stands for its field alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bench.mirrors.reviews import canonical

MAX_EXAMPLES = 3
"""So many reviews are named for each group."""

MAX_PAIRED = 400
"""Longer lists are paired by place: each item is held against each other."""

ALIKE = 0.5
"""Items are the same one, changed, if such a share of their fields is equal."""

TELLING = ("kind", "grade", "rule", "cause", "disposition", "meaning")
"""Fields that say which sort of item was added to a list or taken from it."""

_WORD = re.compile(r"[a-z][a-z-]{1,40}\Z")
_CLOSED = frozenset(
    {*TELLING, "exit", "verdict", "fail_at", "mode", "also", "blocked_by", "counts", "side", "state", "level"}
)
"""Fields whose words are few: each pair of them is a group."""


def table(groups: Mapping[str, Iterable[str]]) -> list[str]:
    """A line for each group, the ones of most reviews first, of the groups by review."""
    names: dict[str, list[str]] = defaultdict(list)
    for name, found in groups.items():
        for group in found:
            names[group].append(name)
    ordered = sorted(names.items(), key=lambda one: (-len(one[1]), one[0]))
    return [f"{len(of):>5}  {group}  ({', '.join(of[:MAX_EXAMPLES])})" for group, of in ordered]


def differing(before: object, after: object, path: str = "") -> Iterator[str]:
    """The groups that two contents differ by."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _of_fields(before, after, path)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _of_items(before, after, path)
    else:
        yield f"{path}: {_word(before, path)} -> {_word(after, path)}"


def _of_fields(before: dict[str, Any], after: dict[str, Any], path: str) -> Iterator[str]:
    for key in sorted({*before, *after}):
        inner = f"{path}.{key}" if path else key
        if key not in before:
            yield f"{inner}: new field"
        elif key not in after:
            yield f"{inner}: no such field any more"
        else:
            yield from differing(before[key], after[key], inner)


def _of_items(before: list[Any], after: list[Any], path: str) -> Iterator[str]:
    path = f"{path}[]"
    gone, new = _without_equal(before, after)
    if not gone and not new:
        yield f"{path}: another order"
    pairs = _paired(gone, new)
    for old, young in pairs:
        yield from differing(gone[old], new[young], path)
    yield from (f"{path}: - {_sort(one, path)}" for i, one in enumerate(gone) if i not in {old for old, _ in pairs})
    yield from (f"{path}: + {_sort(one, path)}" for i, one in enumerate(new) if i not in {young for _, young in pairs})


def _without_equal(before: Iterable[Any], after: Iterable[Any]) -> tuple[list[Any], list[Any]]:
    """What each list has that the other has not, as often as it has it more."""
    left = defaultdict(list)
    for one in after:
        left[canonical(one)].append(one)
    gone = [one for one in before if not (left[canonical(one)] and [left[canonical(one)].pop()])]
    return gone, [one for rest in left.values() for one in rest]


def _paired(gone: Sequence[Any], new: Sequence[Any]) -> list[tuple[int, int]]:
    """Places of items that are the same one, changed: the most alike first."""
    if len(gone) * len(new) > MAX_PAIRED**2:
        return [(i, i) for i in range(min(len(gone), len(new)))]
    likely = ((_likeness(old, young), i, j) for i, old in enumerate(gone) for j, young in enumerate(new))
    found: dict[int, int] = {}
    for share, i, j in sorted(likely, key=lambda one: (-one[0], one[1], one[2])):
        if share >= ALIKE and i not in found and j not in found.values():
            found[i] = j
    return sorted(found.items())


def _likeness(old: object, young: object) -> float:
    if not isinstance(old, dict) or not isinstance(young, dict):
        return 0.0
    keys = {*old, *young}
    equal = [key for key in keys if key in old and key in young and old[key] == young[key]]
    return len(equal) / max(len(keys), 1)


def _sort(item: object, path: str) -> str:
    if not isinstance(item, dict):
        return _word(item, path)
    told = [f"{key} {item[key]}" for key in TELLING if isinstance(item.get(key), str)]
    return ", ".join(told) or "item"


def _word(value: object, path: str) -> str:
    """A word of a closed set as it is; else what sort of value it is."""
    if value is None or isinstance(value, bool):
        return str(value)
    closed = path.rpartition(".")[2].removesuffix("[]") in _CLOSED
    if isinstance(value, str):
        return (value or "nothing") if not value or (closed and _WORD.match(value)) else "text"
    if isinstance(value, int | float):
        return str(value) if closed else "number"
    return type(value).__name__
