"""The chart: helm makes what is recorded, that follows the schemas, rules and dashboard ask for figures there are."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.config import fields
from bot.web.metrics import Metrics
from bot.wiring.settings import SERVER_CONFIG, load
from tests.fakes.store import fresh_store
from tests.places import PROJECT, TESTS
from tests.yaml_files import read_all_yaml, read_yaml
from tools.chart import CHART, RECORDED, rendered

jsonschema: Any = importlib.import_module("jsonschema")
RULES = read_yaml((CHART / "files" / "rules.yaml").read_text())["groups"][0]["rules"]
FULL: list[dict[str, Any]] = list(read_all_yaml(RECORDED[1][0].read_text()))
SETTINGS = {"IAM_REVIEW_" + "__".join(path).upper() for path, _ in fields(SERVER_CONFIG)}
PROXY = {"HTTPS_PROXY", "NO_PROXY"}
CUSTOM = ("ServiceMonitor", "PrometheusRule")
SECRETS = {"IAM_REVIEW_GITHUB__TOKEN": "t", "IAM_REVIEW_GITHUB__WEBHOOK_SECRET": "9f2c1b7a4e6d8053"}


def ran(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.needs("helm")
def test_the_chart_is_linted_and_gives_what_is_recorded() -> None:
    linted = ran("helm", "lint", "--strict", str(CHART))
    assert linted.returncode == 0, linted.stdout
    for path, arguments in RECORDED:
        assert rendered(*arguments) == path.read_text(), "python -m tools.chart"


@pytest.mark.needs("helm")
@pytest.mark.parametrize(
    ("values", "says"),
    [
        ("publicUrl=reviews.example", "publicUrl"),
        ("ingress.enabled=true", "host"),
        ("web.replica=3", "replica"),
        ("image.digest=latest", "digest"),
        ("config.port=9000", "'port'"),
        ("moreSecrets={session secret}", "moreSecrets"),
    ],
)
def test_values_that_cannot_be_right_are_refused(values: str, says: str) -> None:
    with pytest.raises(subprocess.CalledProcessError) as caught:
        rendered("--set", values)
    assert says in caught.value.stderr


def test_everything_at_once_follows_the_schemas(tmp_path: Path) -> None:
    known = tmp_path / "known.yaml"
    known.write_text("---\n".join(json.dumps(each) + "\n" for each in FULL if each["kind"] not in CUSTOM))
    checked = ran(str(Path(sys.executable).parent / "kubernetes-validate"), "--strict", str(known))
    assert checked.returncode == 0 and "WARN" not in checked.stdout + checked.stderr, checked.stderr
    kinds = {each["kind"] for each in FULL}
    assert {"HorizontalPodAutoscaler", "Ingress", "NetworkPolicy", "Job", *CUSTOM} <= kinds


def test_values_follow_their_schema_and_the_configuration_is_one(tmp_path: Path) -> None:
    schema = json.loads((CHART / "values.schema.json").read_text())
    jsonschema.validate(read_yaml((CHART / "values.yaml").read_text()), schema)
    (config,) = (each["data"]["config.yaml"] for each in FULL if "config.yaml" in each.get("data", {}))
    (tmp_path / "config.yaml").write_text(config)
    found = load(tmp_path / "config.yaml", SECRETS)
    assert (found.review_threads, found.metrics_port, found.drafts, found.pages.operators) == (
        4,
        9090,
        "skip",
        ("github:ada",),
    )


def test_each_variable_is_a_setting_and_each_file_is_there() -> None:
    (told,) = (each["data"] for each in FULL if "IAM_REVIEW_CONFIG" in each.get("data", {}))
    ours = {name for name in told if name.startswith("IAM_REVIEW_")} - {"IAM_REVIEW_CONFIG"}
    assert {name.removesuffix("_FILE") for name in ours} <= SETTINGS
    assert told.keys() - ours - {"IAM_REVIEW_CONFIG"} == {*PROXY, "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"}
    for each in FULL:
        if each["kind"] == "Deployment":
            pod = each["spec"]["template"]["spec"]
            paths = {item["path"] for volume in pod["volumes"] for item in volume.get("secret", {}).get("items", ())}
            assert {Path(told[name]).name for name in ours if name.endswith("_FILE")} == paths
            mounts = {mount["name"]: mount["mountPath"] for mount in pod["containers"][0]["volumeMounts"]}
            assert told["SSL_CERT_FILE"] == told["REQUESTS_CA_BUNDLE"] == f"{mounts['certificates']}/ca.crt"


@pytest.mark.needs("kubectl")
def test_kustomize_takes_it() -> None:
    made = ran("kubectl", "kustomize", str(PROJECT / "deploy" / "kubernetes"))
    assert made.returncode == 0, made.stderr
    images = set(re.findall(r"image: (\S+)", made.stdout))
    assert images == {"iam-review:0.1.0"} and "namespace: iam-review" in made.stdout


@pytest.mark.needs("promtool")
def test_the_rules_are_rules_and_give_their_alerts() -> None:
    rules, tried = CHART / "files" / "rules.yaml", TESTS / "cases" / "deploy" / "alerts.yaml"
    for command in (("check", "rules", str(rules)), ("test", "rules", str(tried))):
        done = ran("promtool", *command)
        assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_says_what_to_do() -> None:
    for rule in RULES:
        assert rule["labels"]["severity"] in ("info", "warning", "critical")
        assert len(rule["annotations"]["runbook"]) > 40 and rule["annotations"]["summary"]


def test_rules_and_dashboard_ask_for_figures_that_there_are(tmp_path: Path) -> None:
    metrics = Metrics(fresh_store(tmp_path))
    there = set(re.findall(r"# TYPE (\w+)", metrics.text().decode()))
    board = json.loads((CHART / "files" / "dashboard.json").read_text())
    asked = [rule["expr"] for rule in RULES] + [one["expr"] for panel in board["panels"] for one in panel["targets"]]
    names = set(re.findall(r"iam_review_\w+", " ".join(asked)))
    assert {name.removesuffix("_bucket") for name in names} <= there
    told = (PROJECT / "docs" / "operating.md").read_text()
    assert [name for name in sorted({name.removesuffix("_bucket") for name in names}) if name not in told] == []
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])


def test_metrics_are_read_by_prometheus_alone() -> None:
    policies = {each["metadata"]["name"]: each["spec"] for each in FULL if each["kind"] == "NetworkPolicy"}
    (rule,) = policies["iam-review-metrics"]["ingress"]
    assert rule["ports"] == [{"protocol": "TCP", "port": 9090}]
    assert rule["from"] == [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "observability"}}}]
    assert policies["iam-review-web"]["ingress"] == [{"ports": [{"protocol": "TCP", "port": 8080}]}]
    assert {"protocol": "TCP", "port": 6379} in policies["iam-review"]["egress"][1]["ports"]


def test_the_migration_can_be_applied_again() -> None:
    (job,) = (each for each in FULL if each["kind"] == "Job")
    notes = job["metadata"]["annotations"]
    assert notes["helm.sh/hook"] == "pre-install,pre-upgrade"
    assert notes["helm.sh/hook-delete-policy"] == "before-hook-creation"
    assert notes["argocd.argoproj.io/hook-delete-policy"] == "BeforeHookCreation"
    assert notes["kustomize.toolkit.fluxcd.io/force"] == "enabled"
    assert "ttlSecondsAfterFinished" not in job["spec"], "what has gone by itself is applied again without end"
    assert "serviceAccountName" not in job["spec"]["template"]["spec"], "it runs before what the chart makes"
