"""Compares what two policy sets allow: gained, lost and undecided rows, each gained one proved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice, product

from bot.access_diff.catalogue_fit import without_misfits
from bot.access_diff.coincident import specials
from bot.access_diff.condense import Piece, condense
from bot.access_diff.delta import Change, ConditionView, Delta, PolicySet, Row
from bot.access_diff.direction import Direction, Doubt, EngineDisagreement
from bot.access_diff.explainer import Explainer, doubtful
from bot.access_diff.rows import Speller
from bot.access_diff.ruleset import read_side
from bot.access_diff.unknowns import Unknowns
from bot.access_diff.variable_values import choices
from bot.access_diff.witness import Prover
from bot.iam.caller import CALLER_KEYS
from bot.iam.catalog import load_catalog
from bot.iam.condition import ONE_VALUED_CLAIMS, read_operator
from bot.iam.coverage import Box, Space
from bot.iam.language import Language, subtract
from bot.iam.pattern import STAR, TooComplex, covers, is_symbol
from bot.iam.request import Request
from bot.iam.statement import Effect, PolicyKind, Statement
from bot.iam.vocabulary import Vocabulary

__all__ = ["EngineDisagreement", "compare", "directions", "gained_by"]


def compare(
    base: PolicySet, head: PolicySet, holder: str = "principal", *, strict: bool = False, proofs: bool = True
) -> Delta:
    """The access `head` allows and `base` does not, and the reverse.

    `holder` is the principal's or resource's printed name, used in witnesses. Never raises on
    policy content; what cannot be settled within budget is undecided. With `strict`, as in tests, a
    cell that the evaluator does not confirm raises EngineDisagreement; else it is undecided. Without
    `proofs` a gained row has one request that proves it, and none for each of its elements: what is
    allowed is the same.
    """
    try:
        gains, losses = directions(base, head, holder, strict=strict)
    except TooComplex as reason:
        allows = (statement for statement in head.statements if statement.effect is Effect.ALLOW)
        return Delta(undecided=tuple(doubtful(statement, str(reason)) for statement in allows))
    speller = _speller(gains.vocabulary, base, head)
    proved, undecided = _all_changes(gains, speller, proofs=proofs)
    lost, _ = _all_changes(losses, speller)
    return Delta(proved, tuple(_without_witness(change) for change in lost), undecided)


def gained_by(base: PolicySet, head: PolicySet, holder: str) -> tuple[Change, ...]:
    """What `compare` calls gained, without working out what is lost."""
    try:
        gains, _ = directions(base, head, holder, strict=False)
    except TooComplex:
        return ()
    return _all_changes(gains, _speller(gains.vocabulary, base, head))[0]


def _speller(vocabulary: Vocabulary, base: PolicySet, head: PolicySet) -> Speller:
    speller = Speller(vocabulary)
    speller.learn((*_statements(head), *_statements(base)))
    return speller


def _all_changes(
    direction: Direction, speller: Speller, *, proofs: bool = True
) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """The proved changes, those at certain values of variables last, and those in doubt."""
    pieces = list(direction.pieces())
    coincident = _coincident(direction, pieces[:], proofs=proofs)
    proved, undecided = _changes(direction, pieces, speller, proofs=proofs)
    return proved + coincident, undecided


def directions(base: PolicySet, head: PolicySet, holder: str, *, strict: bool) -> tuple[Direction, Direction]:
    """The comparison in both directions: what is gained, what is lost. Raises TooComplex."""
    vocabulary = Vocabulary()
    before, after = read_side(base, vocabulary), read_side(head, vocabulary)
    many = _many(base, head)
    space = Space(many, _tied(base, head) - many - {key for _, key in vocabulary.variables()})
    chosen = choices(before, after, vocabulary)
    return (
        Direction(before, after, space, vocabulary, holder, strict, chosen),
        Direction(after, before, space, vocabulary, holder, chosen=chosen, wanted=False),
    )


def _coincident(general: Direction, known: list[Piece], *, proofs: bool) -> tuple[Change, ...]:
    """What is new where policy variables have values that other statements name."""
    found: list[Change] = []
    for special in specials(general):
        one = special.direction
        pieces = [piece for piece in one.pieces() if not _is_among(piece, known)]
        speller = _speller(one.vocabulary, one.old.policy, one.new.policy)
        limits = tuple(ConditionView("StringEquals", key, (value,)) for key, value in special.values.items())
        changes, _ = _changes(one, pieces, speller, proofs=proofs)
        found += [_limited(change, limits) for change in changes]
        seen = {id(doubt.statement) for doubt in general.doubts} | {id(piece.cell.box.origin) for piece in known}
        general.doubts += [Doubt(doubt.statement, doubt.why) for doubt in one.doubts if id(doubt.statement) not in seen]
        known += pieces
    return tuple(found)


def _is_among(piece: Piece, known: list[Piece]) -> bool:
    return any(_covers(other, piece) for other in known)


def _covers(one: Piece, other: Piece) -> bool:
    """Whether `one` says of the same statement that these actions are new on such resources."""
    box, inner = one.cell.box, other.cell.box
    if box.origin is not inner.origin:
        return False
    try:
        if subtract(inner.actions, box.actions):
            return False
        wide, narrow = (tuple(map(_loosened, some.resources.within)) for some in (box, inner))
        return all(any(covers(pattern, resource) for pattern in wide) for resource in narrow)
    except TooComplex:
        return False


def _loosened(pattern: str) -> str:
    """The pattern with anything in the place of what only a request or Terraform knows."""
    return "".join(STAR if is_symbol(char) else char for char in pattern)


def _limited(change: Change, limits: tuple[ConditionView, ...]) -> Change:
    return replace(change, row=replace(change.row, conditions=(*change.row.conditions, *limits)))


def _changes(
    direction: Direction, found: Iterable[Piece], speller: Speller, *, proofs: bool
) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """The proved changes, and those in doubt."""
    explainer = Explainer(direction.old, direction.new, direction.space, speller)
    pieces = condense([_fitting(piece, direction.vocabulary) for piece in found], direction.space)
    proved = tuple(
        replace(
            explainer.change(piece.cell, piece.proof.witness, unpublished=piece.unpublished),
            further=further(direction, piece) if direction.wanted and proofs else (),
        )
        for piece in pieces
    )
    return proved, _undecided(direction, explainer, pieces)


def _undecided(direction: Direction, explainer: Explainer, proved: list[Piece]) -> tuple[Change, ...]:
    """The changes in doubt, each once and none that is also proved."""
    found: dict[tuple[int, Row, str], Change] = {}
    for doubt in direction.doubts:
        if doubt.cell is None or not any(_takes_in(piece, doubt.cell.box) for piece in proved):
            change = _doubtful(doubt, explainer)
            found.setdefault((id(change.statement), change.row, change.why), change)
    return tuple(found.values())


def _takes_in(piece: Piece, box: Box) -> bool:
    """Whether a proved row names what `box` does, of the same statement."""
    proved = piece.cell.box
    return box.origin is proved.origin and all(
        any(covers(wide, narrow) for wide in left.within)
        for left, right in ((proved.actions, box.actions), (proved.resources, box.resources))
        for narrow in right.within
    )


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
        compared=change.compared,
    )


def _statements(policy: PolicySet) -> Iterator[Statement]:
    yield from policy.statements
    for limit in policy.limits:
        yield from limit


def _tied(*policies: PolicySet) -> frozenset[str]:
    """The keys in view that the principal decides; of an identity only its name is known."""
    asked = (s for policy in policies if policy.kind in _OTHERS_ASK for s in _statements(policy))
    return frozenset(condition.key.lower() for statement in asked for condition in statement.conditions) & CALLER_KEYS


_OTHERS_ASK = (PolicyKind.RESOURCE, PolicyKind.TRUST)


def _many(*policies: PolicySet) -> frozenset[str]:
    """The keys that may have several values at once: those asked about with ForAllValues or ForAnyValue.

    But for what a token says once: whom it stands for, and whom it was issued by and for (`ONE_VALUED_CLAIMS`).
    """
    found = set()
    for policy in policies:
        for statement in _statements(policy):
            for condition in statement.conditions:
                operator = read_operator(condition.operator)
                key = condition.key.lower()
                if operator is not None and operator.quantifier and not key.endswith(ONE_VALUED_CLAIMS):
                    found.add(key)
    return frozenset(found)


MAX_FURTHER = 12
"""So many more requests prove one row: whoever takes some of its elements back has not taken back the others."""


def further(direction: Direction, piece: Piece) -> tuple[Request, ...]:
    """Requests that the evaluator finds denied before and allowed after, besides the one of the piece's own proof."""
    box = piece.cell.box
    if max(map(len, (box.actions.within, box.resources.within, box.principals.within))) < 2:
        return ()
    first = piece.proof.witness.request
    found = dict.fromkeys([] if first is None else [_key(first)])
    requests: list[Request] = []
    prover = Prover(
        direction.old.policy,
        direction.new.policy,
        direction.holder,
        direction.space,
        direction.vocabulary,
        load_catalog(),
    )
    unknowns = Unknowns(direction.old, direction.new, direction.vocabulary, direction.space.many)
    for part in islice(_parts(box), MAX_FURTHER):
        request = _proved(prover, unknowns, part)
        if request is not None and _key(request) not in found:
            found[_key(request)] = None
            requests.append(request)
    return tuple(requests)


def _key(request: Request) -> tuple[str, ...]:
    return (request.principal, request.action, request.resource)


def _parts(box: Box) -> Iterator[Box]:
    """The box with one action, one resource and one principal each; every element before any combination of them."""
    parts = [_alone(language) for language in (box.actions, box.resources, box.principals)]
    longest = max(map(len, parts))
    diagonal = [tuple(part[min(index, len(part) - 1)] for part in parts) for index in range(longest)]
    for actions, resources, principals in dict.fromkeys((*diagonal, *product(*parts))):
        yield replace(box, actions=actions, resources=resources, principals=principals)


def _alone(language: Language) -> list[Language]:
    return [replace(language, within=(pattern,)) for pattern in language.within]


def _proved(prover: Prover, unknowns: Unknowns, part: Box) -> Request | None:
    """A request of the part that is new whatever the unknowns are."""
    try:
        for sample in islice(prover.samples(part), 2):
            proof = prover.prove(sample)
            if proof is not None and unknowns.objection(sample, part) is None:
                return proof.witness.request
    except TooComplex:
        return None
    return None
