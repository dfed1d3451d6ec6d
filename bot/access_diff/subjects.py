"""One root's grants arranged for comparison: holder by holder, with what is not seen of each."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import field

from bot.access_diff.delta import PolicySet
from bot.access_diff.renames import Renames, renamed, renamed_grant, renamed_holder
from bot.evaluated.document import Symbol, text
from bot.evaluated.guard import Guard
from bot.extract import Extracted, ExtractionGap, PublicAccessBlock
from bot.extract.kms import whole_accounts
from bot.extract.public import may_stand
from bot.frozen import dataclass
from bot.iam.arn import Arn
from bot.iam.grant import Grant
from bot.iam.policy_subject import Organization, PolicySubject, Resource, RoleTrust
from bot.iam.statement import Effect, PolicyKind, PrincipalEntry, Principals, Statement

Grants = tuple[Grant, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """One root on one side: the grants by holder, the gaps that hide statements of a holder, and the rest as found.

    `created` are the addresses of what the other side does not have. `addresses` are those of all blocks and calls,
    `groups` whatever a member holds the policies of, `handed` the statements that hand a key to its own account,
    `within` what a limited thing is part of. `called` is what blocks are called in ARNs.
    """

    grants: Mapping[PolicySubject, Grants] = field(default_factory=dict)
    gaps: Mapping[PolicySubject, tuple[ExtractionGap, ...]] = field(default_factory=dict)
    blocks: tuple[PublicAccessBlock, ...] = ()
    created: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    groups: Mapping[PolicySubject, tuple[PolicySubject, ...]] = field(default_factory=dict)
    handed: Mapping[PolicySubject, Grants] = field(default_factory=dict)
    within: Mapping[str, str] = field(default_factory=dict)
    called: Mapping[str, Arn] = field(default_factory=dict)


def _is_to_another(handed: Grant, extracted: Extracted) -> bool:
    """Whether a key is handed to an account that is not its own, as its provider says that one's number."""
    own, named = extracted.accounts.said_of(handed.holder.address), whole_accounts(handed.statement)
    return bool(own) and own.isdisjoint(named) and all(one.isdigit() for one in (*own, *named))


def trust_of(role: PolicySubject, at: Side) -> Grants | None:
    """The grants of a role's trust policy; None where it is not in view or not read whole."""
    trusts = [one for one in at.grants if isinstance(one, RoleTrust) and one.address == role.address]
    return at.grants[trusts[0]] if len(trusts) == 1 and trusts[0] not in at.gaps else None


def side(extracted: Extracted, mapping: Renames | None = None) -> Side:
    """Arrange one root; a base is spelled with the head's addresses through `mapping`."""
    mapping = mapping or {}
    grants: dict[PolicySubject, list[Grant]] = {}
    for grant in extracted.grants:
        moved = renamed_grant(grant, mapping)
        grants.setdefault(moved.holder, []).append(moved)
    handed: dict[PolicySubject, list[Grant]] = {}
    for grant in extracted.handed:
        moved = renamed_grant(grant, mapping)
        there = grants if _is_to_another(grant, extracted) else handed
        there.setdefault(moved.holder, []).append(moved)
        grants.setdefault(moved.holder, [])
    gaps: dict[PolicySubject, list[ExtractionGap]] = {}
    for gap in extracted.gaps:
        for holder in gap.holders:
            unread = renamed_holder(holder, mapping)
            gaps.setdefault(unread, []).append(gap)
            grants.setdefault(unread, [])
    groups: dict[PolicySubject, list[PolicySubject]] = {}
    for one in extracted.members:
        groups.setdefault(renamed_holder(one.member, mapping), []).append(renamed_holder(one.group, mapping))
    return Side(
        {holder: tuple(found) for holder, found in grants.items()},
        {holder: tuple(found) for holder, found in gaps.items()},
        tuple(_renamed_block(block, mapping) for block in extracted.public_access_blocks),
        addresses=frozenset(renamed(address, mapping) for address in (*extracted.addresses, *extracted.calls)),
        handed={key: tuple(found) for key, found in handed.items()},
        groups={member: tuple(found) for member, found in groups.items()},
        within={renamed(part, mapping): renamed(whole, mapping) for part, whole in extracted.within.items()},
        called={renamed(address, mapping): arn for address, arn in extracted.own_arns.items()},
    )


