"""Who can become which role, as edges: whom its trust names, and who may assume what trusts the whole account."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

from bot.evaluated.config import ResourceInstance
from bot.evaluated.diagnostic import join_trails
from bot.evaluated.document import Symbol, Text
from bot.extract.argument_reading import argument, string
from bot.extract.reference import ResourceIndex
from bot.extract.runners import ANNOTATED, ROLE_TYPES
from bot.extract.service_accounts import web_identities
from bot.extract.trust_conditions import ROLE, SURELY, AssumingPrincipal, Met, admitted, lets_in_guests, only_services
from bot.iam.action_glob import names_action
from bot.iam.arn import is_everything, name_after
from bot.iam.grant import (
    POOLS,
    AddressedSource,
    Edge,
    EdgeSource,
    EdgeTarget,
    Grant,
    PoolIdentities,
    ServiceAccount,
    TrustedSource,
)
from bot.iam.pattern import meets
from bot.iam.policy_subject import PolicySubject, Role, RoleTrust
from bot.iam.statement import Effect, PolicyKind, PrincipalEntry, Statement
from bot.late_pattern import late_pattern

TRUST = "trust"
"""What an edge from a trust policy goes by."""

ASSUME = "sts:AssumeRole"
"""What an edge goes by from a principal whose own policy lets it assume a role that trusts its account."""

_ACCOUNT = late_pattern(r"account_id(\[0\])?\Z")


def trust_edges(grants: Iterable[Grant], index: ResourceIndex) -> Iterator[Edge]:
    """An edge from each principal that a trust policy names: the address of a role of this root, else as written.

    A role of this root that cannot meet the conditions has none. A trust in the own account as a whole lets in nobody
    by itself: who may assume the role there has an edge instead.
    """
    stated = tuple(grants)
    trusts = _trusts(stated)
    for grant in stated:
        for entry in _trusted(grant):
            role = _role(entry, index, grant.policy)
            met = SURELY if role is None else _admitted(role, grant.holder, trusts, index)
            if met.possible:
                trail = join_trails(entry.identifier.trail, grant.attachment)
                pods = web_identities(grant.statement, entry, index, grant.policy)
                written = TrustedSource(entry.type, entry.identifier)
                sources: Iterable[EdgeSource] = pods or (written if role is None else AddressedSource(role.address),)
                for source in sources:
                    yield Edge(index.root, source, TRUST, grant.holder.address, trail, met.doubts)
    yield from _assuming(stated, trusts, index)


def as_trusted(edges: Iterable[Edge], grants: Iterable[Grant]) -> Iterator[Edge]:
    """The edges without the annotations that no trust lets through, or that a trust says by itself, and without guests
    of identity pools whom the role's trust keeps out."""
    every = tuple(edges)
    trusting: dict[EdgeTarget, list[EdgeSource]] = {}
    for edge in every:
        if edge.via == TRUST:
            trusting.setdefault(edge.target, []).append(edge.source)
    for_pools = tuple(filter(_is_for_pools, grants))
    for edge in every:
        if isinstance(edge.source, PoolIdentities) and edge.source.guests:
            yield from _as_guests(edge, for_pools)
        elif _is_said(edge, trusting.get(edge.target, ()) if edge.via == ANNOTATED else ()):
            yield edge


def _is_for_pools(grant: Grant) -> bool:
    """Whether a trust policy takes tokens of Cognito's identity pools."""
    return any(entry.identifier.literal == POOLS for entry in _trusted(grant))


def _is_said(edge: Edge, trusts: Collection[EdgeSource]) -> bool:
    """Whether one of what a role trusts takes in who asks for it, and no trust says it by itself."""
    return not trusts or (edge.source not in trusts and any(_includes(one, edge.source) for one in trusts))


def _as_guests(edge: Edge, trusts: Iterable[Grant]) -> Iterator[Edge]:
    """The edge, if what lets in identities of pools lets in guests, or is not known; with the lines that do."""
    known = [grant for grant in trusts if grant.holder.address == edge.target]
    ways = [grant for grant in known if lets_in_guests(grant.statement)]
    if ways or not known:
        asked = [condition.trail for grant in ways for condition in grant.statement.conditions]
        yield dataclasses.replace(edge, trail=join_trails(edge.trail, *asked))


def _includes(trusted: EdgeSource, asking: EdgeSource) -> bool:
    """Whether a pattern of service accounts takes one in; tokens that nobody can say of whom may be its."""
    if isinstance(trusted, TrustedSource) and trusted.type == "Federated":
        return True
    if not isinstance(trusted, ServiceAccount) or not isinstance(asking, ServiceAccount):
        return False
    pairs = (trusted.namespace, asking.namespace), (trusted.name, asking.name)
    return all(meets(str(pattern), str(one)) for pattern, one in pairs)


