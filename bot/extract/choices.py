"""Spells out the outcomes of undecided conditions inside a value."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator

from bot.evaluated.config import ResourceInstance
from bot.evaluated.derived import derived
from bot.evaluated.diagnostic import join_trails
from bot.evaluated.guard import Guard, compatible
from bot.evaluated.symbol_names import shortened, shown
from bot.evaluated.trails import with_trail
from bot.evaluated.value import Choice, ListValue, ObjectValue, StringValue, Unknown, Value

MAX_OUTCOMES = 8
"""More combinations than this are not spelled out: what is left undecided becomes unknown."""

Guards = tuple[Guard, ...]


def outcomes(value: Value, given: Iterable[Guard] = ()) -> tuple[tuple[Guards, Value], ...]:
    """Every way the choices inside `value` can go, with the guards that were decided on the way.

    Choices that share a guard go the same way. `given` guards are already decided.
    """
    given = tuple(given)
    pending: list[tuple[Guards, Value]] = [((), _resolved(value, frozenset(given)))]
    done: list[tuple[Guards, Value]] = []
    while pending:
        guards, current = pending.pop(0)
        choice = next(_choices(current), None)
        if choice is None:
            done.append((guards, current))
            continue
        if len(pending) + len(done) + len(choice.alternatives) > MAX_OUTCOMES:
            done.append((guards, _given_up(current)))
            continue
        for alternative in choice.alternatives:
            chosen = (*guards, alternative.guard)
            if not compatible((*given, *chosen)):
                continue
            pending.append((chosen, _resolved(current, frozenset(chosen))))
    return tuple(done)


def is_choice_among(value: Value, kinds: tuple[type[Value], ...]) -> bool:
    """Whether it is a choice one of whose ways is of these kinds."""
    return isinstance(value, Choice) and any(isinstance(one.value, kinds) for one in value.alternatives)


def spelled_out(instance: ResourceInstance, names: Iterable[str]) -> Iterator[ResourceInstance]:
    """The instance once for each way the choices in the arguments `names` can go, with the guards of that way."""
    wanted = frozenset(names)
    entries = instance.attributes.entries
    relevant = ObjectValue(tuple(entry for entry in entries if entry[0] in wanted))
    for guards, resolved in outcomes(relevant):
        assert isinstance(resolved, ObjectValue)
        chosen = dict(resolved.entries)
        attributes = tuple((name, chosen.get(name, value)) for name, value in entries)
        yield dataclasses.replace(instance, attributes=ObjectValue(attributes), guards=(*instance.guards, *guards))


def _choices(value: Value) -> Iterator[Choice]:
    match value:
        case Choice():
            yield value
        case ListValue():
            for item in value.items:
                yield from _choices(item)
        case ObjectValue():
            for _, item in value.entries:
                yield from _choices(item)
        case StringValue() if value.encoded is not None:
            yield from _choices(value.encoded)


def _resolved(value: Value, chosen: frozenset[Guard]) -> Value:
    """The value with every choice one of whose guards is `chosen` replaced; unchanged if there is none."""
    match value:
        case Choice():
            return _chosen(value, chosen)
        case ListValue():
            items = tuple(_resolved(item, chosen) for item in value.items)
            return value if _same(items, value.items) else dataclasses.replace(value, items=items)
        case ObjectValue():
            resolved = tuple(_resolved(item, chosen) for _, item in value.entries)
            if _same(resolved, tuple(item for _, item in value.entries)):
                return value
            names = (name for name, _ in value.entries)
            return dataclasses.replace(value, entries=tuple(zip(names, resolved, strict=True)))
        case StringValue() if value.encoded is not None:
            encoded = _resolved(value.encoded, chosen)
            return value if encoded is value.encoded else dataclasses.replace(value, encoded=encoded)
    return value


def _chosen(choice: Choice, chosen: frozenset[Guard]) -> Value:
    for alternative in choice.alternatives:
        if alternative.guard in chosen:
            return _resolved(with_trail(alternative.value, choice.trail), chosen)
    return choice


def _given_up(value: Value) -> Value:
    """The value with every remaining choice unknown."""
    while (choice := next(_choices(value), None)) is not None:
        value = _replaced(value, choice)
    return value


def _replaced(value: Value, choice: Choice) -> Value:
    if value is choice:
        name = shortened(shown(choice))
        trails = (alternative.value.trail for alternative in choice.alternatives)
        return Unknown(derived(name, "too many combinations", choice), join_trails(choice.trail, *trails))
    match value:
        case ListValue():
            return dataclasses.replace(value, items=tuple(_replaced(item, choice) for item in value.items))
        case ObjectValue():
            entries = tuple((name, _replaced(item, choice)) for name, item in value.entries)
            return dataclasses.replace(value, entries=entries)
        case StringValue() if value.encoded is not None:
            return dataclasses.replace(value, encoded=_replaced(value.encoded, choice))
    return value


def _same(left: tuple[Value, ...], right: tuple[Value, ...]) -> bool:
    return all(a is b for a, b in zip(left, right, strict=True))
