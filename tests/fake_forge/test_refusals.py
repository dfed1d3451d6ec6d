"""The sandbox refuses what GitHub refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests

from bot.fake_forge.sandbox import Sandbox
from bot.fake_forge.world import PullRequest
from tests.fake_forge.fixtures import app_forge
from tests.yaml_files import read_yaml

CASES = read_yaml(Path("tests/cases/sandbox/refusals.yaml").read_text("utf-8"))


def send(sandbox: Sandbox, method: str, path: str, body: object) -> requests.Response:
    headers = {"Authorization": f"token {app_forge(sandbox).connection.auth.token}"}
    url = f"{sandbox.api_url}/repos/acme/infra{path}"
    return requests.request(method, url, json=body, headers=headers, timeout=60)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_refusal(sandbox: Sandbox, pull: PullRequest, case: dict[str, Any]) -> None:
    said = sandbox.comment(pull, "ada", "hello")
    method, path = case["send"].replace("/head", f"/{pull.head}").replace("COMMENT", str(said.id)).split(" ")
    body = json.loads(json.dumps(case["body"]).replace('"head"', f'"{pull.head}"'))
    assert send(sandbox, method, path, body).status_code == case["answer"]
    if "comments" in case:
        assert len(sandbox.snapshot(pull)["comments"]) == case["comments"]


@pytest.mark.parametrize(
    ("path", "body", "answer"),
    [
        ("/issues/1/comments", {"body": "x" * 65_536}, 201),
        ("/issues/1/comments", {"body": "x" * 65_537}, 422),
        ("/check-runs", {"output": {"title": "t", "summary": "x" * 65_536}}, 422),
        ("/check-runs", {"output": {"title": "t", "summary": "", "annotations": [{}] * 51}}, 422),
        ("/check-runs", {"actions": [{"label": "l", "description": "d", "identifier": "i"}] * 4}, 422),
        ("/statuses/HEAD", {"state": "success", "description": "x" * 141}, 422),
    ],
)
def test_limits(sandbox: Sandbox, pull: PullRequest, path: str, body: dict[str, Any], answer: int) -> None:
    if path == "/check-runs":
        body = {"name": "c", "head_sha": pull.head, **body}
    assert send(sandbox, "POST", path.replace("HEAD", pull.head), body).status_code == answer


def test_a_completed_check_run_is_immutable(sandbox: Sandbox, pull: PullRequest) -> None:
    body = {"name": "c", "head_sha": pull.head, "status": "completed", "conclusion": "success"}
    run = send(sandbox, "POST", "/check-runs", body).json()["id"]
    again = send(sandbox, "PATCH", f"/check-runs/{run}", {"status": "in_progress"})
    assert again.status_code == 422


@pytest.mark.parametrize(
    ("permission", "method", "path"),
    [
        ("pull_requests", "GET", "/pulls/1"),
        ("pull_requests", "POST", "/pulls/1/reviews"),
        ("pull_requests", "POST", "/issues/1/comments"),
        ("checks", "POST", "/check-runs"),
        ("statuses", "POST", "/statuses/x"),
        ("contents", "GET", "/compare/main...main"),
    ],
)
def test_each_permission_is_needed(
    sandbox: Sandbox, pull: PullRequest, permission: str, method: str, path: str
) -> None:
    del sandbox.github.access.permissions[permission]
    answer = send(sandbox, method, path, {} if method == "POST" else None)
    assert (answer.status_code, answer.json()["message"]) == (403, "Resource not accessible by integration")
