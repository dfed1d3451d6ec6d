"""The programs behind `make data`: what they keep of a package, and that the files are of the pinned versions."""

from __future__ import annotations

import json
from typing import Any

from bot.iam.packaged import data_lines
from tests.places import PROJECT
from tools.action_data import action_lines
from tools.managed_policy_data import granted_on_arns, managed_policy_lines
from tools.npm_package import read_sources

SOURCES = read_sources(PROJECT / "tools" / "data_sources.json")


def use(name: str, *, required: bool) -> dict[str, Any]:
    return {"name": name, "required": required, "conditionKeys": ["k:B"], "dependentActions": ["iam:PassRole"]}


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
            "dependentActions": [],
        },
        "resize": {
            "name": "Resize",
            "accessLevel": "Write",
            "resourceTypes": [],
            "conditionKeys": [],
            "dependentActions": [],
        },
    },
}


def test_an_action_keeps_level_types_keys_and_dependents() -> None:
    members = {name: json.dumps(content).encode() for name, content in MEMBERS.items()}
    header, service = action_lines(members, {"date": "2026-01-01"}, frozenset(["kin:resize"]))
    assert header == {"date": "2026-01-01", "services": 1, "actions": 2}
    assert service["actions"]["Put"] == ["w", "stream*", 0, ["iam:PassRole"]]
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
    for name, file in (("actions", "actions.jsonl.gz"), ("managed_policies", "managed_policies.jsonl.gz")):
        header = json.loads(data_lines(file)[0])
        assert (header["source"], header["version"], header["date"]) == (
            SOURCES[name].package,
            SOURCES[name].version,
            SOURCES[name].date,
        )
