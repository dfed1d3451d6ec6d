"""One thing that a change makes another: what it is, and the lines that may have done it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.evaluated.diagnostic import Side, Span

Place = tuple[Side, Span]


@dataclass(frozen=True, slots=True)
class Redefinition:
    """`address` names it; `places` are where it is written, the likeliest cause first.

    `block` is a data block's address without instance keys, by which values name it; "" for anything else.
    """

    address: str
    reason: str
    remedy: str
    places: tuple[Place, ...]
    block: str = ""
