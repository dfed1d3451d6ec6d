"""Cuts and changes strings part by part, so that symbols inside them and every part's trail survive."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable

from bot.evaluated.character_places import moved, width, with_placeholders
from bot.evaluated.derived import derived
from bot.evaluated.diagnostic import Trail
from bot.evaluated.document import Symbol
from bot.evaluated.trails import joined, parts, string_trail
from bot.evaluated.value import Part, StringValue, Unknown
from bot.frontends.terraform.functions.budget import MAX_PARTS, bounded_parts

MANY_PARTS = 500

_PLAIN_SYMBOLS = (".account_id", ".partition", ".region", ".dns_suffix")


def mapped(value: StringValue, function: Callable[[str], str], name: str) -> StringValue:
    """Each literal part changed by `function`, each symbol renamed to `name(symbol)`."""
    changed = (_mapped(part, function, name) for part in value.parts)
    return dataclasses.replace(value, parts=tuple(changed), encoded=None)


def _mapped(part: Part, function: Callable[[str], str], name: str) -> Part:
    if isinstance(part.content, Symbol):
        whole = f"{name}({part.content.name})"
        symbol = derived(whole, part.content.reason, Unknown(part.content), relation=name)
        return dataclasses.replace(part, content=symbol)
    return dataclasses.replace(part, content=function(part.content))


def coarse(value: StringValue) -> StringValue:
    """The string with fewer parts if it is known and has very many: work on each would take too long."""
    if len(value.parts) <= MANY_PARTS or value.known is None:
        return value
    return StringValue((Part(value.known, string_trail(value)),))


def cut(value: StringValue, start: int, end: int | None = None) -> StringValue:
    """Characters `start` to `end`, counted from 0; a symbol counts as one."""
    kept: list[Part] = []
    position = 0
    for part in value.parts:
        size = width(part)
        low = max(0, start - position)
        high = size if end is None else min(size, end - position)
        position += size
        if low < high:
            kept.append(_stretch(part, low, high))
    return StringValue(tuple(kept), value.trail if kept else joined(_trail_at(value, start), value.trail))


def _stretch(part: Part, low: int, high: int) -> Part:
    """Characters `low` to `high` of a part; a verbatim one's span is moved to where they are written."""
    if isinstance(part.content, Symbol) or (low == 0 and high == len(part.content)):
        return part
    trail = moved(part.trail, part.content[:low]) if part.verbatim else part.trail
    return dataclasses.replace(part, content=part.content[low:high], trail=trail)


def _trail_at(value: StringValue, position: int) -> Trail:
    for part in value.parts:
        if position <= width(part):
            return part.trail
        position -= width(part)
    return ()


def joined_pieces(separator: StringValue, strings: Iterable[StringValue], trail: Trail = ()) -> StringValue:
    """The strings with `separator` between them, all parts keeping their trails."""
    out: list[Part] = []
    between = parts(separator)
    for index, each in enumerate(strings):
        if index:
            out += between
        out += parts(each)
        if len(out) > MAX_PARTS:
            bounded_parts(out)
    return StringValue(tuple(bounded_parts([part for part in out if part.content != ""])), trail)


def divisible(value: StringValue) -> bool:
    """Whether no symbol in the string can hold a separator: there is none, or only account ids, regions, partitions."""
    return all(
        not isinstance(part.content, Symbol) or part.content.name.endswith(_PLAIN_SYMBOLS) for part in value.parts
    )


def split_pieces(value: StringValue, separator: str) -> list[StringValue]:
    """The stretches between separators; an empty separator gives every character."""
    value = coarse(value)
    content, _ = with_placeholders(value)
    return pieces_of(value, content, separator)


def pieces_of(value: StringValue, content: str, separator: str) -> list[StringValue]:
    """The same of a string whose `content`, with placeholders for symbols, is at hand."""
    if not separator:
        return [cut(value, index, index + 1) for index in range(len(content))]
    pieces: list[StringValue] = []
    start = 0
    for piece in content.split(separator):
        pieces.append(cut(value, start, start + len(piece)))
        start += len(piece) + len(separator)
    return pieces
