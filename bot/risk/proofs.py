"""All requests that prove a finding: what has to be refused again before it may be called fixed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile

from bot.iam.policy_subject import Role
from bot.iam.request import Request
from bot.review.model import FindingProof
from bot.risk.assessed_grant import AssessedGrant
from bot.risk.grading import GradedGrant

MAX_PROOFS = 200
"""A finding keeps so many; how many more there were is counted, and no finding with such is called fixed by them."""


def proofs(gains: Iterable[AssessedGrant]) -> tuple[tuple[FindingProof, ...], int]:
    """The proofs of some gains, and how many are left out or never were."""
    found: dict[object, FindingProof] = {}
    unproved = 0
    for gain in gains:
        requests = tuple(_requests(gain))
        unproved += not requests
        for request in requests:
            proof = _proof(gain.grant, request)
            key = (proof.root, proof.holder, proof.address, proof.principal, proof.action, proof.resource)
            found.setdefault((key, proof.counts, proof.reached_from, tuple(sorted(proof.context.items()))), proof)
    every = tuple(found.values())
    return every[:MAX_PROOFS], unproved + max(0, len(every) - MAX_PROOFS)


def _requests(gain: AssessedGrant) -> Iterator[Request]:
    witness = gain.grant.change.witness
    if witness is None or witness.request is None:
        return
    yield witness.request
    yield from gain.grant.change.further
    yield from (breach.witness.request for breach in gain.breaches if breach.witness.request is not None)


def _proof(grant: GradedGrant, request: Request) -> FindingProof:
    """A grant with a path is of what runs as a role: the role's access, for whoever comes to it."""
    role = grant.path[-1].to if grant.path else ""
    return FindingProof(
        holder=Role.kind if role else grant.holder.kind,
        counts=grant.kind.value,
        root=grant.holder.root,
        address=role or grant.holder.address,
        name="" if role else grant.holder.name,
        principal=request.principal,
        action=request.action,
        resource=request.resource,
        context=dict(request.context),
        met=tuple(sorted(request.met)),
        reached_from=tuple(dict.fromkeys(step.source for step in grant.path)),
        written=max((_written(pattern, request.resource) for pattern in grant.row.resources), default=0),
    )


def _written(pattern: str, resource: str) -> int:
    """How far a resource's name follows a pattern up to its first wildcard."""
    pairs = zip(re.split(r"[*?]", pattern, maxsplit=1)[0], resource, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
