"""GitHub Actions' and GitLab CI's variables -> which change this job reviews, as a pure function."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.errors import UsageError

Runner = Literal["github", "gitlab"]


@dataclass(frozen=True, slots=True)
class CiJob:
    """One job of a CI runner and the change request it runs for.

    `base` and `head` are commit ids: the tip of the target branch (GitLab: the merge base) and of the source branch.
    `number` is 0 in a merge queue, where there is nothing to comment on. `directory` is where the runner has put the
    clone. `api_url` is the forge's REST API; git fetches the head from `clone_url` and the branch it goes into from
    `target_url`, as `git_user`. `token` may write comments, `git_token` may at least read the repository; "" is none.
    The files are the runner's own: Markdown appended to `summary_file` is shown on the job's page, `name=value` in
    `output_file` given to later steps.
    """

    runner: Runner
    repository: str
    number: int
    base: str
    head: str
    base_branch: str
    author: str
    directory: str
    api_url: str
    clone_url: str
    target_url: str
    web_url: str
    git_user: str
    token: str = field(default="", repr=False)
    git_token: str = field(default="", repr=False)
    summary_file: str = ""
    output_file: str = ""


def event_file(environment: Mapping[str, str]) -> str:
    """The file with the event that started a workflow; "" outside of GitHub Actions."""
    return environment.get("GITHUB_EVENT_PATH", "") if environment.get("GITHUB_ACTIONS") else ""


def read_job(environment: Mapping[str, str], event: str) -> CiJob:
    """The job described by a runner's variables and the text of its event file.

    Sources: "Default environment variables" and "Events that trigger workflows" in GitHub's documentation,
    "Predefined CI/CD variables reference" in GitLab's. Raises UsageError.
    """
    if environment.get("GITHUB_ACTIONS"):
        return _github(environment, event)
    if environment.get("GITLAB_CI"):
        return _gitlab(environment)
    raise UsageError(
        "ci: neither GitHub Actions nor GitLab CI has started this (GITHUB_ACTIONS and GITLAB_CI are not set); "
        "elsewhere use iam-review diff --repo DIR --base REV --head REV"
    )


def _github(environment: Mapping[str, str], event: str) -> CiJob:
    name = environment.get("GITHUB_EVENT_NAME", "")
    try:
        payload = json.loads(event) if event else {}
    except ValueError:
        payload = None
    if not isinstance(payload, dict):
        raise UsageError("ci: the event file that GITHUB_EVENT_PATH names is not a JSON object")
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
    server, repository = _needed(environment, "GITHUB_SERVER_URL"), _needed(environment, "GITHUB_REPOSITORY")
    token = environment.get("IAM_REVIEW_GITHUB__TOKEN") or environment.get("GITHUB_TOKEN", "")
    return CiJob(
        runner="github",
        repository=repository,
        number=number,
        base=base,
        head=head,
        base_branch=branch,
        author=author,
        directory=environment.get("GITHUB_WORKSPACE", "."),
        api_url=_needed(environment, "GITHUB_API_URL"),
        clone_url=f"{server}/{repository}.git",
        target_url=f"{server}/{repository}.git",
        web_url=web,
        git_user="x-access-token",
        token=token,
        git_token=token,
        summary_file=environment.get("GITHUB_STEP_SUMMARY", ""),
        output_file=environment.get("GITHUB_OUTPUT", ""),
    )


def _gitlab(environment: Mapping[str, str]) -> CiJob:
    number = environment.get("CI_MERGE_REQUEST_IID", "")
    if not number.isdigit():
        raise UsageError(
            "ci: this pipeline has no merge request (CI_MERGE_REQUEST_IID is not set); give the job "
            "the rule: if: $CI_PIPELINE_SOURCE == 'merge_request_event'"
        )
    head = environment.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or _needed(environment, "CI_COMMIT_SHA")
    project = _needed(environment, "CI_PROJECT_URL")
    into = environment.get("CI_MERGE_REQUEST_PROJECT_URL") or project
    target = environment.get("CI_MERGE_REQUEST_PROJECT_PATH") or _needed(environment, "CI_PROJECT_PATH")
    token, own = environment.get("IAM_REVIEW_GITLAB__TOKEN", ""), environment.get("CI_JOB_TOKEN", "")
    return CiJob(
        runner="gitlab",
        repository=target,
        number=int(number),
        base=_needed(environment, "CI_MERGE_REQUEST_DIFF_BASE_SHA"),
        head=head,
        base_branch=environment.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", ""),
        author=environment.get("GITLAB_USER_LOGIN", ""),
        directory=environment.get("CI_PROJECT_DIR", "."),
        api_url=_needed(environment, "CI_API_V4_URL"),
        clone_url=f"{project}.git",
        target_url=f"{into}.git",
        web_url=f"{into}/-/merge_requests/{number}",
        git_user="gitlab-ci-token" if own else "oauth2",
        token=token,
        git_token=own or token,
    )


def _needed(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise UsageError(f"ci: the runner's variable {name} is not set")
    return value


def _text(content: Mapping[str, Any], *path: str) -> str:
    value: object = content
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""
