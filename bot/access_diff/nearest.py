"""The statements of the other side that come closest to a cell, and in what they fall short."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.frozen import dataclass
from bot.iam.arn import service_of
from bot.iam.condition import Test
from bot.iam.coverage import Box, Space
from bot.iam.language import Language, conjoin
from bot.iam.pattern import STAR
from bot.iam.statement import Statement


@dataclass(frozen=True, slots=True)
class Shortfall:
    """How a box misses a cell: the elements in which they have nothing in common.

    `tests` are the tests of `box` that the cell fails, each by itself. `unlike` counts in what the box does
    not look like the cell: other services, other resources.
    """

    box: Box
    actions: bool
    resources: bool
    principals: bool
    tests: tuple[Test, ...]
    unlike: int = 0

    @property
    def distance(self) -> tuple[int, bool, bool, int]:
        """How far away: the number of elements, then whether it is about other actions or for others, then the number
        of tests."""
        elements = self.actions + self.resources + self.principals + bool(self.tests)
        return (elements, self.actions, self.principals, len(self.tests))


MAX_COMPARED = 60
"""Statements looked at in search of the closest."""


@dataclass(frozen=True, slots=True)
class Closest:
    """What comes closest to a cell.

    `missed` by the fewest elements: what keeps the cell out. `like` is what a reader compares it with: of the same
    principals, where anything is, and about the same services.
    """

    missed: Shortfall | None = None
    like: Shortfall | None = None


def nearest(cell: Box, boxes: Iterable[Box], space: Space) -> Shortfall | None:
    """The closest of `boxes`; None if none shares the cell's actions or resources. Raises TooComplex."""
    return closest(cell, boxes, space).missed


def closest(cell: Box, boxes: Iterable[Box], space: Space) -> Closest:
    """The closest of `boxes`; nothing if none shares the cell's actions or resources. Raises TooComplex.

    That both are about everything there is is nothing that they share, where others do something else.
    """
    best: Shortfall | None = None
    seen: list[Shortfall] = []
    for count, box in enumerate(boxes):
        if count >= MAX_COMPARED or (best is not None and best.distance <= (1, False, False, 1) and best.unlike == 0):
            break
        found = shortfall(cell, box, space)
        seen.append(found)
        anything = STAR in cell.resources.within and found.principals
        if found.actions and (found.resources or anything):
            continue
        if best is None or (found.distance, found.unlike) < (best.distance, best.unlike):
            best = found
    return Closest(best, _most_alike(cell, best, seen))


def _most_alike(cell: Box, best: Shortfall | None, seen: Sequence[Shortfall]) -> Shortfall | None:
    if best is not None and best.tests and best.distance[0] == 1:
        return best  # the same, under other conditions
    services = _services(cell)
    alike = (one for one in seen if not services.isdisjoint(_services(one.box)))
    return min(alike, key=lambda one: _unlikeness(cell, one), default=best)


def _unlikeness(cell: Box, found: Shortfall) -> tuple[int, ...]:
    """How little a box says of what was held of a cell: for others, on other things, on conditions, elsewhere.

    The statement that was edited says most; then what was done with the very thing, more than the same with others.
    """
    box = found.box
    return (
        found.principals,
        found.actions and found.resources,
        found.distance[0],
        _says_otherwise(box.origin, cell.origin),
        found.resources or (STAR in box.resources.within and STAR not in cell.resources.within),
        found.actions,
        len(found.tests),
        len(box.tests - cell.tests),
        _is_elsewhere(box.origin, cell.origin),
        *(
            len(set(mine.within) - set(theirs.within))
            for mine, theirs in (
                (cell.actions, box.actions),
                (cell.resources, box.resources),
                (cell.principals, box.principals),
            )
        ),
    )


def _says_otherwise(one: Statement, other: Statement) -> bool:
    """Whether two statements differ in what is done and in what it is done with."""
    return frozenset(one.actions) != frozenset(other.actions) and frozenset(one.resources) != frozenset(other.resources)


def _is_elsewhere(one: Statement, other: Statement) -> bool:
    """Whether two statements, by their Sid or file, are not one before and after an edit."""
    if one.sid or other.sid:
        return one.sid != other.sid
    return {step.span.file for step in one.trail[:1]} != {step.span.file for step in other.trail[:1]}


def shortfall(cell: Box, box: Box, space: Space) -> Shortfall:
    """In what `box` misses the cell. Raises TooComplex."""

    def fails(test: Test) -> bool:
        return not space.possible(cell.principals, cell.tests | {test})

    return Shortfall(
        box,
        actions=_apart(cell.actions, box.actions),
        resources=_apart(cell.resources, box.resources),
        principals=_apart(cell.principals, box.principals),
        tests=tuple(sorted(filter(fails, box.tests - cell.tests), key=repr)),
        unlike=(_services(cell) != _services(box)) + (cell.resources.within != box.resources.within),
    )


def _services(box: Box) -> frozenset[str]:
    return frozenset(map(service_of, box.actions.within))


def _apart(left: Language, right: Language) -> bool:
    return not conjoin(left, right).within
