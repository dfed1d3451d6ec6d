"""Who can become which role, as edges: whom its trust names, and who may assume what trusts the whole account."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

from bot.diagnostics import join_trails
from bot.document import Symbol, Text
from bot.extract.reach import ROLE_TYPES
from bot.extract.reference import Index
from bot.iam.grant import Edge, Grant, Holder, HolderKind
from bot.iam.statement import Effect, PolicyKind, PrincipalEntry

TRUST = "trust"
"""What an edge from a trust policy goes by."""

ASSUME = "sts:AssumeRole"
"""What an edge goes by from a principal whose own policy lets it assume a role that trusts its account."""

_ACCOUNT = re.compile(r"account_id(\[0\])?\Z")


def trust_edges(grants: Iterable[Grant], index: Index) -> Iterator[Edge]:
    """An edge from each principal that a trust policy names: the address of a role of this root, else as written.

    A trust in the own account as a whole lets in nobody by itself: who may assume the role there has an edge instead.
    """
    stated = tuple(grants)
    handed: dict[str, Holder] = {}
    for grant in stated:
        for entry in _trusted(grant):
            trail = join_trails(entry.identifier.trail, grant.attachment)
            yield Edge(index.root, _source(entry, index, grant.policy), TRUST, grant.holder.address, trail)
            if _is_own_account(entry) and not grant.statement.conditions:
                handed[grant.holder.address] = grant.holder
    yield from _assuming(stated, handed, index.root)


def _trusted(grant: Grant) -> tuple[PrincipalEntry, ...]:
    principals = grant.statement.principals
    allows = grant.statement.effect is Effect.ALLOW and principals is not None and not principals.negated
    trust = grant.holder.kind is HolderKind.TRUST and allows and principals is not None
    return principals.entries if trust and principals is not None else ()


def _source(entry: PrincipalEntry, index: Index, scope: str) -> str:
    found = index.find(entry.identifier, ROLE_TYPES, scope) if entry.type == "AWS" else None
    return str(entry.identifier) if found is None else found.address


def _is_own_account(entry: PrincipalEntry) -> bool:
    """The caller's account, as a whole."""
    symbols = [part for part in entry.identifier.parts if isinstance(part, Symbol)]
    end = entry.identifier.parts[-1] if entry.identifier.parts else ""
    own = len(symbols) == 1 and "aws_caller_identity" in symbols[0].name and bool(_ACCOUNT.search(symbols[0].name))
    return entry.type == "AWS" and own and (end is symbols[0] or end == ":root")


def _assuming(grants: Iterable[Grant], handed: Mapping[str, Holder], root: str) -> Iterator[Edge]:
    if not handed:
        return
    for grant in grants:
        statement = grant.statement
        allows = grant.kind is PolicyKind.IDENTITY and statement.effect is Effect.ALLOW and not statement.not_resource
        if grant.holder.kind is not HolderKind.ROLE or not allows or not _assumes(grant):
            continue
        for address, role in handed.items():
            named = next((one for one in statement.resources if _is(one, role)), None)
            if named is not None and address != grant.holder.address:
                trail = join_trails(named.trail, statement.trail, grant.attachment)
                yield Edge(root, grant.holder.address, ASSUME, address, trail)


def _assumes(grant: Grant) -> bool:
    actions = [str(one).lower() for one in grant.statement.actions]
    return not grant.statement.not_action and any(fnmatchcase(ASSUME.lower(), one) for one in actions)


def _is(resource: Text, role: Holder) -> bool:
    """Whether a resource is the role's ARN, or a pattern of ARNs that takes it in."""
    if resource.parts == (Symbol(f"{role.address}.arn"),):
        return True
    written = str(resource)
    name = written.partition(":role/")[2] or ("*" if written == "*" else "")
    return bool(name) and fnmatchcase(role.name, name.rpartition("/")[2] if "*" not in name else name)
