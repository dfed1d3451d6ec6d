"""How a finding is tried by hand: a line of the AWS command line that asks IAM's simulator the proving request."""

from __future__ import annotations

import json
import shlex
from typing import Any

from bot.late_pattern import late_pattern
from bot.review.model import Finding, FindingCondition

_TYPES = (("ipaddress", "ip"), ("numeric", "numeric"), ("date", "date"), ("bool", "boolean"), ("binary", "binary"))
_UNKNOWN = late_pattern(r"\$\{[A-Za-z0-9_-]*[.\[(]")
"""A name that only Terraform knows; `${aws:username}` is the policy's own."""


def simulation(finding: Finding) -> str:
    """The line, which answers "allowed"; "" where no policy of the finding by itself allows the request.

    The simulator judges identity policies; what a resource or a role's trust lets in it does not. Nor is there a line
    where a name has what ends one, or what people do not see: it is made to be pasted, and the fence holds one line.
    """
    witness = finding.witness
    if witness is None or finding.who or finding.kind in ("exposure", "config", "trust", "resource"):
        return ""
    asked = [{"ContextKeyName": key, "ContextKeyValues": list(values), "ContextKeyType": _type(finding, key, values)}
             for key, values in witness.context.items()]  # fmt: skip
    words = [
        "aws", "iam", "simulate-custom-policy",
        "--policy-input-list", json.dumps(_policy(finding)),
        "--action-names", witness.action,
        "--resource-arns", witness.resource,
        *(["--context-entries", json.dumps(asked)] if asked else []),
        "--query", "EvaluationResults[].EvalDecision", "--output", "text",
    ]  # fmt: skip
    line = shlex.join(words)
    return line if line.isprintable() else ""


def has_unknown_names(line: str) -> bool:
    """Whether names stand in it that have to be exchanged for real ones before it is run."""
    return _UNKNOWN.search(line) is not None


def _policy(finding: Finding) -> dict[str, Any]:
    """What the finding's worst grant allows, as a policy."""
    one = finding.grants[0] if finding.grants else finding
    allow: dict[str, Any] = {"Effect": "Allow", "Action": list(one.actions), "Resource": list(one.resources or ("*",))}
    conditions: dict[str, dict[str, list[str]]] = {}
    for condition in one.conditions:
        conditions.setdefault(condition.operator, {})[condition.key] = list(condition.values)
    if conditions:
        allow["Condition"] = conditions
    denied = [
        {"Effect": "Deny", "Action": list(actions), "Resource": list(resources)}
        for actions, resources in ((one.except_actions, ("*",)), (("*",), one.except_resources))
        if actions and resources
    ]
    return {"Version": "2012-10-17", "Statement": [allow, *denied]}


def _type(finding: Finding, key: str, values: tuple[str, ...]) -> str:
    """The simulator's type of a key, by the operator that asks for it."""
    every: list[FindingCondition] = [
        *finding.conditions,
        *(one for grant in finding.grants for one in grant.conditions),
    ]
    operators = [one.operator.lower() for one in every if one.key.lower() == key.lower()]
    found = (kind for operator in operators for word, kind in _TYPES if word in operator)
    return f"{next(found, 'string')}{'List' if len(values) > 1 else ''}"
