"""Decodes one JSON string, and tells for each character of the result where it is written."""

from __future__ import annotations

from collections.abc import Sequence

from bot.frontends.terraform.syntax.nodes import SyntaxFault
from bot.late_pattern import late_pattern

QUOTED = late_pattern(r'"((?:[^"\\\n]|\\.)*)"')
_ESCAPE = late_pattern(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.")
_SHORT = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def decoded(raw: str, start: int) -> tuple[str, Sequence[int]]:
    """What is between the quotes at offset `start` without its escapes, and each character's offset, the end's last.

    Raises SyntaxFault.
    """
    if "\\" not in raw:
        return raw, range(start, start + len(raw) + 1)
    pieces: list[str] = []
    places: list[int] = []
    position = 0
    for match in _ESCAPE.finditer(raw):
        plain = raw[position : match.start()]
        pieces += (plain, _character(match.group(), start + match.start()))
        places += range(start + position, start + match.start() + 1)
        position = match.end()
    pieces.append(raw[position:])
    places += range(start + position, start + len(raw) + 1)
    return "".join(pieces), places


def _character(escape: str, place: int) -> str:
    if not escape.startswith("\\u"):
        if (found := _SHORT.get(escape[1])) is None:
            raise SyntaxFault(f"{escape} is no escape sequence", place)
        return found
    code = int(escape[2:6], 16)
    if len(escape) > 6:
        return chr(0x10000 + ((code - 0xD800) << 10) + int(escape[8:], 16) - 0xDC00)
    return "\ufffd" if 0xD800 <= code < 0xE000 else chr(code)
