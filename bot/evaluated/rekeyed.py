"""A table that has more keys on the other side of a change."""

from __future__ import annotations

from bot.evaluated.diagnostic import Span
from bot.frozen import dataclass


@dataclass(frozen=True, slots=True)
class ComingEntry:
    """The key of an entry that one side alone has, and the lines that it comes through."""

    key: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """The entries that only the other side has of what an expression asks for, which is written `at` on this side.

    Access is compared as if both sides had them: what they say is compared with nothing.
    """

    expression: str
    at: Span
    come: tuple[ComingEntry, ...]