def with_standing(before: Extracted, after: Extracted, mapping: Renames) -> Extracted:
    """The head with the public grants that only a block of new ones keeps out, where they may have been there first."""
    if not after.held_back:
        return after
    blocks = tuple(_renamed_block(block, mapping) for block in before.public_access_blocks)
    come = tuple(one for one in after.held_back if may_stand(one, blocks))
    return dataclasses.replace(after, grants=(*after.grants, *come)) if come else after


def _renamed_block(block: PublicAccessBlock, mapping: Renames) -> PublicAccessBlock:
    if block.bucket is None:
        return block
    return dataclasses.replace(block, bucket=renamed_holder(block.bucket, mapping))


def in_force(grants: Iterable[Grant], outcome: frozenset[Guard]) -> Grants:
    """The grants that hold when exactly these guards do."""
    return tuple(grant for grant in grants if outcome.issuperset(grant.guards))


def kind_of(holder: PolicySubject, grants: Iterable[Grant]) -> PolicyKind:
    """How a holder's statements count together."""
    match holder:
        case RoleTrust():
            return PolicyKind.TRUST
        case Resource():
            return PolicyKind.RESOURCE
        case Organization():
            return PolicyKind.LIMIT
    return PolicyKind.IDENTITY


ANYTHING = Statement(Effect.ALLOW, (text("*"),), (text("*"),))
ANYONE_ANYTHING = dataclasses.replace(ANYTHING, principals=Principals((PrincipalEntry("*", text("*")),)))


def policy_set(kind: PolicyKind, grants: Grants, limiting: bool, ignored_limits: frozenset[str]) -> PolicySet:
    """What counts together for one holder.

    `limiting` says that the holder's policies only limit: without any, everything passes. Limits of the
    policies in `ignored_limits` are left out.
    """
    if limiting:
        return PolicySet(kind, _limiting(kind, tuple(grant.statement for grant in grants)))
    limits: dict[str, list[Statement]] = {}
    for grant in grants:
        if grant.kind is PolicyKind.LIMIT and grant.policy not in ignored_limits:
            limits.setdefault(grant.policy, []).append(grant.statement)
    statements = tuple(dict.fromkeys(grant.statement for grant in grants if grant.kind is not PolicyKind.LIMIT))
    return PolicySet(kind, statements, tuple(tuple(dict.fromkeys(limit)) for limit in limits.values()))


def only_limits(holder: PolicySubject, grants: Iterable[Grant]) -> bool:
    """Whether the holder's policies take away from everything instead of adding to nothing (SCP, VPC endpoint)."""
    if isinstance(holder, Organization):
        return True
    return isinstance(holder, Resource) and any(grant.kind is PolicyKind.LIMIT for grant in grants)


def opaque_limits(grants: Iterable[Grant]) -> frozenset[str]:
    """The policies that limit a holder and whose text nobody can see: their one statement is a symbol."""
    return frozenset(
        grant.policy
        for grant in grants
        if grant.kind is PolicyKind.LIMIT and not grant.statement.resources and _is_symbol(grant.statement)
    )


def _is_symbol(statement: Statement) -> bool:
    return any(isinstance(part, Symbol) for action in statement.actions for part in action.parts)


def _limiting(kind: PolicyKind, statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """A policy that only denies stands beside the one that allows everything, as AWS attaches it."""
    if any(statement.effect is Effect.ALLOW for statement in statements):
        return statements
    return (*statements, ANYONE_ANYTHING if kind is PolicyKind.RESOURCE else ANYTHING)
