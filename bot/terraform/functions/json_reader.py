"""Reads JSON text with symbols in it into values, each with the line of the text it stands on."""

from __future__ import annotations

import json.decoder
import re
from bisect import bisect_right
from dataclasses import dataclass

from bot.diagnostics import Trail
from bot.document import Symbol
from bot.terraform.convert import parse_number
from bot.terraform.functions.pieces import PLACEHOLDER, moved, width, with_placeholders
from bot.terraform.trails import parts
from bot.terraform.value import (
    BoolValue,
    ListValue,
    NullValue,
    NumberValue,
    ObjectValue,
    Part,
    StringValue,
    Unknown,
    Value,
)

MAX_DEPTH = 200
_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_WORD = re.compile(r"true|false|null")


class JsonFault(Exception):
    """The text is not JSON; the message says where."""


@dataclass(frozen=True, slots=True)
class Places:
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


def places(value: StringValue) -> Places:
    """The places of a string's characters."""
    given = parts(value)
    starts: list[int] = []
    position = 0
    for part in given:
        starts.append(position)
        position += width(part)
    return Places(given, tuple(starts))


def marked_parts(content: str, symbols: list[Symbol], offset: int, where: Places) -> tuple[Part, ...]:
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


def _symbol_trail(where: Places, number: int) -> Trail:
    found = [part.trail for part in where.parts if isinstance(part.content, Symbol)]
    return found[number]


def read_json(value: StringValue, function: str) -> Value:
    """The value a JSON text says. A symbol outside quotes is an Unknown named `function(symbol)`. Raises JsonFault."""
    reader = _Reader(value, function)
    result, end = reader.value(reader.skip(0), 0)
    end = reader.skip(end)
    if end < len(reader.text):
        raise reader.fault(end, "unexpected text after the value")
    return result


class _Reader:
    """A recursive-descent reader of one text."""

    def __init__(self, value: StringValue, function: str) -> None:
        self.text, self.symbols = with_placeholders(value)
        self.where = places(value)
        self.function = function

    def fault(self, position: int, what: str) -> JsonFault:
        line = self.text.count("\n", 0, position) + 1
        return JsonFault(f"{what} in line {line}")

    def skip(self, position: int) -> int:
        found = _SPACE.match(self.text, position)
        return found.end() if found else position

    def value(self, position: int, depth: int) -> tuple[Value, int]:
        if depth > MAX_DEPTH:
            raise self.fault(position, "nested too deeply")
        char = self.text[position : position + 1]
        match char:
            case "{":
                return self.object(position, depth)
            case "[":
                return self.array(position, depth)
            case '"':
                content, end = self.string(position)
                return StringValue(
                    marked_parts(content, self.symbols, position, self.where), self.empty(content, position)
                ), end
        return self.scalar(position)

    def empty(self, content: str, position: int) -> Trail:
        return () if content else self.where.at(position)

    def string(self, position: int) -> tuple[str, int]:
        if self.text[position : position + 1] != '"':
            raise self.fault(position, "a key in quotes is missing")
        try:
            content, end = json.decoder.scanstring(self.text, position + 1, True)  # type: ignore[attr-defined]
        except ValueError:
            raise self.fault(position, "a string that does not end or has a wrong escape") from None
        return str(content), int(end)

    def scalar(self, position: int) -> tuple[Value, int]:
        trail = self.where.at(position)
        if found := _WORD.match(self.text, position):
            word = found[0]
            return (NullValue(trail) if word == "null" else BoolValue(word == "true", trail)), found.end()
        if found := _NUMBER.match(self.text, position):
            number = parse_number(found[0])
            if number is not None:
                return NumberValue(number, trail), found.end()
        index = ord(self.text[position]) - PLACEHOLDER if position < len(self.text) else -1
        if 0 <= index < len(self.symbols):
            symbol = self.symbols[index]
            return Unknown(Symbol(f"{self.function}({symbol.name})", symbol.reason), trail), position + 1
        raise self.fault(position, "a value is missing" if position >= len(self.text) else "an unexpected character")

    def array(self, position: int, depth: int) -> tuple[Value, int]:
        trail = self.where.at(position)
        items: list[Value] = []
        end = self.skip(position + 1)
        if self.text[end : end + 1] == "]":
            return ListValue((), trail), end + 1
        while True:
            item, end = self.value(self.skip(end), depth + 1)
            items.append(item)
            end = self.skip(end)
            if self.text[end : end + 1] == "]":
                return ListValue(tuple(items)), end + 1
            if self.text[end : end + 1] != ",":
                raise self.fault(end, "a comma or ] is missing")
            end += 1

    def object(self, position: int, depth: int) -> tuple[Value, int]:
        entries: dict[str, Value] = {}
        end = self.skip(position + 1)
        if self.text[end : end + 1] == "}":
            return ObjectValue((), self.where.at(position)), end + 1
        while True:
            key, end = self.string(self.skip(end))
            end = self.skip(end)
            if self.text[end : end + 1] != ":":
                raise self.fault(end, "a colon is missing")
            entries[self.key(key)], end = self.value(self.skip(end + 1), depth + 1)
            end = self.skip(end)
            if self.text[end : end + 1] == "}":
                ordered = sorted(entries.items(), key=lambda entry: entry[0].encode("utf-8", "surrogatepass"))
                return ObjectValue(tuple(ordered)), end + 1
            if self.text[end : end + 1] != ",":
                raise self.fault(end, "a comma or } is missing")
            end += 1

    def key(self, content: str) -> str:
        """A key's text; a symbol in it is written as `${name}`."""
        for index, symbol in enumerate(self.symbols):
            content = content.replace(chr(PLACEHOLDER + index), str(symbol))
        return content
