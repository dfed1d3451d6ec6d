"""AWS-managed policies as arguments name them: by ARN in any partition."""

from __future__ import annotations

import re

_ARN = re.compile(r"^arn:(aws[a-z-]*|\$\{[^}]*\}):iam::aws:policy/(?P<path>[\w+=,.@/-]+)$")


def managed_arn(written: str) -> str | None:
    """The ARN of the AWS-managed policy in partition `aws`; None if `written` names no AWS-managed policy."""
    match = _ARN.match(written)
    return None if match is None else f"arn:aws:iam::aws:policy/{match['path']}"
