"""Which resource statements let anyone in, and which of those a public access block stops."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator

from bot.evaluated.diagnostic import Trail
from bot.evaluated.document import Symbol, Text
from bot.extract.extracted import PublicAccessBlock
from bot.iam.grant import Grant
from bot.iam.policy_subject import PolicySubject, Resource
from bot.iam.statement import Condition, Effect, PolicyKind, Statement

LIMITING_KEYS = frozenset(
    {
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:principalarn",
        "aws:principalaccount",
        "aws:sourcearn",
        "aws:sourceaccount",
        "aws:sourceowner",
        "aws:sourceorgid",
        "aws:sourceip",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:userid",
        "s3:dataaccesspointarn",
        "s3:dataaccesspointaccount",
    }
)
"""Condition keys with which S3 does not call a statement public; in lower case."""

OWN_ACCOUNT = "data.aws_caller_identity.current.account_id"
_OWN_ACCOUNT = Condition("StringEquals", "aws:PrincipalAccount", (Text((Symbol(OWN_ACCOUNT),)),))
"""Whom a bucket with a public policy still lets in ("only AWS service principals and authorized users within the bucket
owner's account"; Amazon S3, API Reference, PublicAccessBlockConfiguration)."""

_ACL_OF = "ACL of "


def lets_anyone_in(statement: Statement) -> bool:
    """Whether a statement allows any principal, unconditionally as far as S3 is concerned."""
    principals = statement.principals
    if statement.effect is not Effect.ALLOW or principals is None:
        return False
    anyone = principals.negated or any(entry.is_anyone for entry in principals.entries)
    return anyone and not any(map(_limits, statement.conditions))


def without_blocked(grants: Iterable[Grant], blocks: Iterable[PublicAccessBlock]) -> Iterator[Grant]:
    """The grants that are in force: a public access block stops what lets anyone in, of a policy that may be written
    anyone but the account's own principals."""
    before: dict[tuple[str, PolicySubject | None], list[PublicAccessBlock]] = {}
    for block in blocks:
        before.setdefault((block.stops, block.bucket), []).append(block)
    for grant in grants:
        stops = "ACLs" if in_acl(grant.policy) else "policies"
        every = (*before.get((stops, grant.holder), ()), *before.get((stops, None), ()))
        over = blocks_of(grant.holder, every)
        if grant.kind is not PolicyKind.RESOURCE or not over or not lets_anyone_in(grant.statement):
            yield grant
        elif stops == "policies" and not any(block.refuses_new for block in over):
            yield _of_own_account(grant)


def _of_own_account(grant: Grant) -> Grant:
    conditions = (*grant.statement.conditions, _OWN_ACCOUNT)
    return dataclasses.replace(grant, statement=dataclasses.replace(grant.statement, conditions=conditions))


def held_back(grants: Iterable[Grant], blocks: Iterable[PublicAccessBlock]) -> Iterator[Grant]:
    """The grants that nothing stops but a block that keeps from writing new ones: one that stood is in force."""
    found = tuple(blocks)
    every, there = (
        tuple(without_blocked(grants, found)),
        tuple(without_blocked(grants, (one for one in found if not one.only_new))),
    )
    return (one for one in there if one not in every) if len(there) > len(every) else iter(())


def may_stand(grant: Grant, blocks: Iterable[PublicAccessBlock]) -> bool:
    """Whether a public grant that a block of new ones keeps out at head may have come to be there before it: unless
    such a block, and no other, was there at base, by whose `blocks` that was as it is."""
    kind = "ACLs" if in_acl(grant.policy) else "policies"
    over = [one for one in blocks_of(grant.holder, blocks) if one.stops == kind]
    return not over or not all(one.only_new for one in over)


def acl_of(address: str) -> str:
    """What a grant in the ACL of a block is said to be in, beside the policy that the block may have."""
    return f"{_ACL_OF}{address}"


def in_acl(policy: str) -> bool:
    """Whether a grant stands in an ACL."""
    return policy.startswith(_ACL_OF)


def blocks_of(holder: PolicySubject, blocks: Iterable[PublicAccessBlock]) -> tuple[PublicAccessBlock, ...]:
    """The blocks that cover a bucket."""
    return tuple(one for one in blocks if one.bucket == holder or (one.bucket is None and _is_within(holder, one)))


def lifted_blocks(before: Iterable[PublicAccessBlock], after: Iterable[PublicAccessBlock]) -> tuple[Trail, ...]:
    """Where the blocks are written that stopped something which none does any more."""
    kept, held = tuple(before), {(block.stops, block.only_new) for block in after}
    firm = {block.stops for block in kept if not block.only_new}
    return tuple(
        block.trail
        for block in kept
        if (block.stops, False) not in held and (block.stops in firm or (block.stops, True) not in held)
    )


def _is_within(holder: PolicySubject, block: PublicAccessBlock) -> bool:
    return _is_bucket(holder) and holder.address not in block.beyond


def _is_bucket(holder: PolicySubject) -> bool:
    return isinstance(holder, Resource) and "aws_s3_bucket." in f"{holder.address}."


def _limits(condition: Condition) -> bool:
    negated = "Not" in condition.operator or condition.operator == "Null"
    wild = any(value.literal in ("*", "0.0.0.0/0") for value in condition.values)
    return condition.key.lower() in LIMITING_KEYS and not negated and not wild
