"""Reads JSON text with positions, from strings that may hold symbols: the one JSON decoder of the program."""

from __future__ import annotations

import dataclasses
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from bot.evaluated.diagnostic import Span, Step, Trail
from bot.evaluated.document import Symbol
from bot.evaluated.trails import joined
from bot.evaluated.value import (
    BoolValue,
    ListValue,
    NullValue,
    NumberValue,
    ObjectValue,
    Part,
    StringValue,
    Unknown,
    Value,
    key_of,
)
from bot.late_pattern import late_pattern

MAX_DEPTH = 100

_SPACE = late_pattern(r"[ \t\n\r]*")
_NUMBER = late_pattern(r"-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
_PLAIN = late_pattern(r'[^"\\\x00-\x1f\ue000]+')
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_HOLE = "\ue000"
"""Stands for a symbol in the flattened text; a private-use character that JSON text does not contain."""


class JsonFault(Exception):
    """Text that is not JSON: why, and where if that is known; `limit` if it may be and is too deep for us."""

    def __init__(self, reason: str, span: Span | None, limit: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.span = span
        self.limit = limit


def decode_json(value: StringValue) -> Value:
    """The value that JSON text spells; its `encoded` if it has one.

    Each element's trail is the place in the text it was written at, then the trail of that part and of
    the whole. Symbols inside strings stay parts; a symbol in place of a value is Unknown. An object's
    members are sorted by key, as jsondecode does. Raises JsonFault.
    """
    if value.encoded is not None:
        return value.encoded
    reader = _JsonReader(value)
    return reader.document()


@dataclass(slots=True)
class _JsonReader:
    value: StringValue
    text: str = ""
    position: int = 0
    starts: list[int] = field(default_factory=list)
    pieces: list[Part] = field(default_factory=list)
    newlines: list[int] = field(default_factory=list)
    cache: dict[tuple[int, int], Trail] = field(default_factory=dict)

    def __post_init__(self) -> None:
        texts: list[str] = []
        offset = 0
        for part in self.value.parts:
            content = part.content if isinstance(part.content, str) else _HOLE
            if isinstance(part.content, str) and _HOLE in content:
                raise JsonFault("the text contains the character U+E000", None)
            if content:
                self.starts.append(offset)
                self.pieces.append(part)
                texts.append(content)
                offset += len(content)
        self.text = "".join(texts)
        self.newlines = [match.start() for match in re.finditer("\n", self.text)]

    def document(self) -> Value:
        self._blank()
        if self.position >= len(self.text):
            raise self._fault("the text is empty")
        found = self._element(0)
        self._blank()
        if self.position < len(self.text):
            raise self._fault("there is more after the JSON value")
        return found

    def _blank(self) -> None:
        match = _SPACE.match(self.text, self.position)
        assert match is not None
        self.position = match.end()

    def _fault(self, reason: str, limit: bool = False) -> JsonFault:
        trail = self._trail(min(self.position, len(self.text) - 1)) if self.text else self.value.trail
        return JsonFault(reason, trail[0].span if trail else None, limit)

    def _trail(self, position: int) -> Trail:
        """Where the character at `position` was written, then how it got here."""
        if position < 0:
            return self.value.trail
        index = bisect_right(self.starts, position) - 1
        part, start = self.pieces[index], self.starts[index]
        first_line = bisect_left(self.newlines, start)
        line = bisect_left(self.newlines, position) - first_line if part.verbatim else 0
        if (found := self.cache.get((index, line))) is not None:
            return found
        trail = part.trail
        if trail and part.verbatim:
            span = self._line_of(trail[0].span, index, first_line, line)
            trail = (Step(span, trail[0].what, trail[0].kind), *trail[1:])
        self.cache[index, line] = trail = joined(trail, self.value.trail)
        return trail

    def _line_of(self, span: Span, index: int, first_line: int, line: int) -> Span:
        """The span of the `line`-th line (from 0) of piece `index`, whose text begins at `span`."""
        end = self.starts[index + 1] if index + 1 < len(self.starts) else len(self.text)
        number = first_line + line
        begins = self.newlines[number - 1] + 1 if line else self.starts[index]
        ends = min(end, self.newlines[number] if number < len(self.newlines) else end)
        column = 1 if line else span.column
        return Span(span.file, span.line + line, column, span.line + line, column + max(ends - begins, 0))

    def _element(self, depth: int) -> Value:
        if depth > MAX_DEPTH:
            raise self._fault("the JSON is nested too deeply", limit=True)
        character = self.text[self.position : self.position + 1]
        if character == "{":
            return self._object(depth)
        if character == "[":
            return self._array(depth)
        if character == '"':
            return self._string()
        if character == _HOLE:
            return self._hole()
        return self._scalar()

    def _hole(self) -> Value:
        trail = self._trail(self.position)
        part = self.pieces[bisect_right(self.starts, self.position) - 1]
        self.position += 1
        assert isinstance(part.content, Symbol)
        return Unknown(part.content, trail)

    def _scalar(self) -> Value:
        start = self.position
        for word, meaning in _WORDS.items():
            if self.text.startswith(word, start):
                self.position += len(word)
                trail = self._trail(start)
                return NullValue(trail) if meaning is None else BoolValue(meaning, trail)
        match = _NUMBER.match(self.text, start)
        if match is None:
            shown = self.text[start : start + 1].replace(_HOLE, "a symbol")
            raise self._fault(f"{shown!r} is not expected here" if shown else "the text ends too early")
        self.position = match.end()
        return NumberValue(self._number(match), self._trail(start))

    def _number(self, match: re.Match[str]) -> int | float:
        written = match.group()
        if not (match.group(1) or match.group(2)):
            return int(written[:400])
        number = float(written)
        if number in (float("inf"), float("-inf")):
            raise self._fault("a number is too large", limit=True)
        return int(number) if number.is_integer() else number

    def _string(self) -> StringValue:
        start = self.position
        self.position += 1
        parts: list[Part] = []
        text = self.text
        while (character := text[self.position : self.position + 1]) != '"':
            at = self.position
            if match := _PLAIN.match(text, at):
                self._plain(match, parts)
            elif character == _HOLE:
                hole = self.pieces[bisect_right(self.starts, at) - 1]
                parts.append(dataclasses.replace(hole, trail=self._trail(at)))
                self.position += 1
            elif character == "\\":
                parts.append(Part(self._escape(), self._trail(at)))
            else:
                reason = "a string contains a control character" if character else "a string is not closed"
                raise self._fault(reason)
        self.position += 1
        if len(parts) == 1:
            return StringValue((parts[0],))
        return StringValue(tuple(parts), self._trail(start) if not parts else ())

    def _plain(self, match: re.Match[str], parts: list[Part]) -> None:
        """Plain text, cut where the source's parts are."""
        at, end = match.span()
        while at < end:
            index = bisect_right(self.starts, at)
            stop = min(end, self.starts[index] if index < len(self.starts) else end)
            parts.append(Part(self.text[at:stop], self._trail(at)))
            at = stop
        self.position = end

    def _escape(self) -> str:
        letter = self.text[self.position + 1 : self.position + 2]
        if letter != "u":
            if (found := _ESCAPES.get(letter)) is None:
                raise self._fault(f"\\{letter} is no escape sequence")
            self.position += 2
            return found
        code = self._hex(self.position + 2)
        self.position += 6
        if 0xD800 <= code < 0xDC00 and self.text.startswith("\\u", self.position):
            low = self._hex(self.position + 2)
            if 0xDC00 <= low < 0xE000:
                self.position += 6
                return chr(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00))
        return "\ufffd" if 0xD800 <= code < 0xE000 else chr(code)

    def _hex(self, at: int) -> int:
        digits = self.text[at : at + 4]
        if not re.fullmatch(r"[0-9a-fA-F]{4}", digits):
            raise self._fault("\\u needs four hexadecimal digits")
        return int(digits, 16)

    def _array(self, depth: int) -> ListValue:
        trail = self._trail(self.position)
        items: list[Value] = []
        self.position += 1
        self._blank()
        while not self._closes("]", bool(items)):
            items.append(self._element(depth + 1))
            self._blank()
        return ListValue(tuple(items), trail)

    def _object(self, depth: int) -> ObjectValue:
        trail = self._trail(self.position)
        members: dict[str, Value] = {}
        self.position += 1
        self._blank()
        while not self._closes("}", bool(members)):
            if self.text[self.position : self.position + 1] != '"':
                raise self._fault("a key must be a string")
            key = key_of(self._string())
            self._blank()
            if self.text[self.position : self.position + 1] != ":":
                raise self._fault("a colon is missing")
            self.position += 1
            self._blank()
            members[key] = self._element(depth + 1)
            self._blank()
        return ObjectValue(tuple(sorted(members.items())), trail)

    def _closes(self, closer: str, after_item: bool) -> bool:
        """Whether the container ends here; else steps over the comma before the next item."""
        character = self.text[self.position : self.position + 1]
        if character == closer:
            self.position += 1
            return True
        if not after_item:
            return False
        if character != ",":
            raise self._fault("a comma is missing" if character else "the text ends too early")
        self.position += 1
        self._blank()
        if self.text[self.position : self.position + 1] == closer:
            raise self._fault(f"there is a comma before {closer!r}")
        return False
