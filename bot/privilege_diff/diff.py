"""Compares what two policy sets allow: gained, lost and undecided rows, each gained one proved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.iam.catalog import Catalog, load_catalog
from bot.iam.condition import read_operator
from bot.iam.coverage import Space
from bot.iam.pattern import TooComplex
from bot.iam.statement import Statement
from bot.iam.vocabulary import Vocabulary
from bot.privilege_diff.cells import Cell, Comparison, Reason
from bot.privilege_diff.delta import Change, Delta, PolicySet
from bot.privilege_diff.explain import Explainer, is_unclear
from bot.privilege_diff.ruleset import Compiled, read_side
from bot.privilege_diff.witness import Prover


class EngineDisagreement(AssertionError):
    """The evaluator denies what the algebra says is new: one of the two is wrong."""


def compare(base: PolicySet, head: PolicySet, holder: str = "principal", *, strict: bool = False) -> Delta:
    """The access `head` allows and `base` does not, and the reverse.

    `holder` is the principal's or resource's printed name, used in witnesses. Never raises on
    policy content; what cannot be settled within budget is undecided. With `strict`, as in tests, a
    cell that the evaluator does not confirm raises EngineDisagreement; else it is undecided.
    """
    vocabulary = Vocabulary()
    try:
        before, after = read_side(base, vocabulary), read_side(head, vocabulary)
    except TooComplex as reason:
        return _too_complex(head, str(reason))
    space = Space(_many(base, head))
    explainer = Explainer(vocabulary)
    explainer.learn(_statements(head))
    explainer.learn(_statements(base))
    gains = _Direction(before, after, space, explainer, holder, strict)
    losses = _Direction(after, before, space, explainer, holder, strict=False)
    return Delta(tuple(gains.proved()), tuple(losses.proved()), tuple(gains.undecided))


def _too_complex(head: PolicySet, reason: str) -> Delta:
    """Nothing was settled: the whole of head's allowing statements is undecided."""
    explainer = Explainer(Vocabulary())
    return Delta(undecided=tuple(explainer.unsettled(statement, reason) for statement in head.statements))


def _statements(policy: PolicySet) -> Iterator[Statement]:
    yield from policy.statements
    for cap in policy.caps:
        yield from cap


def _many(*policies: PolicySet) -> frozenset[str]:
    """The keys that may have several values at once: those asked about with ForAllValues or ForAnyValue."""
    found = set()
    for policy in policies:
        for statement in _statements(policy):
            for condition in statement.conditions:
                operator = read_operator(condition.operator)
                if operator is not None and operator.quantifier:
                    found.add(condition.key.lower())
    return frozenset(found)


@dataclass(slots=True)
class _Direction:
    """One direction of a comparison: what `new` allows and `old` does not."""

    old: Compiled
    new: Compiled
    space: Space
    explainer: Explainer
    holder: str
    strict: bool
    undecided: list[Change] = field(default_factory=list)

    def proved(self) -> Iterator[Change]:
        """The changes with a confirmed witness; the others go to `undecided`."""
        comparison = Comparison(self.old, self.new, self.space)
        prover: Prover | None = None
        for box in comparison.candidates():
            try:
                for cell in comparison.cells(box):
                    prover = prover or self._prover(load_catalog())
                    change = self._judge(cell, prover)
                    if change is not None:
                        yield change
            except TooComplex as reason:
                self._doubt(Cell(box, Reason.ALLOW), str(reason))

    def _prover(self, catalog: Catalog) -> Prover:
        return Prover(self.old.policy, self.new.policy, self.holder, self.space, self.explainer.vocabulary, catalog)

    def _judge(self, cell: Cell, prover: Prover) -> Change | None:
        """The change if it is proved; None if the cell is empty of real requests or undecided."""
        tried = None
        for sample in prover.samples(cell.box):
            tried = sample
            proof = prover.prove(sample)
            if proof is not None:
                if any(map(is_unclear, cell.box.tests)):
                    self._doubt(cell, "a condition that cannot be read is gone or different")
                    return None
                return self.explainer.change(cell, proof.witness)
        if tried is None:
            return None
        if self.strict and not prover.vocabulary.has_symbols():
            raise EngineDisagreement(f"not confirmed: {tried} in {self.explainer.row(cell.box)}")
        self._doubt(cell, "no request could be found that proves it")
        return None

    def _doubt(self, cell: Cell, why: str) -> None:
        """Put the cell among the undecided."""
        self.undecided.append(self.explainer.change(cell, None, why))
