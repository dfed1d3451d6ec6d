"""The sandbox refuses what GitLab refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests

from bot.fake_forge.gitlab.fake_gitlab import GitLabSandbox
from bot.fake_forge.gitlab.model import MergeRequest
from tests.yaml_files import read_yaml

CASES = read_yaml(Path("tests/cases/sandbox/gitlab_refusals.yaml").read_text("utf-8"))


def send(gitlab: GitLabSandbox, method: str, path: str, body: object, token: str = "") -> requests.Response:
    headers = {"PRIVATE-TOKEN": token or gitlab.token}
    project = f"{gitlab.url}/api/v4/projects/acme%2Fplatform%2Finfra"
    url = f"{project}{path}" if path.startswith("/") else f"{project}/merge_requests/1/{path}"
    return requests.request(method, url, json=body, headers=headers, timeout=60)


@pytest.mark.parametrize("case", [c for c in CASES if "position" in c], ids=lambda case: case["name"])
def test_position(gitlab: GitLabSandbox, merge_request: MergeRequest, case: dict[str, Any]) -> None:
    newest = merge_request.versions[-1]
    shas = {"base_sha": newest.base, "start_sha": newest.start, "head_sha": newest.head, "position_type": "text"}
    answer = send(gitlab, "POST", "discussions", {"body": "x", "position": shas | case["position"]})
    assert answer.status_code == case["answer"], answer.text
    assert len(gitlab.world.line_comments) == (case["answer"] == 201)


@pytest.mark.parametrize("case", [c for c in CASES if "send" in c], ids=lambda case: case["name"])
def test_refusal(gitlab: GitLabSandbox, merge_request: MergeRequest, case: dict[str, Any]) -> None:
    said = gitlab.comment(merge_request, "ada", "hello")
    [note] = gitlab.gitlab.notes(merge_request)
    method, path = case["send"].replace("NOTE", str(said.id)).replace("DISCUSSION", note.discussion).split(" ")
    path = path.replace("HEAD", merge_request.head)
    body = {key: "x" * 256 if value == "TOO_LONG" else value for key, value in case["body"].items()}
    for code in case.get("answers", [case.get("answer")]):
        answer = send(gitlab, method, path, body)
        assert answer.status_code == code, answer.text


@pytest.mark.parametrize(
    ("scopes", "role", "method", "path", "answer"),
    [
        (("read_api",), "developer", "GET", "discussions", 200),
        (("read_api",), "developer", "POST", "notes", 403),
        (("read_repository",), "developer", "GET", "discussions", 403),
        (("api",), "reporter", "POST", "notes", 201),
        (("api",), "reporter", "POST", "/statuses/HEAD", 403),
        (("api",), "developer", "POST", "/statuses/HEAD", 201),
        (("api",), "none", "GET", "discussions", 404),
    ],
)
def test_what_a_token_may(
    gitlab: GitLabSandbox,
    merge_request: MergeRequest,
    scopes: tuple[str, ...],
    role: str,
    method: str,
    path: str,
    answer: int,
) -> None:
    gitlab.settings(merge_request.repository).visibility = "private"
    merge_request.repository.roles["someone"] = role
    token = gitlab.personal_token("someone", *scopes)
    body = {"body": "x", "state": "success"} if method == "POST" else None
    assert send(gitlab, method, path.replace("HEAD", merge_request.head), body, token).status_code == answer


def test_a_token_that_is_none(gitlab: GitLabSandbox, merge_request: MergeRequest) -> None:
    assert send(gitlab, "GET", "discussions", None, "nonsense").status_code == 401


def test_a_body_within_the_limit(gitlab: GitLabSandbox, merge_request: MergeRequest) -> None:
    assert send(gitlab, "POST", "notes", {"body": "x" * 1_000_000}).status_code == 201
    assert send(gitlab, "POST", "notes", {"body": "x" * 1_000_001}).status_code == 400


def test_a_quick_action_is_carried_out(gitlab: GitLabSandbox, merge_request: MergeRequest) -> None:
    send(gitlab, "POST", "notes", {"body": "Fine.\n/merge"})
    assert gitlab.gitlab.orders == [(gitlab.bot.login, "/merge")]
    gitlab.gitlab.orders.clear()
