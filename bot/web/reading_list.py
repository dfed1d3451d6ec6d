"""Which of all repositories a visitor may read, for pages that list many: asked several at a time, and remembered."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import field

from bot.frozen import dataclass
from bot.store.found import Place
from bot.web.gate import Gate, Visitor

SECONDS = 600.0
"""So long an answer counts for lists, which ask about hundreds: a page of one repository asks anew after a minute."""

MOST = 400
"""About so many repositories is asked for one page; the next one asks about the others."""

_AT_ONCE = 16
_REMEMBERED = 100_000


@dataclass(frozen=True, slots=True)
class Readable:
    """The repositories that may be read, None for all; of `unasked` more it is not known yet."""

    places: frozenset[Place] | None
    unasked: int = 0

    def has(self, place: Place) -> bool:
        """Whether that one may be read."""
        return self.places is None or place in self.places


@dataclass(frozen=True, slots=True)
class ReadingList:
    """`places` gives the repositories that there are, those to be asked about first in front."""

    gate: Gate
    places: Callable[[], Sequence[Place]]
    clock: Callable[[], float] = time.monotonic
    _known: dict[tuple[Visitor, Place], tuple[float, bool]] = field(default_factory=dict)

    def of(self, visitor: Visitor) -> Readable:
        """What the visitor may read."""
        if visitor.local:
            return Readable(None)
        if not visitor.login:
            return Readable(frozenset())
        theirs = [place for place in self.places() if place[0] == visitor.forge]
        unknown = [place for place in theirs if self._remembered(visitor, place) is None]
        self._ask(visitor, unknown[:MOST])
        read = frozenset(place for place in theirs if self._remembered(visitor, place))
        return Readable(read, max(len(unknown) - MOST, 0))

    def _ask(self, visitor: Visitor, unknown: Sequence[Place]) -> None:
        with ThreadPoolExecutor(_AT_ONCE, "reading") as asking:
            answers = list(asking.map(lambda place: self.gate.reads(visitor, *place), unknown))
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        until = self.clock() + SECONDS
        self._known.update({(visitor, place): (until, reads) for place, reads in zip(unknown, answers, strict=True)})

    def _remembered(self, visitor: Visitor, place: Place) -> bool | None:
        until, reads = self._known.get((visitor, place), (0.0, False))
        return reads if until > self.clock() else None
