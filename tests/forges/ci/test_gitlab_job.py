"""The job of templates/iam-review.yml, its script run as a runner would, on a clone."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from check_jsonschema import main as check_schema  # type: ignore[import-untyped]
from click.testing import CliRunner

from bot.fake_forge.gitlab.fake_gitlab import GitLabSandbox
from bot.fake_forge.repository import BareRepository, folder
from bot.fake_forge.sample import SAMPLES
from tests.forges.ci.runners import ACTION, COMPONENT, component, run_job


@pytest.fixture
def variables(tmp_path: Path) -> Mapping[str, str]:
    """A merge request's pipeline with the whole history cloned, and no token."""
    git = BareRepository.create(tmp_path / "infra.git")
    rules = {".iam-review.yaml": b"mode: enforce\n"}
    base = git.commit("main", {**folder(SAMPLES / "base"), **rules}, "Base", "ada")
    head = git.commit("feature", {**folder(SAMPLES / "head"), **rules}, "Change", "ada", base)
    work = tmp_path / "work"
    subprocess.run(("git", "clone", "--quiet", "--branch=feature", str(git.directory), str(work)), check=True)
    return {
        "GITLAB_CI": "true",
        "CI_PIPELINE_SOURCE": "merge_request_event",
        "CI_MERGE_REQUEST_IID": "5",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
        "CI_COMMIT_SHA": head,
        "CI_PROJECT_PATH": "acme/infra",
        "CI_PROJECT_URL": "http://127.0.0.1:9/acme/infra",
        "CI_API_V4_URL": "http://127.0.0.1:9/api/v4",
        "CI_PROJECT_DIR": str(work),
    }


def test_job_decides_and_leaves_its_reports(variables: Mapping[str, str]) -> None:
    work = Path(variables["CI_PROJECT_DIR"])
    ran = run_job(variables, work)
    assert ran.code == 1, ran.output
    issues = json.loads((work / "gl-code-quality-report.json").read_text())
    assert {"description", "check_name", "fingerprint", "severity", "location"} <= issues[0].keys()
    assert issues[0]["location"]["lines"]["begin"] > 0
    assert "<html" in (work / "iam-review.html").read_text()


@pytest.mark.parametrize("link", ["iam-review.html", "out"])
def test_nothing_is_written_through_a_link_of_the_checkout(
    variables: Mapping[str, str], tmp_path: Path, link: str
) -> None:
    work, outside = Path(variables["CI_PROJECT_DIR"]), tmp_path / "outside"
    outside.mkdir()
    (work / link).symlink_to(outside if link == "out" else outside / "iam-review.html")
    options = {"options": "--html out/iam-review.html"} if link == "out" else {}
    ran = run_job(variables, work, **options)
    assert (ran.code, "is a symbolic link of the checkout" in ran.output) == (2, True), ran.output
    assert not list(outside.iterdir())


def test_options_go_to_the_command(variables: Mapping[str, str]) -> None:
    ran = run_job(variables, Path(variables["CI_PROJECT_DIR"]), options="--mode observe")
    assert ran.code == 0, ran.output


TAKEN = [
    {"IAM_REVIEW_OPTIONS": "--mode observe"},
    {"IAM_REVIEW_MODE": "observe", "MODE": "observe", "FAIL_AT": "never", "IAM_REVIEW_FAIL_AT": "never"},
    {"INSTALL": "an-iam-review-of-my-own", "IAM_REVIEW_INSTALL": "an-iam-review-of-my-own"},
]


@pytest.mark.parametrize("taken", TAKEN, ids=lambda taken: next(iter(taken)))
def test_whoever_runs_a_pipeline_chooses_no_options(variables: Mapping[str, str], taken: Mapping[str, str]) -> None:
    """Variables of a pipeline are given by whoever runs it, and win over those of a job."""
    ran = run_job({**variables, **taken}, Path(variables["CI_PROJECT_DIR"]))
    assert ran.code == 1, ran.output


