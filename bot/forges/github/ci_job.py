"""GitHub Actions' variables -> which change this job reviews, as a pure function."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.errors import UsageError
from bot.forges.ci_job import CiJob, needed
from bot.forges.github.webhook import FORGE


def read_job(environment: Mapping[str, str], event: str) -> CiJob:
    """The job described by the runner's variables and the text of its event file.

    Sources: "Default environment variables" and "Events that trigger workflows". Raises UsageError.
    """
    if not event:
        raise UsageError(
            "ci: GITHUB_EVENT_PATH names no event file, so this is no job of GitHub Actions; "
            "elsewhere `iam-review diff --base BRANCH` makes the same review"
        )
    name = environment.get("GITHUB_EVENT_NAME", "")
    payload = _payload(event)
    group, pull = payload.get("merge_group"), payload.get("pull_request")
    if isinstance(group, dict):
        number, base, head = 0, _text(group, "base_sha"), _text(group, "head_sha")
        branch, author, web = _text(group, "base_ref").removeprefix("refs/heads/"), "", ""
    elif isinstance(pull, dict):
        number = pull["number"] if isinstance(pull.get("number"), int) else 0
        base, head = _text(pull, "base", "sha"), _text(pull, "head", "sha")
        branch, author, web = _text(pull, "base", "ref"), _text(pull, "user", "login"), _text(pull, "html_url")
    else:
        raise UsageError(
            f"ci: a workflow started by {name or 'this event'!r} has no pull request to review; "
            "start it on: pull_request (and merge_group)"
        )
    if not (base and head):
        raise UsageError(f"ci: the event file of {name!r} names no base and head commits")
    server, repository = needed(environment, "GITHUB_SERVER_URL"), needed(environment, "GITHUB_REPOSITORY")
    token = environment.get("IAM_REVIEW_GITHUB__TOKEN") or environment.get("GITHUB_TOKEN", "")
    return CiJob(
        forge=FORGE,
        repository=repository,
        number=number,
        base=base,
        head=head,
        base_branch=branch,
        author=author,
        directory=environment.get("GITHUB_WORKSPACE", "."),
        api_url=needed(environment, "GITHUB_API_URL"),
        clone_url=f"{server}/{repository}.git",
        target_url=f"{server}/{repository}.git",
        web_url=web,
        git_user="x-access-token",
        token=token,
        git_token=token,
        summary_file=environment.get("GITHUB_STEP_SUMMARY", ""),
        output_file=environment.get("GITHUB_OUTPUT", ""),
        reads_commands=True,
    )


def _payload(event: str) -> dict[str, Any]:
    try:
        payload = json.loads(event) if event else {}
    except ValueError:
        payload = None
    if not isinstance(payload, dict):
        raise UsageError("ci: the event file that GITHUB_EVENT_PATH names is not a JSON object")
    return payload


def _text(content: Mapping[str, Any], *path: str) -> str:
    value: object = content
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""
