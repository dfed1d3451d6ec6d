"""Cells of access as changes: the row, what causes it, what the other side had that comes closest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from bot.access_diff import causes
from bot.access_diff.causes import Causes, keys_of
from bot.access_diff.cells import NewRequests, Reason
from bot.access_diff.delta import Change, ComparedRow, Witness
from bot.access_diff.nearest import MAX_COMPARED, Closest, Shortfall, closest, nearest
from bot.access_diff.rows import Speller, plain_row
from bot.access_diff.ruleset import Compiled, services_of
from bot.evaluated.diagnostic import Trail
from bot.iam.coverage import Box, Space
from bot.iam.pattern import TooComplex
from bot.iam.statement import Statement

UNPUBLISHED = "only actions that AWS has not published yet are new"


_OF_ROLES = frozenset(("sts",))

MAX_EXPLAINED = 200
"""Changes of one comparison that are compared with what was there before; the others only name their statement."""


@dataclass(slots=True)
class Explainer:
    """Explains what `new` allows and `old` does not."""

    old: Compiled
    new: Compiled
    space: Space
    speller: Speller
    explained: int = 0

    def change(self, cell: NewRequests, witness: Witness | None, *, unpublished: bool = False, why: str = "") -> Change:
        """The change a cell is."""
        box = cell.box
        self.explained += 1
        try:
            if self.explained > MAX_EXPLAINED:
                raise TooComplex("too many changes to explain each")
            near = closest(box, self.old.main.allows.near(box), self.space)
            found = self._causes(cell, near.missed)
        except TooComplex:
            near, found = Closest(), Causes([box.origin.trail])
        missed = near.missed
        return Change(
            row=self.speller.row(box),
            statement=box.origin,
            causes=tuple(dict.fromkeys(filter(None, found.here))),
            removed=tuple(dict.fromkeys(filter(None, found.there))),
            witness=witness,
            why=why,
            before=None if missed is None else self.speller.row(missed.box),
            stays=missed is not None and self._still_there(missed.box),
            why_new=UNPUBLISHED if unpublished else _in_words(cell, missed),
            compared=self._compared(near.like),
        )

    def _compared(self, like: Shortfall | None) -> ComparedRow | None:
        """What a reader compares the change with; others' access only where they have it no longer, but for who may
        become a role."""
        if like is None:
            return None
        try:
            gone = self._gone(like.box)
        except TooComplex:
            gone = [like.box]
        if like.principals and not gone and services_of(like.box) != _OF_ROLES:
            return None
        return ComparedRow(self.speller.row(like.box), stays=not gone, partly=bool(gone) and gone != [like.box])

    def _still_there(self, before: Box) -> bool:
        """Whether all of what was there before still is, beside what is new or as a part of it."""
        try:
            return not self._gone(before)
        except TooComplex:
            return False

    def _gone(self, before: Box) -> list[Box]:
        """What of what was there before is not there any longer. Raises TooComplex."""
        left = [before]
        for box in islice(self.new.main.allows.near(before), MAX_COMPARED):
            left = [rest for one in left for rest in self.space.remove(one, box)]
            if not left:
                break
        return left

    def _causes(self, cell: NewRequests, missed: Shortfall | None) -> Causes:
        vocabulary = self.speller.vocabulary
        if cell.reason is Reason.ALLOW:
            return causes.of_allow(cell.box, missed, vocabulary)
        if cell.reason is Reason.DENY and cell.gone_box is not None:
            left = nearest(cell.box, self.new.main.denies.near(cell.box), self.space)
            return causes.of_deny(cell.box, cell.gone_box, left, vocabulary)
        wider = nearest(cell.box, self._cap_allows(cell.box), self.space)
        return causes.of_limit(cell.box, cell.gone, wider, vocabulary)

    def _cap_allows(self, box: Box) -> Iterator[Box]:
        for limit in self.new.limits:
            yield from limit.allows.near(box)


def doubtful(statement: Statement, why: str) -> Change:
    """A whole statement that could not be looked into."""
    return Change(plain_row(statement), statement, _own_trail(statement), why=why)


def _own_trail(statement: Statement) -> tuple[Trail, ...]:
    return (statement.trail,) if statement.trail else ()


def _in_words(cell: NewRequests, missed: Shortfall | None) -> str:
    if cell.reason is not Reason.ALLOW:
        return str(cell.reason)
    if missed is None:
        return "no statement allowed any of it"
    parts = []
    if missed.tests:
        parts.append(f"it was limited by {' and '.join(keys_of(missed.tests))}")
    for new, words in (
        (missed.actions, "these actions were not allowed"),
        (missed.resources, "it was not allowed on these resources"),
        (missed.principals, "these principals were not let in"),
    ):
        if new:
            parts.append(words)
    return " and ".join(parts) or "no one statement allowed it"
