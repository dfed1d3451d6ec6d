"""Whether a resource in a request may be one that a policy calls by another name: a symbol for what was written out."""

from __future__ import annotations

from typing import NamedTuple

from bot.late_pattern import late_pattern

_SYMBOL = late_pattern(r"\$\{[^{}]*\}")


class _Piece(NamedTuple):
    """One character, or one symbol as a whole."""

    text: str
    symbol: bool


def may_be_named(pattern: str, resource: str, written: int) -> bool:
    """Whether `pattern`, as printed in a finding, may stand for `resource`, as in a request.

    A symbol in the pattern may stand for what an author has written: the first `written` characters of the resource;
    one in the resource for any text, and for any other symbol: two blocks that stand side by side may be of one name,
    as two queues in two regions are.
    """
    asked, wanted = _pieces(resource), _pieces(pattern)
    limit = _reach(asked, written)
    at = {0}
    for piece in wanted:
        at = _step(piece, asked, at, limit)
        if not at:
            return False
    return any(_is_empty(asked[place:]) for place in at)


def _pieces(text: str) -> list[_Piece]:
    found: list[_Piece] = []
    end = 0
    for match in _SYMBOL.finditer(text):
        found += [_Piece(char, False) for char in text[end : match.start()]]
        found.append(_Piece(match[0], True))
        end = match.end()
    return [*found, *(_Piece(char, False) for char in text[end:])]


def _reach(asked: list[_Piece], written: int) -> int:
    """How many pieces lie within so many characters."""
    length = count = 0
    for piece in asked:
        length += len(piece.text)
        if length > written:
            break
        count += 1
    return count


def _step(piece: _Piece, asked: list[_Piece], at: set[int], limit: int) -> set[int]:
    """The places in the resource that are reached with one more piece of the pattern."""
    if piece.symbol:
        same = {place + 1 for place in at if place < len(asked) and asked[place] == piece}
        return same | set(range(min(at), limit + 1))
    if piece.text == "*":
        return set(range(min(at), len(asked) + 1))
    after = set()
    for place in at:
        if place == len(asked):
            continue
        if asked[place].symbol:
            after |= {place, place + 1}  # a character of what the symbol stands for, perhaps the last one
        elif piece.text in ("?", asked[place].text):
            after.add(place + 1)
    return after


def _is_empty(rest: list[_Piece]) -> bool:
    return all(piece.symbol for piece in rest)
