"""The composition, the Kubernetes manifests and the App's manifest: well formed, and no right that is not needed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.config import fields
from bot.fake_forge.github.access import DEFAULT_PERMISSIONS
from bot.wiring.settings import SERVER_CONFIG
from tests.places import PROJECT
from tests.yaml_files import read_all_yaml, read_yaml

DEPLOY = PROJECT / "deploy"
PROGRAMS = Path(sys.executable).parent
MANIFESTS = sorted(path for path in (DEPLOY / "kubernetes").glob("*.yaml") if path.name != "kustomization.yaml")
EVERYTHING = PROJECT / "tests" / "cases" / "deploy" / "full.rendered.yaml"
SETTINGS = {"IAM_REVIEW_" + "__".join(path).upper() for path, _ in fields(SERVER_CONFIG)}


def checked(program: str, *arguments: str) -> str:
    done = subprocess.run([str(PROGRAMS / program), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def objects() -> Iterator[dict[str, Any]]:
    for path in MANIFESTS:
        yield from read_all_yaml(path.read_text())


def pods() -> Iterator[tuple[str, dict[str, Any]]]:
    for each in objects():
        if each["kind"] in ("Deployment", "Job"):
            yield each["metadata"]["name"], each["spec"]["template"]["spec"]


def test_compose_file_follows_its_schema() -> None:
    checked("check-jsonschema", "--builtin-schema", "vendor.compose-spec", str(DEPLOY / "compose.yaml"))


def test_composition_gives_no_rights() -> None:
    services = read_yaml((DEPLOY / "compose.yaml").read_text())["services"]
    assert {"migrate", "web", "worker", "postgresql", "rabbitmq"} == set(services)
    for service in services.values():
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
    for name in ("migrate", "web", "worker"):
        service = services[name]
        assert "cap_add" not in service
        assert {key.removesuffix("_FILE") for key in service["environment"]} <= SETTINGS
        assert not any(
            re.search("SECRET|KEY|DATABASE|BROKER", key) for key in service["environment"] if "_FILE" not in key
        )


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_manifests_follow_the_schemas(path: Path) -> None:
    assert "WARN" not in checked("kubernetes-validate", "--strict", str(path))


def test_everything_is_in_the_kustomization() -> None:
    listed = read_yaml((DEPLOY / "kubernetes" / "kustomization.yaml").read_text())["resources"]
    assert sorted(listed) == [path.name for path in MANIFESTS]


@pytest.mark.parametrize(("name", "pod"), list(pods()), ids=lambda value: value if isinstance(value, str) else "")
def test_pods_have_no_rights(name: str, pod: dict[str, Any]) -> None:
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"] == {
        "runAsNonRoot": True,
        "runAsUser": 10001,
        "runAsGroup": 10001,
        "fsGroup": 10001,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    (container,) = pod["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert "memory" in container["resources"]["limits"]
    assert not any("secretKeyRef" in json.dumps(variable) for variable in container.get("env", ()))


def test_who_serves_is_probed_and_not_taken_away_all_at_once() -> None:
    deployments = {each["metadata"]["name"]: each["spec"] for each in objects() if each["kind"] == "Deployment"}
    budgets = {each["metadata"]["name"] for each in objects() if each["kind"] == "PodDisruptionBudget"}
    assert deployments.keys() == budgets == {"iam-review-web", "iam-review-worker"}
    for spec in deployments.values():
        (container,) = spec["template"]["spec"]["containers"]
        assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
        assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
        assert spec["replicas"] > 1 and spec["strategy"]["rollingUpdate"]["maxUnavailable"] == 0


def test_settings_are_settings() -> None:
    maps = [each["data"] for each in objects() if each["kind"] == "ConfigMap"]
    variables = [
        name for data in maps for name in data if name.startswith("IAM_REVIEW_") and name != "IAM_REVIEW_CONFIG"
    ]
    given = [variable["name"] for _, pod in pods() for c in pod["containers"] for variable in c.get("env", ())]
    assert {name.removesuffix("_FILE") for name in (*variables, *given)} <= SETTINGS


APP = {"database", "broker", "github_app_id", "github_private_key", "github_webhook_secret"}
GIVEN = {"iam-review-migrate": {"database_owner"}, "iam-review-web": APP, "iam-review-worker": APP}


def test_each_role_is_given_the_secrets_it_needs_and_no_more() -> None:
    found = {
        name: {item["key"] for volume in pod["volumes"] for item in volume.get("secret", {}).get("items", ())}
        for name, pod in pods()
    }
    assert found == GIVEN
    (migrate,) = (pod["containers"][0] for name, pod in pods() if name == "iam-review-migrate")
    assert "envFrom" not in migrate, "the settings of a forge would ask for its secrets"
    page = (PROJECT / "docs" / "how-to" / "kubernetes.md").read_text()
    assert {f"--from-file={key}" for key in {*APP, "database_owner"}} <= set(page.split())
    services = read_yaml((DEPLOY / "compose.yaml").read_text())["services"]
    assert services["migrate"]["secrets"] == ["database_address"]
    assert list(services["migrate"]["environment"]) == ["IAM_REVIEW_DATABASE_FILE"]
    assert len(services["web"]["secrets"]) == len(services["worker"]["secrets"]) == 4


def test_by_default_nothing_goes_in_or_out() -> None:
    policies = {each["metadata"]["name"]: each["spec"] for each in objects() if each["kind"] == "NetworkPolicy"}
    every = policies["iam-review"]["podSelector"]["matchLabels"]
    labels = [
        each["spec"]["template"]["metadata"]["labels"] for each in objects() if "template" in each.get("spec", {})
    ]
    assert len(labels) == 3 and all(every.items() <= each.items() for each in labels)
    assert policies["iam-review"]["policyTypes"] == ["Ingress", "Egress"]
    assert "ingress" not in policies["iam-review"]


def test_what_goes_out_goes_to_names_the_forge_the_database_and_the_broker() -> None:
    egress = [one for each in objects() if each["kind"] == "NetworkPolicy" for one in each["spec"].get("egress", ())]
    names, services = egress
    assert names["to"] == [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}}}]
    assert {(one["protocol"], one["port"]) for one in names["ports"]} == {("UDP", 53), ("TCP", 53)}
    assert {(one["protocol"], one["port"]) for one in services["ports"]} == {
        ("TCP", n) for n in (443, 5432, 5671, 5672, 6379)
    }


def test_the_app_asks_for_what_the_sandbox_holds_the_bot_to() -> None:
    manifest = json.loads((DEPLOY / "github-app-manifest.json").read_text())
    needed = {name for name in manifest["default_permissions"] if name != "merge_queues"}
    assert needed <= set(DEFAULT_PERMISSIONS)
    assert {"pull_request", "issue_comment", "check_run", "merge_group"} <= set(manifest["default_events"])
    assert "private" not in manifest and manifest["public"] is False
