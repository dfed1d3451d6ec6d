"""One direction of a comparison: the cells one side allows and the other does not, proved or in doubt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from bot.iam.catalog import load_catalog
from bot.iam.condition import Family, Test
from bot.iam.coverage import Space
from bot.iam.pattern import TooComplex
from bot.iam.vocabulary import Vocabulary
from bot.privilege_diff.cells import Cell, Comparison, Reason
from bot.privilege_diff.condense import Piece
from bot.privilege_diff.fit import without_misfits
from bot.privilege_diff.ruleset import Compiled
from bot.privilege_diff.witness import Prover


class EngineDisagreement(AssertionError):
    """The evaluator denies what the algebra says is new: one of the two is wrong."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A cell that could not be settled, and why."""

    cell: Cell
    why: str


@dataclass(slots=True)
class Direction:
    """What `new` allows and `old` does not. With `strict`, a cell that is not confirmed raises EngineDisagreement."""

    old: Compiled
    new: Compiled
    space: Space
    vocabulary: Vocabulary
    holder: str
    strict: bool = False
    doubts: list[Doubt] = field(default_factory=list)

    def pieces(self) -> Iterator[Piece]:
        """The proved cells, as they are found; the others go to `doubts`."""
        comparison = Comparison(self.old, self.new, self.space)
        prover: Prover | None = None
        for box in comparison.candidates():
            try:
                for cell in comparison.cells(box):
                    prover = prover or self._prover()
                    piece = self._judge(cell, prover)
                    if piece is not None:
                        yield piece
            except TooComplex as reason:
                self.doubts.append(Doubt(Cell(box, Reason.ALLOW), str(reason)))

    def _prover(self) -> Prover:
        return Prover(self.old.policy, self.new.policy, self.holder, self.space, self.vocabulary, load_catalog())

    def _judge(self, cell: Cell, prover: Prover) -> Piece | None:
        """The cell if it is proved; None if it is in doubt or no real request is in it. Raises TooComplex."""
        tried = None
        for sample in prover.samples(cell.box):
            tried = sample
            proof = prover.prove(sample)
            if proof is None:
                continue
            if any(map(_is_unclear, cell.box.tests)):
                self.doubts.append(Doubt(cell, "a condition that cannot be read is gone or different"))
                return None
            box = replace(cell.box, actions=without_misfits(cell.box.actions, cell.box.resources, prover.catalog))
            return Piece(replace(cell, box=box), proof, unpublished=not sample.fit.published)
        if tried is None:
            return None
        if self.strict and not self.vocabulary.has_symbols():
            raise EngineDisagreement(f"not confirmed: {tried}")
        self.doubts.append(Doubt(cell, "no request could be found that proves it"))
        return None


def _is_unclear(test: Test) -> bool:
    """Whether the cell needs a condition that nobody can read to fail."""
    return test.family is Family.OPAQUE and test.inverted
