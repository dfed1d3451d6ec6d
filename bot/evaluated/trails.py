"""Carries provenance along: marks values as used somewhere, and takes elements out of containers with their trail."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bot.evaluated.derived import inside
from bot.evaluated.diagnostic import MAX_TRAIL, Span, Step, StepKind, Trail, clipped
from bot.evaluated.document import Symbol
from bot.evaluated.partial import ElementsOf, LeftOut, NoneOf, OneOf, OpenObject, Outputs, RepeatedList, RepeatedObject
from bot.evaluated.value import (
    Alternative,
    BoolValue,
    Choice,
    ListValue,
    NullValue,
    NumberValue,
    ObjectValue,
    Part,
    StringValue,
    Unknown,
    Value,
)


def joined(inner: Trail, outer: Trail) -> Trail:
    """`inner` then what of `outer` it lacks, capped at MAX_TRAIL.

    Steps are told apart as objects, which is fast: sources hand out one object a place (`Source.step`).
    """
    if not outer or inner is outer:
        return inner
    if not inner:
        return outer
    if len(outer) == 1:
        only = outer[0]
        for step in inner:
            if step is only:
                return inner
        return clipped(inner + outer)
    known = set(map(id, inner))
    extra = [step for step in outer if id(step) not in known]
    return clipped((*inner, *extra)) if extra else inner


def with_trail(value: Value, trail: Trail) -> Value:
    """The value with `trail` appended, as the places it was used in."""
    merged = joined(value.trail, trail)
    if merged is value.trail:
        return value
    return _COPIES[type(value)](value, merged)


_COPIES: dict[type, Callable[[Any, Trail], Value]] = {
    StringValue: lambda value, trail: StringValue(value.parts, trail, value.encoded),
    NumberValue: lambda value, trail: NumberValue(value.value, trail),
    BoolValue: lambda value, trail: BoolValue(value.value, trail),
    NullValue: lambda value, trail: NullValue(trail),
    ListValue: lambda value, trail: ListValue(value.items, trail, value.is_set),
    ObjectValue: lambda value, trail: ObjectValue(value.entries, trail),
    Unknown: lambda value, trail: Unknown(value.symbol, trail),
    OneOf: lambda value, trail: OneOf(value.symbol, trail, value.candidates, value.which, value.key),
    NoneOf: lambda value, trail: NoneOf(value.symbol, trail, value.others),
    Outputs: lambda value, trail: Outputs(value.symbol, trail, value.directory, value.known),
    Choice: lambda value, trail: Choice(value.alternatives, trail),
    OpenObject: lambda value, trail: OpenObject(value.entries, trail, value.address, value.more, value.via),
    RepeatedList: lambda value, trail: RepeatedList(value.items, trail, value.is_set),
    ElementsOf: lambda value, trail: ElementsOf(value.items, trail, value.is_set, value.whole),
    RepeatedObject: lambda value, trail: RepeatedObject(value.entries, trail, value.at),
    LeftOut: lambda value, trail: LeftOut(value.entries, trail, value.at),
}
"""The same as dataclasses.replace, which takes most of an evaluation's time."""


def standing_in(value: Value, lacking: Trail) -> Value:
    """The value, taken because others had nothing to give; where those came of defaults, another one may be given."""
    return with_trail(value, _lacking(lacking)) if lacking else value


def _lacking(trail: Trail) -> Trail:
    return tuple(Step(step.span, step.what, StepKind.LACKING) for step in trail if step.defaulted)


def left_empty(pieces: Iterable[Value]) -> Trail:
    """The defaults by which pieces of a text are empty, and leave nothing in it."""
    empty = (one for one in pieces if isinstance(one, StringValue) and not one.parts and one.trail)
    return tuple(step for one in empty for step in _lacking(one.trail))


def used_part(part: Part, trail: Trail) -> Part:
    """A part of a string, used where `trail` says."""
    merged = joined(part.trail, trail)
    return part if merged is part.trail else Part(part.content, merged, part.verbatim)


def with_step(value: Value, step: Step) -> Value:
    """The value, used at `step`."""
    return with_trail(value, (step,))


