"""What one side allows and the other does not, as boxes: cells of access, each with how it came about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field
from enum import StrEnum

from bot.access_diff.ruleset import Boxes, Compiled, RuleSet
from bot.frozen import dataclass
from bot.iam.coverage import Box, Space, possible
from bot.iam.pattern import TooComplex
from bot.iam.statement import Statement

MAX_SPENT = 3_000.0
"""Boxes cut by boxes in one comparison before the rest is undecided."""

_MISS = 0.05
"""What it costs, in cuts, to see that two boxes have nothing in common."""


MAX_UNDENIED = 8
"""Parts of a lost Deny that each Allow is held against before it is held against the whole Deny."""


class Reason(StrEnum):
    """Why a cell is new."""

    ALLOW = "no statement allowed it"
    DENY = "a Deny is gone or narrower"
    LIMIT = "a limit on all access is gone or wider"


@dataclass(frozen=True, slots=True)
class NewRequests:
    """Requests that are new. `gone` is the other side's Deny or limit statement that kept them out."""

    box: Box
    reason: Reason
    gone: Statement | None = None
    gone_box: Box | None = None


@dataclass(slots=True)
class Comparison:
    """Finds what `new` allows and `old` does not."""

    old: Compiled
    new: Compiled
    space: Space
    spent: float = field(default=0.0)
    _open: list[tuple[Box, list[Box]]] | None = None

    def candidates(self) -> Iterator[Box]:
        """The allowing boxes that can hold anything new."""
        everything = bool(self.lost_denies() or self._lost_limits())
        for box in self.new.main.allows.all:
            if (everything or not self._known(box)) and possible(box.tests, self.space.many):
                yield box

    def cells(self, box: Box) -> Iterator[NewRequests]:
        """The new cells inside one of the new side's allowing boxes. Raises TooComplex."""
        fresh: list[Box] = []
        if not self.space.consistent([box]):
            return
        if not self._known(box):
            fresh = self.without([box], self.old.main.allows)
        for part in self._in_force(fresh):
            yield NewRequests(part, Reason.ALLOW)
        if fresh == [box]:
            return
        for deny, left in self._opened():
            if not any(self.space.meet(box, part) for part in left):
                continue
            shared = self.space.meet(box, deny)
            for part in self._in_force(self._apart([shared] if shared else [], fresh)):
                yield NewRequests(part, Reason.DENY, deny.origin, deny)
        for limit in self._lost_limits():
            yield from self._beyond(box, limit, fresh)

    def _beyond(self, box: Box, limit: RuleSet, fresh: list[Box]) -> Iterator[NewRequests]:
        outside = self.without([box], limit.allows)
        for deny in limit.denies.near(box):
            shared = self.space.meet(box, deny)
            outside += self._apart([shared] if shared else [], outside)
        gone = limit.statements[0] if limit.statements else None
        for part in self._in_force(self._apart(outside, fresh)):
            yield NewRequests(part, Reason.LIMIT, gone)

    def lost_denies(self) -> list[Box]:
        """The old side's denying boxes that are not word for word on the new side."""
        return [box for box in self.old.main.denies.all if not self._kept(box)]

    def opened_denies(self) -> list[Box]:
        """What the old side's denying boxes kept back and the new side's do not, whatever symbols stand for."""
        return [box for _, left in self._opened() for box in left]

    def _opened(self) -> list[tuple[Box, list[Box]]]:
        """The lost denies of which the new side's leave something, with what that is, found once for all allows."""
        if self._open is None:
            self._open = [(deny, left) for deny in self.lost_denies() if (left := self._undenied(deny))]
        return self._open

    def _undenied(self, deny: Box) -> list[Box]:
        """What of a deny the new side denies no more; all of it where that is too much to say."""
        probe = Comparison(self.old, self.new, self.space)
        try:
            left = probe.without([deny], self.new.main.denies)
        except TooComplex:
            return [deny]
        return left if len(left) <= MAX_UNDENIED else [deny]

    def _known(self, allow: Box) -> bool:
        """Whether the old side has this statement of the new one word for word."""
        return self.new.main.key_by_id[id(allow.origin)] in self.old.main.keys

    def _kept(self, deny: Box) -> bool:
        """Whether the new side has this statement of the old one word for word."""
        return self.old.main.key_by_id[id(deny.origin)] in self.new.main.keys

    def _lost_limits(self) -> list[RuleSet]:
        kept = {limit.keys for limit in self.new.limits}
        return [limit for limit in self.old.limits if limit.keys not in kept]

    def _in_force(self, boxes: list[Box]) -> list[Box]:
        """What of `boxes` the new side's denies and limits leave."""
        left = self.without(boxes, self.new.main.denies) if self.new.main.denies.all else boxes
        for limit in self.new.limits:
            left = self.without(self._inside(left, limit.allows), limit.denies)
        return left

    def _inside(self, boxes: list[Box], allows: Boxes) -> list[Box]:
        found = []
        for box in boxes:
            rest = [box]
            for other in allows.near(box):
                found += [shared for part in rest if (shared := self.space.meet(part, other))]
                rest = self._remove(rest, other)
        return found

    def without(self, boxes: list[Box], others: Boxes) -> list[Box]:
        """What of `boxes` is in none of `others`. Raises TooComplex."""
        left = []
        for box in boxes:
            left += self._apart([box], others.near(box))
        return left

    def _apart(self, boxes: list[Box], others: Iterable[Box]) -> list[Box]:
        for other in others:
            if not boxes:
                break
            boxes = self._remove(boxes, other)
        return boxes

    def _remove(self, boxes: list[Box], other: Box) -> list[Box]:
        left = []
        for box in boxes:
            parts = self.space.remove(box, other)
            missed = len(parts) == 1 and parts[0] is box
            self.spent += _MISS if missed else 1.0 + sum(map(_weight, parts))
            if self.spent > MAX_SPENT:
                raise TooComplex("the statements overlap in too many ways")
            left += parts
        return left


def _weight(box: Box) -> float:
    """What it costs to handle a box: exceptions make it heavy, and patterns that meet in many ways."""
    without = len(box.actions.without) + len(box.resources.without)
    return 1.0 + without / 20 + len(box.actions.within) / 100 + min(len(box.resources.within), 32) ** 2 / 32
