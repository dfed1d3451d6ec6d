"""Two rows whose long unknowns would be cut to the same text, with what tells these apart in place of their ends."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Mapping

from bot.access_diff.delta import Row
from bot.risk.wording.symbol_words import SYMBOL
from bot.risk.wording.words import cut

_ROOM = 26
"""Characters of a name's part: with dots around, `cut` leaves it as it is."""


def told_apart(before: Row, now: Row) -> tuple[Row, Row]:
    """Both rows; only what would be printed alike is written otherwise."""
    words = distinct(itertools.chain(_symbols(before), _symbols(now)))
    return (_spelled(before, words), _spelled(now, words)) if words else (before, now)


def distinct(symbols: Iterable[str]) -> Mapping[str, str]:
    """Of unknowns (`${module.a.arn}`) that are cut alike each its own text; the others are left out."""
    alike: dict[str, list[str]] = {}
    for one in dict.fromkeys(symbols):
        alike.setdefault(cut(one), []).append(one)
    found: dict[str, str] = {}
    for some in (each for each in alike.values() if len(each) > 1):
        for number, one in enumerate(some, start=1):
            found[one] = _part(one, [other for other in some if other != one], number)
    return found


def _part(symbol: str, others: list[str], number: int) -> str:
    """The first name in it that no other has, by its end; a number where that is not enough."""
    names = symbol[2:-1].split(".")
    taken = {name[-_ROOM:] for other in others for name in other[2:-1].split(".")}
    own = next((name[-_ROOM:] for name in names if name[-_ROOM:] not in taken), "")
    return f"${{...{own}...}}" if own else f"${{...{names[-1][-_ROOM + 4 :]} ({number})}}"


def _symbols(row: Row) -> Iterable[str]:
    values = (value for one in row.conditions for value in one.values)
    return (match[0] for text in (*row.resources, *values) for match in SYMBOL.finditer(text))


def _spelled(row: Row, words: Mapping[str, str]) -> Row:
    def spelled(text: str) -> str:
        return SYMBOL.sub(lambda match: words.get(match[0], match[0]), text)

    conditions = tuple(dataclasses.replace(one, values=tuple(map(spelled, one.values))) for one in row.conditions)
    return dataclasses.replace(row, resources=tuple(map(spelled, row.resources)), conditions=conditions)
