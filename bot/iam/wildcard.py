"""Text of a policy made concrete for one request, and wildcard matching; part of the evaluator."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from bot.evaluated.document import Symbol, Text
from bot.late_pattern import late_pattern

VARIABLE = late_pattern(r"\$\{\s*([^},]+?)\s*(?:,\s*'([^']*)'\s*)?\}")


class Token(NamedTuple):
    """One character; `wild` if it is a wildcard rather than itself."""

    text: str
    wild: bool


Tokens = tuple[Token, ...]


@lru_cache(maxsize=16384)
def characters(text: str, *, wild: bool) -> tuple[Token, ...]:
    """The characters of plain policy text; with `wild`, `*` and `?` are wildcards."""
    return tuple(Token(char, wild and char in "*?") for char in text)


def expand(text: Text, context: Mapping[str, tuple[str, ...]], version: str) -> Tokens | None:
    """Put the request's values for policy variables; None if a variable has no value and no default.

    Only Version 2012-10-17 has variables. A value stands for itself: wildcards in it are plain characters.
    """
    if len(text.parts) == 1 and isinstance(text.parts[0], str) and "${" not in text.parts[0]:
        return characters(text.parts[0], wild=True)
    tokens: list[Token] = []
    for part in text.parts:
        if isinstance(part, Symbol):
            tokens += characters(str(part), wild=False)
            continue
        at = 0
        for variable in VARIABLE.finditer(part) if version == "2012-10-17" else ():
            value = _value(variable[1], variable[2], context)
            if value is None:
                return None
            tokens += characters(part[at : variable.start()], wild=True) + characters(value, wild=False)
            at = variable.end()
        tokens += characters(part[at:], wild=True)
    return tuple(tokens)


def _value(name: str, default: str | None, context: Mapping[str, tuple[str, ...]]) -> str | None:
    if name in ("*", "?", "$"):
        return name
    values = context.get(name.lower())
    return values[0] if values else default


def plain(tokens: Tokens) -> str:
    """The tokens as text."""
    return "".join(token.text for token in tokens)


def _next_start(pattern: Tokens, at: int, text: str, start: int) -> int:
    """Where, from `start` on, the text can go on with the pattern's token `at`; -1 if nowhere."""
    if at < len(pattern) and not pattern[at].wild:
        return text.find(pattern[at].text, start)
    return start


def wildcard_match(pattern: Tokens, text: str) -> bool:
    """`*` matches any run, `?` exactly one character; on failure the last `*` takes one character more."""
    at = place = 0
    star = mark = -1
    while place < len(text):
        token = pattern[at] if at < len(pattern) else None
        if token is not None and token.wild and token.text == "*":
            star, mark = at, place
            at += 1
        elif token is not None and ((token.wild and token.text == "?") or token == (text[place], False)):
            at += 1
            place += 1
        elif star >= 0:
            mark = _next_start(pattern, star + 1, text, mark + 1)
            if mark < 0:
                return False
            at, place = star + 1, mark
        else:
            return False
    return all(token.wild and token.text == "*" for token in pattern[at:])
