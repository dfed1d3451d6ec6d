"""One direction of a comparison: the cells one side allows and the other does not, proved or in doubt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field, replace
from itertools import islice

from bot.access_diff.cells import Comparison, NewRequests, Reason
from bot.access_diff.condense import Piece
from bot.access_diff.ruleset import Compiled
from bot.access_diff.unknowns import Unknowns
from bot.access_diff.variable_values import NO_CHOICES, Choices
from bot.access_diff.witness import Prover, RequestSketch
from bot.frozen import dataclass
from bot.iam.catalog import load_catalog
from bot.iam.condition import Family
from bot.iam.coverage import Box, Space, boxes_of, rests_on_missing
from bot.iam.pattern import FRESH_RUN, TooComplex, is_symbol, is_unknown
from bot.iam.statement import Effect, Statement
from bot.iam.vocabulary import Vocabulary


class EngineDisagreement(AssertionError):
    """The evaluator denies what the algebra says is new: one of the two is wrong."""


MAX_DOUBTS = 100
"""More cells in doubt than this say no more: the rest of the comparison is left out."""


MAX_FAILURES = 4
"""Statements that were too much to compare before the rest of the comparison is left out."""


MAX_FRESH = 24
"""New resources of a statement too large to be compared that are tried one by one."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What could not be settled, and why: a cell, or a statement that was not compared to its end."""

    statement: Statement
    why: str
    cell: NewRequests | None = None


@dataclass(slots=True)
class Direction:
    """What `new` allows and `old` does not. With `strict`, a cell that is not confirmed raises EngineDisagreement.

    `wanted` if what is too much to compare is to be proved as a whole all the same.
    """

    old: Compiled
    new: Compiled
    space: Space
    vocabulary: Vocabulary
    holder: str
    strict: bool = False
    chosen: Choices = NO_CHOICES
    doubts: list[Doubt] = field(default_factory=list)
    failures: int = 0
    wanted: bool = True

    def pieces(self) -> Iterator[Piece]:
        """The proved cells, as they are found; the others go to `doubts`."""
        comparison = Comparison(self.old, self.new, self.space)
        unknowns = Unknowns(self.old, self.new, self.vocabulary, self.space.many)
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
                yield from self._guess(box, prover or self._prover())
                self.doubts.append(Doubt(box.origin, str(reason)))
        loose = is_unknown if self.chosen.complete else is_symbol
        fresh = list(comparison.candidates())
        for cell in unknowns.doubtful_cells(fresh, comparison.opened_denies(), loose):
            why = "it may be new, if a symbol has the value that was excluded before"
            self.doubts.append(Doubt(cell.box.origin, why, cell))
        yield from self._parts_of_unread(prover or self._prover())
        self.doubts += self._unread()

    def _guess(self, box: Box, prover: Prover) -> Iterator[Piece]:
        """The statement as a whole, if its plainest request is already a proof."""
        if not self.wanted:
            return
        try:
            for sample in islice(prover.samples(box), 1):
                proof = prover.prove(sample)
                if proof is not None and not self.vocabulary.has_unknowns():
                    yield Piece(NewRequests(box, Reason.ALLOW), proof, unpublished=False)
        except TooComplex:
            return

    def _parts_of_unread(self, prover: Prover) -> Iterator[Piece]:
        """What is new of a statement too large to be compared, by a request of the resources it did not have."""
        known = {text.parts for statement in self.old.main.statements for text in statement.resources}
        for statement, _ in self.new.main.unread:
            fresh = tuple(text for text in statement.resources if text.parts not in known)
            if statement.effect is Effect.ALLOW and 0 < len(fresh) <= MAX_FRESH and not statement.not_resource:
                yield from self._guess_each(replace(statement, resources=fresh), prover)

    def _guess_each(self, statement: Statement, prover: Prover) -> Iterator[Piece]:
        try:
            boxes = boxes_of(statement, self.vocabulary)
        except TooComplex:
            return
        for box in boxes:
            yield from self._guess(box, prover)

    def _unread(self) -> Iterator[Doubt]:
        """Statements too large to be compared whose appearance or absence may allow something."""
        for rules, other, effect in (
            (self.new.main, self.old.main, Effect.ALLOW),
            (self.old.main, self.new.main, Effect.DENY),
        ):
            for statement, why in rules.unread:
                if statement.effect is effect and rules.key_by_id[id(statement)] not in other.keys:
                    yield Doubt(statement, why)

    def _prover(self) -> Prover:
        return Prover(self.old.policy, self.new.policy, self.holder, self.space, self.vocabulary, load_catalog())

    def _judge(self, cell: NewRequests, prover: Prover, unknowns: Unknowns) -> Iterator[Piece]:
        """The cell if it is proved; nothing if it is in doubt or no real request is in it. Raises TooComplex."""
        why = None
        for sample in prover.samples(cell.box):
            why = "no request could be found that proves it"
            proof = prover.prove(sample)
            if proof is None:
                why = None if self._settled(sample) else why
                continue
            why = unknowns.objection(sample, cell.box) or self._unclear(cell)
            if why is None:
                assumes = unknowns.assumptions(sample, cell.box)
                yield Piece(cell, proof.assuming(assumes), unpublished=sample.fit.remainder)
                return
            break
        else:
            unread = self.old.main.unread or self.new.main.unread
            if why and self.strict and not unread and not self.vocabulary.has_symbols():
                raise EngineDisagreement(f"not confirmed: {cell.box}")
        if why is not None:
            self.doubts.append(Doubt(cell.box.origin, why, cell))

    def _settled(self, sample: RequestSketch) -> bool:
        """Whether a sample that proves nothing says nothing either.

        It is looked at by itself, or is an action nobody has published on a thing nobody has named.
        """
        invented = sample.fit.remainder and sample.resource == FRESH_RUN
        return invented or self.chosen.settle(sample.context, self.vocabulary)

    def _unclear(self, cell: NewRequests) -> str | None:
        """Why a cell is in doubt that needs a condition nobody can read to fail, or a variable without a value."""
        if any(test.family is Family.OPAQUE and test.inverted for test in cell.box.tests):
            return "a condition that cannot be read is gone or different"
        if self.vocabulary.variables() and rests_on_missing(cell.box):
            return "it is new only where a policy variable has no value"
        return None
