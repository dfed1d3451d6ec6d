"""Puts a planned value into a written one: what the configuration leaves open is filled, every part keeps its lines."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from bot.evaluated.diagnostic import Trail
from bot.evaluated.json_text import JsonFault, decode_json
from bot.evaluated.number_text import format_number
from bot.evaluated.partial import RepeatedList, RepeatedObject
from bot.evaluated.trails import joined, with_trail
from bot.evaluated.value import (
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
from bot.frontends.terraform.plan.values import origin

MAX_STEPS = 50_000
"""So many pairs of values are looked at for one attribute; what is beyond is taken from the plan and does not agree."""

MAX_PARTS = 200
"""A string of more parts is not matched part by part."""


@dataclasses.dataclass(frozen=True, slots=True)
class Filled:
    """The planned value with the written one's lines; `agrees` if the configuration can mean this value."""

    value: Value
    agrees: bool


def fill(written: Value, planned: Value) -> Filled:
    """Combine what is written with what is planned for it; unknown parts of the plan stay as they are written."""
    return _Filler().fill(written, planned)


def used_at(planned: Value, trail: Trail) -> Value:
    """The planned value, written at `trail` as far as the configuration says."""
    if not trail:
        return planned
    match planned:
        case StringValue():
            parts = tuple(Part(part.content, trail) for part in planned.parts)
            return StringValue(parts, trail, planned.encoded)
        case ListValue():
            return ListValue(tuple(used_at(item, trail) for item in planned.items), trail, planned.is_set)
        case ObjectValue():
            return ObjectValue(tuple((name, used_at(item, trail)) for name, item in planned.entries), trail)
    return with_trail(dataclasses.replace(planned, trail=()), trail)


def _is_empty(value: Value) -> bool:
    """Whether a provider may show nothing for it, or it for nothing."""
    match value:
        case NullValue() | Unknown() | StringValue(parts=()) | ListValue(items=()) | ObjectValue(entries=()):
            return True
        case BoolValue():
            return not value.value
        case NumberValue():
            return value.value == 0
        case Choice():
            return any(_is_empty(each.value) for each in value.alternatives)
    return False


def _text(value: Value) -> str | None:
    match value:
        case StringValue():
            return value.known
        case NumberValue():
            return format_number(value.value)
        case BoolValue():
            return "true" if value.value else "false"
    return None


def with_origin(value: Value, trail: Trail) -> Value:
    """The value, with `trail` for every part that has none: what the plan alone holds is placed at the whole."""
    match value:
        case StringValue():
            if value.trail or any(part.trail for part in value.parts):
                return value
            return used_at(value, trail)
        case ListValue():
            return dataclasses.replace(value, items=tuple(with_origin(item, trail) for item in value.items))
        case ObjectValue():
            return dataclasses.replace(value, entries=tuple((n, with_origin(item, trail)) for n, item in value.entries))
    return value if value.trail else with_trail(value, trail)


def _placed(parts: list[str | None], text: str) -> list[str] | None:
    """What each part is where all together are `text`: None stands for anything. None if they cannot be it."""
    found: list[str] = []
    position, open_since = 0, -1
    for index, part in enumerate(parts):
        if part is None:
            open_since = position if open_since < 0 else open_since
            found.append("")
            continue
        last = index == len(parts) - 1
        at = text.rfind(part) if last and open_since >= 0 else text.find(part, position)
        if at < position or (open_since < 0 and at != position):
            return None
        if open_since >= 0:
            found[index - 1] = text[open_since:at]
            open_since = -1
        found.append(part)
        position = at + len(part)
    if open_since >= 0:
        found[-1] = text[open_since:]
        return found
    return found if position == len(text) else None


def _exactly(planned: tuple[Value, ...], remaining: dict[int, Value]) -> list[Value | None]:
    """For each planned item the written one that is known to be it, taken out of what remains."""
    by_text: dict[str, list[int]] = {}
    for index in reversed(remaining):
        if (text := _text(remaining[index])) is not None:
            by_text.setdefault(text, []).append(index)
    found: list[Value | None] = []
    for item in planned:
        places = by_text.get(_text(item) or "", [])
        found.append(remaining.pop(places.pop()) if places and _text(item) is not None else None)
    return found


