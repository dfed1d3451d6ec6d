"""More requests for a proved row: one for each of its actions, resources and principals, as far as the bound goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, product

from bot.access_diff.condense import Piece
from bot.access_diff.direction import Direction
from bot.access_diff.unknowns import Unknowns
from bot.access_diff.witness import Prover
from bot.iam.catalog import load_catalog
from bot.iam.coverage import Box
from bot.iam.language import Language
from bot.iam.pattern import TooComplex
from bot.iam.request import Request

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
