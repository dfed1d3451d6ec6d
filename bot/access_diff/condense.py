"""Few rows for many cells: equal ones once, neighbours joined, those inside another dropped."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace
from functools import reduce

from bot.access_diff.cells import NewRequests
from bot.access_diff.witness import Proof
from bot.frozen import dataclass
from bot.iam.coverage import Box, Space
from bot.iam.language import Language
from bot.iam.pattern import TooComplex

MAX_NESTED = 60
"""Cells among which those inside others are looked for."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A cell and its proof; `unpublished` if it holds only actions AWS has not published."""

    cell: NewRequests
    proof: Proof
    unpublished: bool


def condense(pieces: list[Piece], space: Space) -> list[Piece]:
    """The same access in fewer pieces, in order of first appearance. A joined piece keeps its first cell's tests."""
    if len(pieces) < 2:
        return pieces
    pieces = _outermost(pieces, space)
    pieces = _joined(pieces, lambda box: (box.actions, box.resources), _first)
    pieces = _joined(pieces, lambda box: (box.resources, box.actions.without), _actions)
    return _joined(pieces, lambda box: (box.actions, box.resources.without), _resources)


def _place(piece: Piece) -> Hashable:
    box = piece.cell.box
    return (id(box.origin), box.principals, piece.cell.reason, id(piece.cell.gone), piece.unpublished)


def _joined(pieces: list[Piece], key: Callable[[Box], Hashable], join: Callable[[Piece, Piece], Piece]) -> list[Piece]:
    groups: dict[Hashable, list[Piece]] = {}
    for piece in pieces:
        groups.setdefault((_place(piece), key(piece.cell.box)), []).append(piece)
    return [reduce(join, group) for group in groups.values()]


def _first(left: Piece, right: Piece) -> Piece:
    return left


def _actions(left: Piece, right: Piece) -> Piece:
    a, b = left.cell.box, right.cell.box
    return _with(left, replace(a, actions=_union(a.actions, b.actions)))


def _resources(left: Piece, right: Piece) -> Piece:
    a, b = left.cell.box, right.cell.box
    return _with(left, replace(a, resources=_union(a.resources, b.resources)))


def _union(left: Language, right: Language) -> Language:
    return Language(tuple(dict.fromkeys(left.within + right.within)), left.without)


def _with(piece: Piece, box: Box) -> Piece:
    return replace(piece, cell=replace(piece.cell, box=box))


def _outermost(pieces: list[Piece], space: Space) -> list[Piece]:
    """Without pieces that lie inside another statement's."""
    if not 1 < len(pieces) <= MAX_NESTED:
        return pieces
    kept = list(pieces)
    for piece in pieces:
        others = (other for other in kept if other is not piece and other.cell.box.origin is not piece.cell.box.origin)
        if _inside_one(piece, others, space):
            kept.remove(piece)
    return kept


def _inside_one(piece: Piece, others: Iterable[Piece], space: Space) -> bool:
    try:
        return any(not space.remove(piece.cell.box, other.cell.box) for other in others)
    except TooComplex:
        return False
