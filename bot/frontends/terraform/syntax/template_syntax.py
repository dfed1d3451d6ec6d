"""Assembles a template's flat parts: directives into trees, indentation and whitespace trimmed as HCL does."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.frontends.terraform.syntax.nodes import (
    Expression,
    SyntaxFault,
    TemplateFor,
    TemplateIf,
    TemplatePart,
    TemplateText,
)
from bot.frozen import dataclass
from bot.late_pattern import late_pattern

_ESCAPE = late_pattern(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


@dataclass(slots=True)
class LiteralText:
    """Literal text being trimmed."""

    start: int
    end: int
    text: str
    verbatim: bool


@dataclass(frozen=True, slots=True)
class TemplateMarker:
    """An interpolation or directive; `trims` says whether whitespace before and after it goes."""

    start: int
    end: int
    kind: str
    trims: tuple[bool, bool]
    expression: Expression | None = None
    key: str | None = None
    name: str = ""


Flat = list[LiteralText | TemplateMarker]


def unescape(text: str, start: int) -> str:
    """A quoted string's text with its backslash escapes replaced. Raises SyntaxFault."""

    def replace(match: re.Match[str]) -> str:
        digits = match.group(1) or match.group(2)
        if digits:
            code = int(digits, 16)
            if code > 0x10FFFF or 0xD800 <= code < 0xE000:
                raise SyntaxFault(f"\\{match.group(0)[1]}{digits} is no character", start + match.start())
            return chr(code)
        if (found := _ESCAPES.get(match.group(3))) is None:
            raise SyntaxFault(f"\\{match.group(3)} is no escape sequence", start + match.start())
        return found

    return _ESCAPE.sub(replace, text)


def lines(text: str, start: int) -> Iterator[LiteralText]:
    """Raw text, one Text a line, as HCL cuts it."""
    for line in text.splitlines(keepends=True) if "\r" not in text and "\v" not in text else _split(text):
        yield LiteralText(start, start + len(line), line, True)
        start += len(line)


def _split(text: str) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def assemble(flat: Flat, unindent: bool) -> tuple[TemplatePart, ...]:
    """The parts with directives closed, trimmed; `unindent` for `<<-`. Raises SyntaxFault."""
    _trim(flat)
    if unindent:
        _unindent(flat)
    return _sequence(_merged(flat), [0], None)


def _trim(flat: Flat) -> None:
    for index, part in enumerate(flat):
        if not isinstance(part, TemplateMarker):
            continue
        before = flat[index - 1] if index else None
        if part.trims[0] and isinstance(before, LiteralText):
            before.text = before.text.rstrip()
            before.end = before.start + len(before.text)
        after = flat[index + 1] if index + 1 < len(flat) else None
        if part.trims[1] and isinstance(after, LiteralText):
            _cut(after, len(after.text) - len(after.text.lstrip()))


def _cut(text: LiteralText, size: int) -> None:
    text.text = text.text[size:]
    text.start += size


def _unindent(flat: Flat) -> None:
    firsts = [part for before, part in zip((None, *flat), flat, strict=False) if before is None or _ends_line(before)]
    starts = [one for one in firsts if isinstance(one, LiteralText) and not (_ends_line(one) and not one.text.strip())]
    indents = [len(one.text) - len(one.text.lstrip()) for one in starts]
    least = min(indents, default=0) if all(isinstance(one, LiteralText) for one in firsts) else 0
    for text in starts:
        _cut(text, least)


def _ends_line(part: object) -> bool:
    return isinstance(part, LiteralText) and part.text.endswith("\n")


def _merged(flat: Flat) -> Flat:
    merged: Flat = []
    for part in flat:
        last = merged[-1] if merged else None
        if not isinstance(part, LiteralText):
            merged.append(part)
        elif not part.text:
            continue
        elif isinstance(last, LiteralText) and last.verbatim and part.verbatim and last.end == part.start:
            merged[-1] = LiteralText(last.start, part.end, last.text + part.text, True)
        else:
            merged.append(part)
    return merged


_CLOSERS = {"if": ("else", "endif"), "else": ("endif",), "for": ("endfor",)}


def _sequence(flat: Flat, position: list[int], opener: TemplateMarker | None) -> tuple[TemplatePart, ...]:
    """Parts up to what closes `opener`, which is left at `position`."""
    parts: list[TemplatePart] = []
    while position[0] < len(flat):
        part = flat[position[0]]
        if isinstance(part, LiteralText):
            parts.append(TemplateText(part.start, part.end, part.text, part.verbatim))
        elif part.kind == "interpolation":
            assert part.expression is not None
            parts.append(part.expression)
        elif part.kind in ("if", "for"):
            position[0] += 1
            parts.append(_directive(part, flat, position))
        elif opener is not None and part.kind in _CLOSERS[opener.kind]:
            return tuple(parts)
        else:
            raise SyntaxFault(f"%{{ {part.kind} }} closes nothing", part.start)
        position[0] += 1
    if opener is not None:
        raise SyntaxFault(f"%{{ {opener.kind} }} is not closed", opener.start)
    return tuple(parts)


def _directive(opener: TemplateMarker, flat: Flat, position: list[int]) -> TemplateIf | TemplateFor:
    assert opener.expression is not None
    body = _sequence(flat, position, opener)
    closer = flat[position[0]]
    if opener.kind == "for":
        return TemplateFor(opener.start, closer.end, opener.key, opener.name, opener.expression, body)
    otherwise: tuple[TemplatePart, ...] = ()
    if isinstance(closer, TemplateMarker) and closer.kind == "else":
        position[0] += 1
        otherwise = _sequence(flat, position, closer)
        closer = flat[position[0]]
    return TemplateIf(opener.start, closer.end, opener.expression, body, otherwise)