def elements(value: ListValue) -> tuple[Value, ...]:
    """The items, each with the list's own trail after its own."""
    trail = value.trail
    return tuple([with_trail(item, trail) for item in value.items]) if trail else value.items


def listed_in(value: Value | None) -> tuple[Value, ...]:
    """The elements of a list; none of anything else."""
    return elements(value) if isinstance(value, ListValue) else ()


def entries(value: ObjectValue) -> tuple[tuple[str, Value], ...]:
    """The entries, each value with the object's own trail after its own."""
    trail = value.trail
    return tuple([(name, with_trail(item, trail)) for name, item in value.entries]) if trail else value.entries


def entry(value: ObjectValue, key: str) -> Value | None:
    """The entry at `key` with the object's own trail after its own; None if there is none."""
    found = value.get(key)
    return None if found is None else with_trail(found, value.trail)


def parts(value: StringValue) -> tuple[Part, ...]:
    """The string's parts, each with the string's own trail after its own."""
    trail = value.trail
    if not trail:
        return value.parts
    return tuple([used_part(part, trail) for part in value.parts])


def string_trail(value: StringValue) -> Trail:
    """Where a string was written: its parts' trails, then its own."""
    trail: Trail = ()
    for part in value.parts:
        trail = joined(trail, part.trail)
    return joined(trail, value.trail)


def alternatives(value: Choice) -> tuple[Alternative, ...]:
    """The alternatives, each value with the choice's own trail after its own."""
    return tuple(Alternative(each.guard, with_trail(each.value, value.trail)) for each in value.alternatives)


def literal(content: str, span: Span | None = None, what: str = "literal") -> StringValue:
    """A known string, written at `span`."""
    trail = (Step(span, what, StepKind.AROUND),) if span else ()
    return StringValue((Part(content, trail),) if content else (), trail if not content else ())


def string(content: str, trail: Trail = ()) -> StringValue:
    """A known string with a trail."""
    return StringValue((Part(content),) if content else (), trail)


def symbols(value: Value) -> Iterator[Symbol]:
    """Every symbol inside a value, in order; of a list or map that is in it twice once."""
    yield from _symbols(value, set())


def _symbols(value: Value, seen: set[int]) -> Iterator[Symbol]:
    match value:
        case Unknown():
            yield value.symbol
        case StringValue():
            yield from (part.content for part in value.parts if isinstance(part.content, Symbol))
        case ListValue() | ObjectValue() | Choice():
            for each in _once(value, seen):
                yield from _symbols(each, seen)


def _once(value: Value, seen: set[int]) -> Iterator[Value]:
    """What a value holds, if it was not met before: lists that each hold the one before twice double with each."""
    if id(value) not in seen:
        seen.add(id(value))
        yield from inside(value)


def is_known(value: Value) -> bool:
    """Whether nothing inside the value is unknown or undecided."""
    return _is_known(value, set())


def _is_known(value: Value, seen: set[int]) -> bool:
    match value:
        case Unknown() | Choice():
            return False
        case StringValue():
            return value.known is not None
        case ListValue() | ObjectValue():
            return all(_is_known(each, seen) for each in _once(value, seen))
    return True


def trail_of(*values: Value) -> Trail:
    """Everything the values came through, innermost first."""
    return _once_each(values, set())


def _once_each(values: Iterable[Value], seen: set[int]) -> Trail:
    """The trails of those that were not met yet: lists that hold each other twice double with each level."""
    trail: Trail = ()
    for value in values:
        if id(value) not in seen and len(trail) < MAX_TRAIL:
            seen.add(id(value))
            trail = joined(trail, _inner_trail(value, seen))
    return trail


def _inner_trail(value: Value, seen: set[int]) -> Trail:
    match value:
        case StringValue():
            return string_trail(value)
        case ListValue():
            return joined(_once_each(value.items, seen), value.trail)
        case ObjectValue():
            return joined(_once_each((item for _, item in value.entries), seen), value.trail)
        case Choice():
            return joined(_once_each((each.value for each in value.alternatives), seen), value.trail)
    return value.trail
