"""The statement of the other side that comes closest to a cell, and in what it falls short."""

from __future__ import annotations

from collections.abc import Iterable

from bot.frozen import dataclass
from bot.iam.arn import service_of
from bot.iam.condition import Test
from bot.iam.coverage import Box, Space
from bot.iam.language import Language, conjoin
from bot.iam.pattern import STAR


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


def nearest(cell: Box, boxes: Iterable[Box], space: Space) -> Shortfall | None:
    """The closest of `boxes`; None if none shares the cell's actions or resources. Raises TooComplex.

    That both are about everything there is is nothing that they share, where others do something else.
    """
    best: Shortfall | None = None
    for count, box in enumerate(boxes):
        if count >= MAX_COMPARED or (best is not None and best.distance <= (1, False, False, 1) and best.unlike == 0):
            break
        found = shortfall(cell, box, space)
        anything = STAR in cell.resources.within and found.principals
        if found.actions and (found.resources or anything):
            continue
        if best is None or (found.distance, found.unlike) < (best.distance, best.unlike):
            best = found
    return best


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
