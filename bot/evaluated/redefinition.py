"""One thing that a change makes another: what it is, and the lines that may have done it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.evaluated.diagnostic import Diagnostic, Side, Span
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.value import Value
from bot.frozen import dataclass

Place = tuple[Side, Span]

Others = Mapping[str, tuple[Place, ...]]
"""Things that are others now, by their names, each with where that comes from."""


@dataclass(frozen=True, slots=True)
class Redefinition:
    """What is told of a thing: `address` names it; `places` are where it is written, the likeliest cause first.

    `block` is a data block's address without instance keys, by which values name it; "" for anything else. `runs` is
    what is run by it at base and at head, where it is a program's.
    """

    diagnostic: Diagnostic
    address: str
    places: tuple[Place, ...]
    block: str = ""
    runs: tuple[Value | None, Value] | None = None


def redefinition(address: str, reason: str, remedy: str, places: tuple[Place, ...], block: str = "") -> Redefinition:
    """The thing at `address` that is another now."""
    told = Diagnostic(DiagnosticKind.UNJUDGED_CHANGE, reason, span=places[0][1], remedy=remedy)
    return Redefinition(told, address, places, block)
