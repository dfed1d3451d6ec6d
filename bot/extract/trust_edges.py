"""Who a role's trust policy lets become that role, as edges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.diagnostics import join_trails
from bot.extract.reach import ROLE_TYPES
from bot.extract.reference import Index
from bot.iam.grant import Edge, Grant, HolderKind
from bot.iam.statement import Effect, PrincipalEntry

TRUST = "trust"
"""What such an edge goes by."""


def trust_edges(grants: Iterable[Grant], index: Index) -> Iterator[Edge]:
    """An edge from each principal that a trust policy names: the address of a role of this root, else as written."""
    for grant in grants:
        principals = grant.statement.principals
        allows = grant.statement.effect is Effect.ALLOW and principals is not None and not principals.negated
        if grant.holder.kind is not HolderKind.TRUST or not allows or principals is None:
            continue
        for entry in principals.entries:
            trail = join_trails(entry.identifier.trail, grant.attachment)
            yield Edge(index.root, _source(entry, index, grant.policy), TRUST, grant.holder.address, trail)


def _source(entry: PrincipalEntry, index: Index, scope: str) -> str:
    found = index.find(entry.identifier, ROLE_TYPES, scope) if entry.type == "AWS" else None
    return str(entry.identifier) if found is None else found.address