_Trusts = Mapping[PolicySubject, tuple[Statement, ...]]


def _trusts(grants: Iterable[Grant]) -> _Trusts:
    """The statements of each trust policy."""
    found: dict[PolicySubject, list[Statement]] = {}
    for grant in grants:
        if isinstance(grant.holder, RoleTrust):
            found.setdefault(grant.holder, []).append(grant.statement)
    return {holder: tuple(statements) for holder, statements in found.items()}


def _trusted(grant: Grant) -> tuple[PrincipalEntry, ...]:
    principals = grant.statement.principals
    allows = grant.statement.effect is Effect.ALLOW and principals is not None and not principals.negated
    trust = isinstance(grant.holder, RoleTrust) and allows and principals is not None
    return principals.entries if trust and principals is not None else ()


def _role(entry: PrincipalEntry, index: ResourceIndex, scope: str) -> ResourceInstance | None:
    return index.find(entry.identifier, ROLE_TYPES, scope) if entry.type == "AWS" else None


def _admitted(source: ResourceInstance, trusting: PolicySubject, trusts: _Trusts, index: ResourceIndex) -> Met:
    """Whether a role of the root gets in by its name."""

    def is_it(entry: PrincipalEntry) -> bool:
        found = _role(entry, index, trusting.address)
        return found is not None and found.address == source.address

    return admitted(trusts[trusting], _caller(source, trusts), is_it)


def _caller(role: ResourceInstance, trusts: _Trusts) -> AssumingPrincipal:
    path, name = string(argument(role, "path")), string(argument(role, "name"))
    before = "" if path is None else str(path).removeprefix("/")
    own = next((found for holder, found in trusts.items() if holder.address == role.address), ())
    tail = f"{before}{name if name is not None else f'${{{role.address}.name}}'}"
    return AssumingPrincipal(ROLE, role.address, tail, only_services(own))


def _is_own_account(entry: PrincipalEntry) -> bool:
    """The caller's account, as a whole."""
    symbols = [part for part in entry.identifier.parts if isinstance(part, Symbol)]
    end = entry.identifier.parts[-1] if entry.identifier.parts else ""
    own = len(symbols) == 1 and "aws_caller_identity" in symbols[0].name and bool(_ACCOUNT.search(symbols[0].name))
    return entry.type == "AWS" and own and (end is symbols[0] or end == ":root")


def _assuming(grants: Iterable[Grant], trusts: _Trusts, index: ResourceIndex) -> Iterator[Edge]:
    """The edges to the roles that trust their whole account, from those whose own policies let them assume one."""
    handed = [holder for holder, stated in trusts.items() if any(map(_is_own_account, _entries(stated)))]
    if not handed:
        return
    for grant in grants:
        statement = grant.statement
        allows = grant.kind is PolicyKind.IDENTITY and statement.effect is Effect.ALLOW and not statement.not_resource
        role = index.by_address.get(grant.holder.address)
        if not isinstance(grant.holder, Role) or role is None or not allows or not _assumes(grant):
            continue
        for trusting in handed:
            named = next((one for one in statement.resources if _is(one, trusting)), None)
            if named is None or trusting.address == grant.holder.address:
                continue
            met = admitted(trusts[trusting], _caller(role, trusts), _is_own_account)
            if met.possible:
                trail = join_trails(named.trail, statement.trail, grant.attachment)
                source = AddressedSource(grant.holder.address)
                yield Edge(index.root, source, ASSUME, trusting.address, trail, met.doubts)


def _entries(statements: Iterable[Statement]) -> Iterator[PrincipalEntry]:
    for one in statements:
        if one.effect is Effect.ALLOW and one.principals is not None and not one.principals.negated:
            yield from one.principals.entries


def _assumes(grant: Grant) -> bool:
    return not grant.statement.not_action and any(names_action(str(one), ASSUME) for one in grant.statement.actions)


def _is(resource: Text, role: PolicySubject) -> bool:
    """Whether a resource is the role's ARN, or a pattern of ARNs that takes it in."""
    if resource.parts == (Symbol(f"{role.address}.arn"),):
        return True
    written = str(resource)
    name = name_after(written, "role/") or ("*" if is_everything(written) else "")
    return bool(name) and fnmatchcase(role.name, name.rpartition("/")[2] if "*" not in name else name)
