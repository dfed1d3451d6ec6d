"""Compares what two policy sets allow: gained, lost and undecided rows, each gained one proved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.iam.catalog import load_catalog
from bot.iam.condition import read_operator
from bot.iam.coverage import Space
from bot.iam.pattern import TooComplex
from bot.iam.statement import Effect, Statement
from bot.iam.vocabulary import Vocabulary
from bot.privilege_diff.condense import Piece, condense
from bot.privilege_diff.delta import Change, Delta, PolicySet
from bot.privilege_diff.direction import Direction, Doubt, EngineDisagreement
from bot.privilege_diff.explain import Explainer, doubtful
from bot.privilege_diff.fit import without_misfits
from bot.privilege_diff.rows import Speller
from bot.privilege_diff.ruleset import read_side

__all__ = ["EngineDisagreement", "compare", "directions"]


def compare(base: PolicySet, head: PolicySet, holder: str = "principal", *, strict: bool = False) -> Delta:
    """The access `head` allows and `base` does not, and the reverse.

    `holder` is the principal's or resource's printed name, used in witnesses. Never raises on
    policy content; what cannot be settled within budget is undecided. With `strict`, as in tests, a
    cell that the evaluator does not confirm raises EngineDisagreement; else it is undecided.
    """
    try:
        gains, losses = directions(base, head, holder, strict=strict)
    except TooComplex as reason:
        allows = (statement for statement in head.statements if statement.effect is Effect.ALLOW)
        return Delta(undecided=tuple(doubtful(statement, str(reason)) for statement in allows))
    speller = Speller(gains.vocabulary)
    speller.learn(_statements(head))
    speller.learn(_statements(base))
    gained, undecided = _changes(gains, speller)
    lost, _ = _changes(losses, speller)
    return Delta(gained, tuple(_without_witness(change) for change in lost), undecided)


def directions(base: PolicySet, head: PolicySet, holder: str, *, strict: bool) -> tuple[Direction, Direction]:
    """The comparison in both directions: what is gained, what is lost. Raises TooComplex."""
    vocabulary = Vocabulary()
    before, after = read_side(base, vocabulary), read_side(head, vocabulary)
    space = Space(_many(base, head))
    return (
        Direction(before, after, space, vocabulary, holder, strict),
        Direction(after, before, space, vocabulary, holder),
    )


def _changes(direction: Direction, speller: Speller) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """The proved changes, and those in doubt."""
    explainer = Explainer(direction.old, direction.new, direction.space, speller)
    found = [_fitting(piece, direction.vocabulary) for piece in direction.pieces()]
    pieces = condense(found, direction.space)
    proved = tuple(explainer.change(piece.cell, piece.proof.witness, unpublished=piece.unpublished) for piece in pieces)
    return proved, tuple(_doubtful(doubt, explainer) for doubt in direction.doubts)


def _doubtful(doubt: Doubt, explainer: Explainer) -> Change:
    if doubt.cell is None:
        return doubtful(doubt.statement, doubt.why)
    return explainer.change(doubt.cell, None, why=doubt.why)


def _fitting(piece: Piece, vocabulary: Vocabulary) -> Piece:
    """Without actions that are named and can never meet the resources."""
    try:
        box = without_misfits(piece.cell.box, load_catalog(), vocabulary)
    except TooComplex:
        return piece
    return replace(piece, cell=replace(piece.cell, box=box))


def _without_witness(change: Change) -> Change:
    return Change(
        change.row,
        change.statement,
        change.causes,
        change.removed,
        before=change.before,
        why_new=change.why_new,
    )


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