def test_rules_made_stricter_on_the_target_branch_bind(variables: Mapping[str, str]) -> None:
    with GitLabSandbox.start() as gitlab:
        base = {**folder(SAMPLES / "base"), ".iam-review.yaml": b"mode: observe\n"}
        repository = gitlab.create_repository("acme/infra", base)
        request = gitlab.open_pull(repository, {**folder(SAMPLES / "head"), ".iam-review.yaml": b"mode: observe\n"})
        merge_base = repository.git.resolve("main")
        repository.git.commit("main", {**base, ".iam-review.yaml": b"mode: enforce\n"}, "x", "grace", merge_base)
        work = Path(variables["CI_PROJECT_DIR"])
        clone = ("git", "-C", str(work), "fetch", "--quiet", str(repository.git.directory), "feature")
        subprocess.run(clone, check=True)
        given = {
            **variables,
            "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
            "CI_MERGE_REQUEST_DIFF_BASE_SHA": merge_base,
            "CI_COMMIT_SHA": request.head,
            "CI_PROJECT_URL": f"{gitlab.url}/acme/infra",
            "CI_JOB_TOKEN": gitlab.token,
        }
        assert run_job(given, work).code == 1
        gone = run_job({**given, "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "gone"}, work)
    assert gone.code == 0
    assert f"The rules are those of {merge_base[:12]}" in gone.output


def test_branch_pipeline_says_which_rule_is_missing(variables: Mapping[str, str]) -> None:
    branch = {name: value for name, value in variables.items() if "MERGE_REQUEST" not in name}
    ran = run_job(branch, Path(variables["CI_PROJECT_DIR"]))
    assert (ran.code, "merge_request_event" in ran.output) == (2, True), ran.output


def test_inputs_are_options(variables: Mapping[str, str]) -> None:
    work = Path(variables["CI_PROJECT_DIR"])
    assert run_job(variables, work, mode="observe").code == 0
    ran = run_job(variables, work, **{"fail-at": "never", "options": "--format json"})
    assert (ran.code, '"verdict": "pass"' in ran.output) == (0, True), ran.output
    assert "<testsuite" in (work / "iam-review.xml").read_text()


def test_an_image_without_the_program_installs_it_first(variables: Mapping[str, str], tmp_path: Path) -> None:
    wanted = f"iam-review[ci] @ file://{tmp_path}/iam_review-9-py3-none-any.whl"
    ran = run_job(variables, Path(variables["CI_PROJECT_DIR"]), install=wanted)
    assert ran.code == 1
    assert "iam_review-9" in ran.output
    assert "::" not in ran.output


PIP = """#!/bin/sh
case "$*" in *" pip "*)
  git ls-remote --get-url https://gitlab.example.com/git/platform/iam-review
  cat "$REQUESTS_CA_BUNDLE"
  echo "$REQUESTS_CA_BUNDLE" "$SSL_CERT_FILE" "$GIT_SSL_CAINFO";;
*) exit 1;; esac
"""


def test_what_it_installs_from_a_gitlab_with_an_authority_of_its_own(
    variables: Mapping[str, str], tmp_path: Path
) -> None:
    """As the job's own token, trusting that authority beside the usual ones."""
    program, authority = tmp_path / "python", tmp_path / "own.pem"
    program.write_text(PIP)
    program.chmod(0o755)
    authority.write_text("our authority\n")
    given = {"CI_SERVER_URL": "https://gitlab.example.com/git", "CI_JOB_TOKEN": "of-the-job"}
    given |= {"CI_SERVER_TLS_CA_FILE": str(authority), "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    ran = run_job({**variables, **given}, tmp_path, install="x")
    address, *known, ours, places = ran.output.splitlines()
    assert address == "https://gitlab-ci-token:of-the-job@gitlab.example.com/git/platform/iam-review"
    usual = Path("/etc/ssl/certs/ca-certificates.crt")
    assert ("-----END CERTIFICATE-----" in known, ours) == (usual.exists(), "our authority")
    assert len(set(places.split())) == 1
    chosen = run_job({**variables, **given, "REQUESTS_CA_BUNDLE": str(authority)}, tmp_path, install="x")
    assert chosen.output.split("\n", 1)[1].split() == ["our", "authority", str(authority)]


def follows(schema: str, file: Path, *further: str) -> None:
    done = CliRunner().invoke(check_schema, ["--builtin-schema", schema, *further, str(file)])
    assert done.exit_code == 0, done.output


def test_the_action_is_what_github_describes() -> None:
    follows("vendor.github-actions", ACTION)


def test_the_component_is_what_gitlab_describes(tmp_path: Path) -> None:
    spec, _, _ = COMPONENT.read_text().partition("\n---\n")
    parts = {"spec.yml": spec, "jobs.yml": json.dumps(component({"image": "python:3.12", "job-name": "iam"}))}
    for name, text in parts.items():
        (tmp_path / name).write_text(text)
        follows("vendor.gitlab-ci", tmp_path / name, "--data-transform", "gitlab-ci")
