"""Makes a failing case small: drops statements, elements and list items as long as it still fails."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from tests.oracles.iam_simulate import Json

Fails = Callable[[Json, Json], bool]


def shrink(base: Json, head: Json, fails: Fails) -> tuple[Json, Json]:
    """The pair with everything taken out that the failure does not need."""
    pair = (base, head)
    smaller = True
    while smaller:
        smaller = False
        for candidate in _smaller(pair):
            if all(policy["Statement"] for policy in candidate) and fails(*candidate):
                pair, smaller = candidate, True
                break
    return pair


def _smaller(pair: tuple[Json, Json]) -> Iterator[tuple[Json, Json]]:
    """Pairs with one thing less; the same thing in both policies first."""
    paths = [list(_paths(policy["Statement"])) for policy in pair]
    for path in paths[0]:
        if path in paths[1] and _at(pair[0]["Statement"], path) == _at(pair[1]["Statement"], path):
            yield _without(pair[0], path), _without(pair[1], path)
    for path in paths[0]:
        yield _without(pair[0], path), pair[1]
    for path in paths[1]:
        yield pair[0], _without(pair[1], path)


def _paths(value: Any, holder: str = "") -> Iterator[tuple[Any, ...]]:
    """Where something can be taken out and a policy is left: items but the last, conditions, principals."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            if len(value) > 1:
                yield (index,)
            yield from ((index, *path) for path in _paths(item))
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "Condition" or ("Effect" not in value and (len(value) > 1 or "Principal" not in holder)):
                yield (key,)
            yield from ((key, *path) for path in _paths(item, key))


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def _without(policy: Json, path: tuple[Any, ...]) -> Json:
    policy = copy.deepcopy(policy)
    del _at(policy["Statement"], path[:-1])[path[-1]]
    return policy
