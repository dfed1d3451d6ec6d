"""Which resource statements let anyone in, and which of those a public access block stops."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.evaluated.diagnostic import Trail
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

_ACL_OF = "ACL of "


def lets_anyone_in(statement: Statement) -> bool:
    """Whether a statement allows any principal, unconditionally as far as S3 is concerned."""
    principals = statement.principals
    if statement.effect is not Effect.ALLOW or principals is None:
        return False
    anyone = principals.negated or any(entry.is_anyone for entry in principals.entries)
    return anyone and not any(map(_limits, statement.conditions))


def without_blocked(grants: Iterable[Grant], blocks: Iterable[PublicAccessBlock]) -> Iterator[Grant]:
    """The grants that are in force: a public access block stops what lets anyone in."""
    found = tuple(blocks)
    stopped_by = {stops: {block.bucket for block in found if block.stops == stops} for stops in ("policies", "ACLs")}
    for grant in grants:
        blocked = stopped_by["ACLs" if in_acl(grant.policy) else "policies"]
        stopped = grant.kind is PolicyKind.RESOURCE and (grant.holder in blocked or _any_bucket(grant.holder, blocked))
        if not (stopped and lets_anyone_in(grant.statement)):
            yield grant


def acl_of(address: str) -> str:
    """What a grant in the ACL of a block is said to be in, beside the policy that the block may have."""
    return f"{_ACL_OF}{address}"


def in_acl(policy: str) -> bool:
    """Whether a grant stands in an ACL."""
    return policy.startswith(_ACL_OF)


def blocks_of(holder: PolicySubject, blocks: Iterable[PublicAccessBlock]) -> tuple[PublicAccessBlock, ...]:
    """The blocks that cover a bucket."""
    return tuple(one for one in blocks if one.bucket == holder or (one.bucket is None and _is_bucket(holder)))


def lifted_blocks(before: Iterable[PublicAccessBlock], after: Iterable[PublicAccessBlock]) -> tuple[Trail, ...]:
    """Where the blocks are written that stopped something which none does any more."""
    still = {block.stops for block in after}
    return tuple(block.trail for block in before if block.stops not in still)


def _any_bucket(holder: PolicySubject, blocked: set[PolicySubject | None]) -> bool:
    return None in blocked and _is_bucket(holder)


def _is_bucket(holder: PolicySubject) -> bool:
    return isinstance(holder, Resource) and "aws_s3_bucket." in f"{holder.address}."


def _limits(condition: Condition) -> bool:
    negated = "Not" in condition.operator or condition.operator == "Null"
    wild = any(value.literal in ("*", "0.0.0.0/0") for value in condition.values)
    return condition.key.lower() in LIMITING_KEYS and not negated and not wild
