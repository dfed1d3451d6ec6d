"""One direction of a comparison: the cells one side allows and the other does not, proved or in doubt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from bot.iam.catalog import load_catalog
from bot.iam.condition import Family
from bot.iam.coverage import Space
from bot.iam.pattern import TooComplex
from bot.iam.vocabulary import Vocabulary
from bot.privilege_diff.cells import Cell, Comparison, Reason
from bot.privilege_diff.condense import Piece
from bot.privilege_diff.ruleset import Compiled
from bot.privilege_diff.unknowns import Unknowns
from bot.privilege_diff.witness import Prover


class EngineDisagreement(AssertionError):
    """The evaluator denies what the algebra says is new: one of the two is wrong."""


MAX_DOUBTS = 100
"""More cells in doubt than this say no more: the rest of the comparison is left out."""


MAX_FAILURES = 4
"""Statements that were too much to compare before the rest of the comparison is left out."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A cell that could not be settled, and why; not `settled` if it was not even compared to its end."""

    cell: Cell
    why: str
    settled: bool = True


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
    failures: int = 0

    def pieces(self) -> Iterator[Piece]:
        """The proved cells, as they are found; the others go to `doubts`."""
        comparison = Comparison(self.old, self.new, self.space)
        unknowns = Unknowns(self.old, self.new, self.vocabulary)
        prover: Prover | None = None
        for box in comparison.candidates():
            if len(self.doubts) > MAX_DOUBTS or self.failures > MAX_FAILURES:
                break
            try:
                for cell in comparison.cells(box):
                    prover = prover or self._prover()
                    for part in unknowns.parts(cell.box):
                        yield from self._judge(replace(cell, box=part), prover, unknowns)
            except TooComplex as reason:
                self.failures += 1
                self.doubts.append(Doubt(Cell(box, Reason.ALLOW), str(reason), settled=False))
        for cell in unknowns.doubtful_cells(self.new.main.allows.all, comparison.lost_denies()):
            self.doubts.append(Doubt(cell, "it may be new, if a symbol has the value that was excluded before"))

    def _prover(self) -> Prover:
        return Prover(self.old.policy, self.new.policy, self.holder, self.space, self.vocabulary, load_catalog())

    def _judge(self, cell: Cell, prover: Prover, unknowns: Unknowns) -> Iterator[Piece]:
        """The cell if it is proved; nothing if it is in doubt or no real request is in it. Raises TooComplex."""
        why = None
        for sample in prover.samples(cell.box):
            why = "no request could be found that proves it"
            proof = prover.prove(sample)
            if proof is None:
                continue
            why = unknowns.objection(sample, cell.box) or _unclear(cell)
            if why is None:
                yield Piece(cell, proof, unpublished=sample.fit.remainder)
                return
            break
        else:
            if why and self.strict and not self.vocabulary.has_symbols():
                raise EngineDisagreement(f"not confirmed: {cell.box}")
        if why is not None:
            self.doubts.append(Doubt(cell, why))


def _unclear(cell: Cell) -> str | None:
    """Why a cell is in doubt that needs a condition nobody can read to fail."""
    unclear = any(test.family is Family.OPAQUE and test.inverted for test in cell.box.tests)
    return "a condition that cannot be read is gone or different" if unclear else None
