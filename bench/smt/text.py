"""The text of policies taken apart, and its parts as the solver's terms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import z3

STRING = z3.StringSort()
ANYTHING = z3.Full(z3.ReSort(STRING))
NO_COLON = z3.Diff(z3.AllChar(z3.ReSort(STRING)), z3.Re(":"))
SEGMENT = z3.Star(NO_COLON)
ARN_SEGMENTS = 6


@dataclass(frozen=True, slots=True)
class Word:
    """A part of a text that stands for itself."""

    text: str


@dataclass(frozen=True, slots=True)
class Wild:
    """`*` or `?`, or one of the runs that `languages` adds to them."""

    char: str


@dataclass(frozen=True, slots=True)
class Variable:
    """`${key}` or `${key, 'default'}`; the key in lower case."""

    key: str
    default: str | None


Part = Word | Wild | Variable

_VARIABLE = re.compile(r"\$\{\s*([^},]+?)\s*(?:,\s*'([^']*)'\s*)?\}")


@lru_cache(maxsize=100_000)
def parts(text: str, *, variables: bool, globs: bool) -> tuple[Part, ...]:
    """A text taken apart; `${*}`, `${?}` and `${$}` are those characters."""
    found: list[Part] = []
    at = 0
    for match in _VARIABLE.finditer(text) if variables else ():
        found += _plain(text[at : match.start()], globs)
        found.append(Word(match[1]) if match[1] in ("*", "?", "$") else Variable(match[1].lower(), match[2]))
        at = match.end()
    return (*found, *_plain(text[at:], globs))


def _plain(text: str, globs: bool) -> list[Part]:
    pieces = re.split(r"([*?])", text) if globs else [text]
    return [Wild(piece) if globs and piece in ("*", "?") else Word(piece) for piece in pieces if piece]


def literal(text: str) -> z3.SeqRef:
    """A constant; the solver takes a backslash for the beginning of an escape."""
    return z3.StringVal(text.replace("\\", "\\u{5c}"))


def concat(pieces: Sequence[z3.ReRef]) -> z3.ReRef:
    """The languages one after another."""
    if not pieces:
        return z3.Re("")
    return pieces[0] if len(pieces) == 1 else z3.Concat(*pieces)


def union(languages: Sequence[z3.ReRef]) -> z3.ReRef:
    """The languages together."""
    if not languages:
        return z3.Empty(z3.ReSort(STRING))
    return languages[0] if len(languages) == 1 else z3.Union(*languages)


def arn_segments(wanted: Sequence[Part]) -> list[tuple[Part, ...]]:
    """The parts by the first five colons that are written."""
    segments: list[list[Part]] = [[]]
    for part in wanted:
        if not isinstance(part, Word):
            segments[-1].append(part)
            continue
        first, *others = part.text.split(":", ARN_SEGMENTS - len(segments))
        segments[-1] += [Word(first)] if first else []
        segments += [[Word(other)] if other else [] for other in others]
    return [tuple(segment) for segment in segments]
