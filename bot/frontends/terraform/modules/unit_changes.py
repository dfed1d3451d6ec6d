"""Where it is written that two values, or all that a unit says, differ."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from bot.evaluated.diagnostic import Side, Span
from bot.evaluated.mentions import plain, spans
from bot.evaluated.redefinition import Place
from bot.evaluated.value import ListValue, ObjectValue, StringValue, Value
from bot.frontends.terraform.modules.unit_config import UnitConfig


def same(old: Value | None, new: Value | None) -> bool:
    """Whether both are there and say the same."""
    return old is not None and new is not None and plain(old) == plain(new)


def changed_places(old: Value | None, new: Value | None) -> Iterator[Place]:
    """Where the parts are written in which two values differ, those of head first."""
    if isinstance(old, ObjectValue) and isinstance(new, ObjectValue):
        for name in dict.fromkeys((*(key for key, _ in new.entries), *(key for key, _ in old.entries))):
            if not same(old.get(name), new.get(name)):
                yield from changed_places(old.get(name), new.get(name))
        return
    if isinstance(old, ListValue) and isinstance(new, ListValue):
        kept = [plain(item) for item in old.items], [plain(item) for item in new.items]
        more = [item for item, said in zip(new.items, kept[1], strict=True) if said not in kept[0]]
        less = [item for item, said in zip(old.items, kept[0], strict=True) if said not in kept[1]]
        yield from (("head", span) for item in more for span in _first(item))
        yield from (("base", span) for item in less for span in _first(item))
        return
    if isinstance(old, StringValue) and isinstance(new, StringValue):
        yield from _other_parts(old, new)
    sides: tuple[tuple[Side, Value | None], ...] = (("head", new), ("base", old))
    one_sided = old is None or new is None
    for side, value in sides:
        if value is not None:
            yield from ((side, span) for span in (spans(value) if one_sided else _first(value)))


def _other_parts(old: StringValue, new: StringValue) -> Iterator[Place]:
    """Where what one of two texts alone has is written."""
    sides: tuple[tuple[Side, StringValue, StringValue], ...] = (("head", new, old), ("base", old, new))
    for side, one, other in sides:
        known = {part.content for part in other.parts}
        apart = (part for part in one.parts if part.content not in known)
        yield from ((side, step.span) for part in apart for step in part.trail[:1])


def _first(value: Value) -> Iterator[Span]:
    """Where a value is first written."""
    yield from itertools.islice(spans(value), 1)


def changed_in(base: UnitConfig | None, head: UnitConfig | None) -> Iterator[Place]:
    """Where a unit says something else, on both sides."""
    sides: tuple[tuple[Side, UnitConfig | None], ...] = (("head", head), ("base", base))
    before, after = ({} if unit is None else _values(unit) for _, unit in reversed(sides))
    yield from ((side, unit.at) for side, unit in sides if unit is not None)
    for name in dict.fromkeys((*after, *before)):
        if not same(before.get(name), after.get(name)):
            yield from changed_places(before.get(name), after.get(name))


def _values(unit: UnitConfig) -> dict[tuple[str, str], Value]:
    inputs = {("input", name): value for name, value in unit.inputs.items()}
    generated: dict[tuple[str, str], Value] = {("file", one.name): one.contents for one in unit.generated}
    return {**inputs, **generated, **{(one.kind, one.name): one.value for one in unit.settings}}
