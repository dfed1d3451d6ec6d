"""Which resource statements let anyone in, and which of those a public access block stops."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.diagnostics import Trail
from bot.extract.extracted import PublicAccessBlock
from bot.iam.grant import Grant, Holder, HolderKind
from bot.iam.statement import Condition, Effect, PolicyKind, Statement

LIMITING_KEYS = frozenset(
    {
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:principalarn",
        "aws:principalaccount",
        "aws:sourcearn",
        "aws:sourceaccount",
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


def lets_anyone_in(statement: Statement) -> bool:
    """Whether a statement allows any principal, unconditionally as far as S3 is concerned."""
    principals = statement.principals
    if statement.effect is not Effect.ALLOW or principals is None:
        return False
    anyone = principals.negated or any(entry.identifier.literal == "*" for entry in principals.entries)
    return anyone and not any(map(_limits, statement.conditions))


def without_blocked(grants: Iterable[Grant], blocks: Iterable[PublicAccessBlock]) -> Iterator[Grant]:
    """The grants that are in force: a public access block stops what lets anyone in."""
    blocked = {block.bucket for block in blocks}
    for grant in grants:
        stopped = grant.kind is PolicyKind.RESOURCE and (grant.holder in blocked or _any_bucket(grant.holder, blocked))
        if not (stopped and lets_anyone_in(grant.statement)):
            yield grant


def block_of(holder: Holder, blocks: Iterable[PublicAccessBlock]) -> Trail:
    """Where the block that covers a bucket is written; empty if none does."""
    for block in blocks:
        if block.bucket == holder or (block.bucket is None and _is_bucket(holder)):
            return block.trail
    return ()


def _any_bucket(holder: Holder, blocked: set[Holder | None]) -> bool:
    return None in blocked and _is_bucket(holder)


def _is_bucket(holder: Holder) -> bool:
    return holder.kind is HolderKind.RESOURCE and "aws_s3_bucket." in f"{holder.address}."


def _limits(condition: Condition) -> bool:
    negated = "Not" in condition.operator or condition.operator == "Null"
    wild = any(value.literal in ("*", "0.0.0.0/0") for value in condition.values)
    return condition.key.lower() in LIMITING_KEYS and not negated and not wild
