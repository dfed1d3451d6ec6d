"""What differs inside an argument: the values at the ends of its lists, maps and encoded texts that one side has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping

from bot.evaluated.guard import Guard
from bot.evaluated.json_text import JsonFault, decode_json
from bot.evaluated.mentions import differing, plain
from bot.evaluated.value import BoolValue, Choice, ListValue, NumberValue, ObjectValue, StringValue, Value
from bot.extract.argument_reading import entry_of
from bot.late_pattern import late_pattern

Leaf = tuple[tuple[str, ...], Value]
"""A value that holds no others, and the names on the way to it."""


def leaves(name: str, old: Value | None, new: Value | None) -> Iterator[Leaf]:
    """The values inside an argument that one side alone has."""
    yield from _between((name,), old, new)


def _between(path: tuple[str, ...], old: Value | None, new: Value | None) -> Iterator[Leaf]:
    old, new = _structures(old, new)
    if isinstance(old, Choice) or isinstance(new, Choice):
        yield from _ways(path, old, new)
    elif isinstance(old, ObjectValue) and isinstance(new, ObjectValue):
        for name in differing(old, new):
            yield from _between((*path, _snake(name)), entry_of(old, name), entry_of(new, name))
    elif isinstance(old, ListValue) and isinstance(new, ListValue):
        yield from _items(path, old, new)
    elif not _is_one_text(old, new):
        for side in (new, old):
            yield from () if side is None else _inside(path, side)


def _ways(path: tuple[str, ...], old: Value | None, new: Value | None) -> Iterator[Leaf]:
    """What is chosen otherwise, or from something else: the same choice on both sides is compared way by way."""
    before, after = _by_guard(old), _by_guard(new)
    for guard in dict.fromkeys((*after, *before)):
        one, other = before.get(guard), after.get(guard)
        if one is None or other is None or plain(one) != plain(other):
            yield from _between(path, one, other)


def _by_guard(value: Value | None) -> Mapping[Guard | None, Value]:
    match value:
        case None:
            return {}
        case Choice():
            return {each.guard: each.value for each in value.alternatives}
    return {None: value}


def _items(path: tuple[str, ...], old: ListValue, new: ListValue) -> Iterator[Leaf]:
    """Items that one side alone has; as many on both are taken for the same ones in order."""
    left, right = ([(plain(item), item) for item in side.items] for side in (old, new))
    both = Counter(key for key, _ in left) & Counter(key for key, _ in right)
    gone, come = (list(_but(side, both)) for side in (left, right))
    if len(gone) == len(come):
        for one, other in zip(gone, come, strict=True):
            yield from _between(path, one, other)
    else:
        yield from (leaf for item in (*come, *gone) for leaf in _inside(path, item))


def _but(side: list[tuple[Hashable, Value]], both: Counter[Hashable]) -> Iterator[Value]:
    over = Counter(both)
    for key, item in side:
        if over[key]:
            over[key] -= 1
        else:
            yield item


def _inside(path: tuple[str, ...], value: Value) -> Iterator[Leaf]:
    value = _opened(value) or value
    match value:
        case ObjectValue(entries) if entries:
            for name, each in entries:
                yield from _inside((*path, _snake(name)), each)
        case ListValue(items) if items:
            for item in items:
                yield from _inside(path, item)
        case Choice(alternatives):
            for way in alternatives:
                yield from _inside(path, way.value)
        case _:
            yield path, value


def _is_one_text(old: Value | None, new: Value | None) -> bool:
    text = None if old is None or new is None else _scalar(old)
    return text is not None and new is not None and text == _scalar(new)


def _scalar(value: Value) -> str | None:
    """A text, number or truth as Terraform turns it into text for an argument that takes one."""
    match value:
        case StringValue():
            return value.known
        case BoolValue():
            return "true" if value.value else "false"
        case NumberValue():
            return str(value.value)
    return None


def _opened(value: Value | None) -> Value | None:
    """A text that was encoded from a structure as that structure."""
    if isinstance(value, StringValue) and isinstance(value.encoded, ObjectValue | ListValue):
        return value.encoded
    return value


def _structures(old: Value | None, new: Value | None) -> tuple[Value | None, Value | None]:
    """Both sides as the structures that they encode, or spell beside one that the other encodes."""
    before, after = _opened(old), _opened(new)
    return _beside_structure(before, after), _beside_structure(after, before)


def _beside_structure(value: Value | None, other: Value | None) -> Value | None:
    """JSON text beside what the other side encodes, as the structure that it spells."""
    if isinstance(value, StringValue) and isinstance(other, ObjectValue | ListValue):
        try:
            return decode_json(value)
        except JsonFault:
            return value
    return value


def _snake(name: str) -> str:
    """A name as Terraform writes names: JSON's are written in humps."""
    return _HUMP.sub("_", name).lower()


_HUMP = late_pattern(r"(?<=[a-z0-9])(?=[A-Z])")
