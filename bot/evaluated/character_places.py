"""Where each character of a string was written, for readers that work on its plain text."""

from __future__ import annotations

import functools
import re
from bisect import bisect_left, bisect_right

from bot.evaluated.diagnostic import Span, Step, Trail
from bot.evaluated.document import Symbol
from bot.evaluated.trails import parts
from bot.evaluated.value import Part, StringValue
from bot.frozen import dataclass

PLACEHOLDER = 0xF0000
"""First of the private code points that stand for symbols while a string is worked on as plain text."""


@dataclass(frozen=True, slots=True)
class CharacterPlaces:
    """Where each character of a string comes from; a symbol counts as one character."""

    parts: tuple[Part, ...]
    starts: tuple[int, ...]

    def at(self, offset: int) -> Trail:
        """The trail of the character at `offset`."""
        index = bisect_right(self.starts, offset) - 1
        if index < 0:
            return ()
        part = self.parts[index]
        if not part.verbatim or isinstance(part.content, Symbol):
            return part.trail
        return _moved_to(part.trail, part.content, min(offset - self.starts[index], len(part.content)))

    def over(self, start: int, end: int) -> Trail:
        """The trail of the characters from `start` to before `end`, which ends where the last of them is."""
        first, last = self.at(start), self.at(max(start, end - 1))
        if not first or first[1:] != last[1:] or first[0].span.file != last[0].span.file:
            return first
        begin, ending = first[0].span, last[0].span
        span = Span(begin.file, begin.line, begin.column, ending.line, ending.column + 1)
        return (Step(span, first[0].what, first[0].kind), *first[1:])


def places(value: StringValue) -> CharacterPlaces:
    """The places of a string's characters."""
    given = parts(value)
    starts: list[int] = []
    position = 0
    for part in given:
        starts.append(position)
        position += width(part)
    return CharacterPlaces(given, tuple(starts))


def marked_parts(content: str, symbols: list[Symbol], trail: Trail, where: CharacterPlaces) -> tuple[Part, ...]:
    """`content`, which stands at `trail`, as parts: placeholders become their symbols again."""
    if not symbols:
        return (Part(content, trail),) if content else ()
    out: list[Part] = []
    for index, piece in enumerate(re.split(f"([{chr(PLACEHOLDER)}-{chr(PLACEHOLDER + len(symbols) - 1)}])", content)):
        if index % 2:
            number = ord(piece) - PLACEHOLDER
            out.append(Part(symbols[number], _symbol_trail(where, number)))
        elif piece:
            out.append(Part(piece, trail))
    return tuple(out)


def _symbol_trail(where: CharacterPlaces, number: int) -> Trail:
    found = [part.trail for part in where.parts if isinstance(part.content, Symbol)]
    return found[number]


def with_placeholders(value: StringValue) -> tuple[str, list[Symbol]]:
    """The text with one private character for each symbol, and the symbols in order."""
    symbols: list[Symbol] = []
    pieces: list[str] = []
    for part in value.parts:
        if isinstance(part.content, Symbol):
            pieces.append(chr(PLACEHOLDER + len(symbols)))
            symbols.append(part.content)
        else:
            pieces.append(part.content)
    return "".join(pieces), symbols


def width(part: Part) -> int:
    """How many characters a part counts as: a symbol is one."""
    return 1 if isinstance(part.content, Symbol) else len(part.content)


def moved(trail: Trail, before: str) -> Trail:
    """A verbatim part's trail, its innermost span starting after the text `before`."""
    if not trail or not before:
        return trail
    lines = before.count("\n")
    return _begun(trail, lines, len(before) - before.rfind("\n") if lines else len(before))


def _moved_to(trail: Trail, content: str, length: int) -> Trail:
    """The same after the first `length` characters of a text, of which a reader asks many times."""
    if not trail or not length:
        return trail
    breaks = _line_breaks(content)
    lines = bisect_left(breaks, length)
    return _begun(trail, lines, length - breaks[lines - 1] if lines else length)


@functools.lru_cache(maxsize=16)
def _line_breaks(content: str) -> tuple[int, ...]:
    return tuple(found.start() for found in re.finditer("\n", content))


def _begun(trail: Trail, lines: int, column: int) -> Trail:
    """A trail that begins so many lines below, at that column, or so many columns to the right if it is no line."""
    step, span = trail[0], trail[0].span
    start = Span(
        span.file, span.line + lines, column if lines else span.column + column, span.end_line, span.end_column
    )
    return (Step(start, step.what, step.kind), *trail[1:])
