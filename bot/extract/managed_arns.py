"""AWS-managed policies as arguments name them: by ARN in any partition."""

from __future__ import annotations

import re

from bot.iam.arn import Arn

_PARTITION = re.compile(r"aws[a-z-]*|\$\{[^}]*\}")
_POLICY = re.compile(r"policy/[\w+=,.@/-]+")


def managed_arn(written: str) -> str | None:
    """The ARN of the AWS-managed policy in partition `aws`; None if `written` names no AWS-managed policy."""
    match Arn.parse(written):
        case Arn(partition, "iam", "", "aws", resource) if _PARTITION.fullmatch(partition):
            return f"arn:aws:iam::aws:{resource}" if _POLICY.fullmatch(resource) else None
    return None
