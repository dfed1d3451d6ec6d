"""AWS-managed policies as arguments name them: by ARN in any partition, or by name."""

from __future__ import annotations

from bot.evaluated.value import Part, StringValue, Value
from bot.iam.arn import Arn
from bot.late_pattern import late_pattern

_PARTITION = late_pattern(r"aws[a-z-]*|\$\{[^}]*\}")
_POLICY = late_pattern(r"policy/[\w+=,.@/-]+")


def managed_arn(written: str) -> str | None:
    """The ARN of the AWS-managed policy in partition `aws`; None if `written` names no AWS-managed policy."""
    match Arn.parse(written):
        case Arn(partition, "iam", "", "aws", resource) if _PARTITION.fullmatch(partition):
            return f"arn:aws:iam::aws:{resource}" if _POLICY.fullmatch(resource) else None
    return None


_NAMES = frozenset(
    {"AdministratorAccess", "IAMFullAccess", "PowerUserAccess", "ReadOnlyAccess", "SecurityAudit", "ViewOnlyAccess"}
)
"""AWS's policies that modules which are not here are given by their names alone; nobody calls another one so."""


def by_arn(value: Value) -> Value:
    """A policy that is named as AWS calls one of its own, by its ARN; anything else as it is."""
    if not isinstance(value, StringValue) or value.known not in _NAMES:
        return value
    return StringValue((Part(f"arn:aws:iam::aws:policy/{value.known}", value.parts[0].trail),), value.trail)