class _Filler:
    """One attribute's filling, within a budget."""

    def __init__(self) -> None:
        self.left = MAX_STEPS

    def fill(self, written: Value, planned: Value) -> Filled:
        """See the function."""
        self.left -= 1
        if self.left < 0:
            return Filled(used_at(planned, origin(written)), False)
        match planned:
            case Unknown():
                return Filled(written, True)
            case NullValue():
                return Filled(planned, _is_empty(written))
        match written:
            case Unknown():
                return Filled(used_at(planned, written.trail), True)
            case Choice():
                return self._of_choice(written, planned)
            case StringValue() | NumberValue() | BoolValue():
                return self._of_primitive(written, planned)
            case ListValue():
                return self._of_list(written, planned)
            case ObjectValue():
                return self._of_object(written, planned)
        return Filled(used_at(planned, written.trail), _is_empty(planned))

    def _of_choice(self, written: Choice, planned: Value) -> Filled:
        """The plan has decided: the first alternative that can be this value."""
        for each in written.alternatives:
            found = self.fill(with_trail(each.value, written.trail), planned)
            if found.agrees:
                return found
        return Filled(used_at(planned, origin(written)), False)

    def _of_primitive(self, written: StringValue | NumberValue | BoolValue, planned: Value) -> Filled:
        text = _text(planned)
        if text is None:
            only = planned.items[0] if isinstance(planned, ListValue) and len(planned.items) == 1 else None
            if only is None or isinstance(only, NullValue):
                return Filled(used_at(planned, origin(written)), False)
            return self.fill(written, only)
        if not isinstance(written, StringValue):
            same = _text(written) == text
            return Filled(written if same else used_at(planned, written.trail), same)
        if written.known == text and written.encoded is None:
            return Filled(written, True)
        return self._of_document(written, text) or self._of_text(written, text)

    def _of_document(self, written: StringValue, text: str) -> Filled | None:
        """A JSON document, filled element by element; None if either text is none."""
        if not text.lstrip().startswith(("{", "[")):
            return None
        try:
            content = decode_json(StringValue((Part(text),)))
        except JsonFault:
            return None
        try:
            own = decode_json(written)
        except JsonFault:
            return None
        found = self.fill(own, content)
        trail = joined(written.trail, ())
        encoded = found.value if found.agrees else with_origin(found.value, origin(written))
        return Filled(StringValue((Part(text, origin(written)),), trail, encoded), found.agrees)

    def _of_text(self, written: StringValue, text: str) -> Filled:
        """A text with symbols in it: each takes what stands in its place."""
        whole = origin(written)
        if len(written.parts) > MAX_PARTS:
            return Filled(StringValue((Part(text, whole),), written.trail), written.known in (None, text))
        symbolic = [isinstance(part.content, str) for part in written.parts]
        contents = _placed([part.content if isinstance(part.content, str) else None for part in written.parts], text)
        if contents is None:
            return Filled(StringValue((Part(text, whole),), written.trail), False)
        parts = (
            part if known else Part(content, part.trail)
            for part, content, known in zip(written.parts, contents, symbolic, strict=True)
        )
        kept = tuple(part for part in parts if part.content)
        return Filled(StringValue(kept, written.trail), True)

    def _of_list(self, written: ListValue, planned: Value) -> Filled:
        """Items find their like; the order is the configuration's where all do, else the plan's."""
        if not isinstance(planned, ListValue):
            if isinstance(planned, ObjectValue | Unknown) or len(written.items) != 1:
                single = self.fill(written.items[0], planned) if len(written.items) == 1 else None
                return single or Filled(used_at(planned, origin(written)), False)
            return self.fill(with_trail(written.items[0], written.trail), planned)
        if isinstance(written, RepeatedList):
            templates = written.items
            items = tuple(self._like(templates, item, origin(written)) for item in planned.items)
            return Filled(ListValue(items, written.trail, planned.is_set), True)
        return self._matched(written, planned)

    def _like(self, templates: Iterable[Value], item: Value, otherwise: Trail) -> Value:
        tried = [self.fill(template, item) for template in templates]
        agreeing = next(
            (one for one in tried if one.agrees), tried[0] if tried else Filled(used_at(item, otherwise), True)
        )
        return agreeing.value

    def _matched(self, written: ListValue, planned: ListValue) -> Filled:
        """Each planned item with the lines of the written one it is; those of no written item with the list's."""
        remaining = dict(enumerate(written.items))
        found = _exactly(planned.items, remaining)
        for index, item in enumerate(planned.items):
            if found[index] is None and self.left > 0:
                found[index] = self._openly(item, remaining)
        agrees = not remaining and None not in found
        near = [one for one in remaining.values() if isinstance(one, ObjectValue)][::-1]
        for index, item in enumerate(planned.items):
            if found[index] is None:
                found[index] = self.fill(near.pop(), item).value if near else used_at(item, written.trail)
        items = tuple(item for item in found if item is not None)
        return Filled(ListValue(items, written.trail, written.is_set), agrees)

    def _openly(self, item: Value, remaining: dict[int, Value]) -> Value | None:
        """The first written item that can be `item`, filled, taken out of what remains."""
        for index, one in remaining.items():
            tried = self.fill(one, item)
            if tried.agrees:
                del remaining[index]
                return tried.value
        return None

    def _of_object(self, written: ObjectValue, planned: Value) -> Filled:
        if isinstance(planned, ListValue) and len(planned.items) == 1 and isinstance(planned.items[0], ObjectValue):
            return self.fill(written, planned.items[0])
        if not isinstance(planned, ObjectValue):
            return Filled(used_at(planned, origin(written)), False)
        if isinstance(written, RepeatedObject):
            templates = tuple(item for _, item in written.entries)
            entries = tuple((name, self._like(templates, item, origin(written))) for name, item in planned.entries)
            return Filled(ObjectValue(entries, written.trail), True)
        own = dict(written.entries)
        members: dict[str, Value] = {}
        agrees = True
        for name, item in planned.entries:
            if name in own:
                inner = self.fill(own[name], item)
                members[name], agrees = inner.value, agrees and inner.agrees
            else:
                members[name] = used_at(item, written.trail)
                agrees = agrees and (_is_empty(item) or isinstance(item, Unknown))
        lost = [item for name, item in own.items() if name not in members and not _is_empty(item)]
        return Filled(ObjectValue(tuple(sorted(members.items())), written.trail), agrees and not lost)
