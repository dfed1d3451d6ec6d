"""AWS-managed policies: the default version of each, as published on a date."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from bot.frozen import dataclass
from bot.iam.arn import Arn
from bot.iam.packaged import data_lines


@dataclass(frozen=True, slots=True)
class _Policies:
    date: str
    lines: Mapping[str, str]


def managed_policy(arn: str) -> dict[str, Any] | None:
    """The document of an AWS-managed policy, None if the ARN is none that is known.

    `arn:aws:iam::aws:policy/service-role/AWSLambdaRole`, in any partition: the documents are those of
    partition `aws`. The path belongs to the name. Every call returns a new dict.
    """
    line = _policies().lines.get(managed_path(arn) or "")
    if line is None:
        return None
    document: dict[str, Any] = json.loads(line)[2]
    return document


def managed_policy_arns() -> tuple[str, ...]:
    """The ARNs of all known AWS-managed policies in partition `aws`, in order."""
    return tuple(f"arn:aws:iam::aws:policy/{path}" for path in _policies().lines)


def managed_path(arn: str) -> str | None:
    """The name, with its path, of the AWS-managed policy of an ARN in any partition; None for any other ARN."""
    match Arn.parse(arn):
        case Arn(partition, "iam", "", "aws", resource) if partition and resource.startswith("policy/"):
            return resource.removeprefix("policy/")
    return None


@cache
def _policies() -> _Policies:
    header, *lines = data_lines("managed_policies.jsonl.gz")
    return _Policies(json.loads(header)["date"], {line.split('"', 2)[1]: line for line in lines})
