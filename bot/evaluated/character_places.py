"""Where each character of a string was written, for readers that work on its plain text."""

from __future__ import annotations

import dataclasses
import re
from bisect import bisect_right

from bot.evaluated.diagnostic import Trail
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
        return moved(part.trail, part.content[: offset - self.starts[index]])


def places(value: StringValue) -> CharacterPlaces:
    """The places of a string's characters."""
    given = parts(value)
    starts: list[int] = []
    position = 0
    for part in given:
        starts.append(position)
        position += width(part)
    return CharacterPlaces(given, tuple(starts))


def marked_parts(content: str, symbols: list[Symbol], offset: int, where: CharacterPlaces) -> tuple[Part, ...]:
    """`content`, read at `offset`, as parts: placeholders become their symbols again."""
    trail = where.at(offset)
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
    span = trail[0].span
    lines = before.count("\n")
    column = len(before) - before.rfind("\n") if lines else span.column + len(before)
    start = dataclasses.replace(span, line=span.line + lines, column=column)
    return (dataclasses.replace(trail[0], span=start), *trail[1:])
