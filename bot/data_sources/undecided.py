"""Spells out the undecided arguments of a block: one outcome for each way its conditions can go."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from bot.evaluated.guard import Guard
from bot.evaluated.value import Alternative, Choice, ListValue, ObjectValue, Value
from bot.frontends.terraform.evaluate.choice import choose, settled
from bot.frontends.terraform.evaluate.convert import MAX_ALTERNATIVES

Build = Callable[[Value], Value]


def spelled_out(block: Value, build: Build) -> Value | None:
    """`build` of the block, or a Choice of it for each outcome; None if there are too many.

    Choices that share a guard go the same way. Those among the strings of a set are left where they are.
    """
    return _spelled_out(block, build, [0])


def _spelled_out(block: Value, build: Build, leaves: list[int]) -> Value | None:
    choice = _first_choice(block)
    if choice is None:
        leaves[0] += 1
        return build(block) if leaves[0] <= MAX_ALTERNATIVES else None
    results: list[Alternative] = []
    for alternative in choice.alternatives:
        result = _spelled_out(_given(block, frozenset((alternative.guard,))), build, leaves)
        if result is None:
            return None
        results.append(Alternative(alternative.guard, result))
    return choose(tuple(results))


def _first_choice(block: Value) -> Choice | None:
    """The first choice that is the block, an argument of it, a nested block or an argument of that."""
    if isinstance(block, Choice):
        return block
    arguments = [value for _, value in block.entries] if isinstance(block, ObjectValue) else []
    for argument in arguments:
        if isinstance(argument, Choice):
            return argument
        for nested in argument.items if isinstance(argument, ListValue) else ():
            found = _in_nested(nested)
            if found is not None:
                return found
    return None


def _in_nested(nested: Value) -> Choice | None:
    if isinstance(nested, Choice):
        return nested if any(isinstance(each.value, ObjectValue) for each in nested.alternatives) else None
    arguments = [value for _, value in nested.entries] if isinstance(nested, ObjectValue) else []
    return next((argument for argument in arguments if isinstance(argument, Choice)), None)


def _given(value: Value, guards: frozenset[Guard]) -> Value:
    """The value once the guards hold, everywhere inside it."""
    value = settled(value, guards)
    match value:
        case ListValue():
            return dataclasses.replace(value, items=tuple(_given(item, guards) for item in value.items))
        case ObjectValue():
            changed = tuple((name, _given(item, guards)) for name, item in value.entries)
            return dataclasses.replace(value, entries=changed)
    return value
