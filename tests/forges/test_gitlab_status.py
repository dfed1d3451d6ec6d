"""The status on a head: in the pipeline that counts, and no stray pipeline beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.errors import ForgeRefused, ForgeUnavailable
from bot.fake_forge.faults import Fault
from bot.fake_forge.gitlab.fake_gitlab import GitLabSandbox
from bot.fake_forge.gitlab.model import MergeRequest
from bot.forges.port import Check
from tests.fake_forge.fixtures import BASE, HEAD
from tests.fake_forge.gitlab.fixtures import forge, ref
from tests.yaml_files import read_yaml

CASES = read_yaml(Path("tests/cases/sandbox/gitlab_statuses.yaml").read_text("utf-8"))

CHECKS = {
    "running": Check(None, "Reviewing", ""),
    "success": Check("success", "No IAM privilege change", ""),
    "failure": Check("failure", "CRITICAL 92", ""),
    "neutral": Check("neutral", "Observed", ""),
    "cancelled": Check("cancelled", "Superseded", ""),
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_status(gitlab: GitLabSandbox, merge_request: MergeRequest, case: dict[str, Any]) -> None:
    for pipeline in case.get("before", []):
        [(kind, state)] = pipeline.items()
        gitlab.pipeline(merge_request, kind, state)
    bot = forge(gitlab)
    change = bot.change_request(ref(merge_request))
    for name in case["checks"]:
        bot.set_check(change, CHECKS[name])
    pipelines = gitlab.gitlab.pipelines
    seen = [{"source": p.source, "jobs": {job.name: job.status for job in p.current}} for p in pipelines]
    assert seen == case["pipelines"]
    assert gitlab.snapshot(merge_request)["mergeable"] is case["merge"]
    statuses = [job for pipeline in pipelines for job in pipeline.jobs if job.name == "iam-review"]
    assert len(statuses) == case.get("statuses", 1)


def test_without_a_status_merging_is_blocked(gitlab: GitLabSandbox, merge_request: MergeRequest) -> None:
    assert gitlab.gitlab.detailed_merge_status(merge_request) == "ci_must_pass"


def test_a_pipeline_that_comes_after_the_status_takes_over_until_the_status_is_in_it(
    gitlab: GitLabSandbox, merge_request: MergeRequest
) -> None:
    bot = forge(gitlab)
    change = bot.change_request(ref(merge_request))
    bot.set_check(change, CHECKS["failure"])
    gitlab.pipeline(merge_request, "merge_request", "success")
    assert gitlab.snapshot(merge_request)["mergeable"] is True
    bot.set_check(change, CHECKS["failure"])
    assert gitlab.snapshot(merge_request)["mergeable"] is False


def test_what_was_left_running_where_it_does_not_count_any_more_is_finished(
    gitlab: GitLabSandbox, merge_request: MergeRequest
) -> None:
    bot = forge(gitlab)
    change = bot.change_request(ref(merge_request))
    bot.set_check(change, CHECKS["running"])
    gitlab.pipeline(merge_request, "merge_request", "success")
    bot.set_check(change, CHECKS["failure"])
    assert [pipeline.status for pipeline in gitlab.gitlab.pipelines] == ["failed", "failed"]


def test_a_head_that_was_pushed_over_gets_no_pipeline(gitlab: GitLabSandbox, merge_request: MergeRequest) -> None:
    bot = forge(gitlab)
    change = bot.change_request(ref(merge_request))
    gitlab.push(merge_request, {**HEAD, "more.tf": b""})
    bot.set_check(change, CHECKS["failure"])
    assert gitlab.gitlab.pipelines == []


def test_a_pipeline_of_the_head_before_is_not_written_into(gitlab: GitLabSandbox, merge_request: MergeRequest) -> None:
    gitlab.pipeline(merge_request, "branch", "success")
    gitlab.push(merge_request, {**HEAD, "more.tf": b""})
    bot = forge(gitlab)
    bot.set_check(bot.change_request(ref(merge_request)), CHECKS["success"])
    assert [(p.source, [j.name for j in p.jobs]) for p in gitlab.gitlab.pipelines] == [
        ("push", ["build"]),
        ("external", ["iam-review"]),
    ]


def test_a_pipeline_that_was_deleted_meanwhile(gitlab: GitLabSandbox, merge_request: MergeRequest) -> None:
    gitlab.pipeline(merge_request, "branch", "success")
    bot = forge(gitlab)
    change = bot.change_request(ref(merge_request))
    gitlab.faults.order(Fault(404, "POST", "/statuses/", message="404 Pipeline for pipeline_id, sha and ref Not Found"))
    bot.set_check(change, CHECKS["success"])
    assert len(gitlab.gitlab.pipelines) == 1


def test_another_who_is_at_it_is_waited_for(gitlab: GitLabSandbox, merge_request: MergeRequest) -> None:
    bot = forge(gitlab)
    change = bot.change_request(ref(merge_request))
    gitlab.faults.order(Fault(409, "POST", "/statuses/", message="Another update to this commit status is in progress"))
    with pytest.raises(ForgeUnavailable):
        bot.set_check(change, CHECKS["success"])


def test_a_transition_that_somebody_else_has_made(gitlab: GitLabSandbox, merge_request: MergeRequest) -> None:
    bot = forge(gitlab)
    change = bot.change_request(ref(merge_request))
    said = 'Cannot transition status via :run from :running (Reason(s): Status cannot transition via "run")'
    gitlab.faults.order(Fault(400, "POST", "/statuses/", message=said))
    bot.set_check(change, CHECKS["running"])
    gitlab.faults.order(Fault(400, "POST", "/statuses/", message=said))
    with pytest.raises(ForgeRefused):
        bot.set_check(change, CHECKS["success"])


def test_in_a_fork_the_bot_may_be_nobody(gitlab: GitLabSandbox) -> None:
    repository = gitlab.create_repository("acme/infra", BASE)
    request = gitlab.open_pull(repository, HEAD, from_fork="mallory/infra")
    bot = forge(gitlab)
    bot.set_check(bot.change_request(ref(request)), CHECKS["failure"])
    assert gitlab.gitlab.pipelines == []


def test_a_forks_pipeline_that_runs_in_the_target_project_takes_the_status(gitlab: GitLabSandbox) -> None:
    repository = gitlab.create_repository("acme/infra", BASE)
    request = gitlab.open_pull(repository, HEAD, from_fork="mallory/infra")
    place = (request.head, "refs/merge-requests/1/head", "merge_request_event")
    gitlab.gitlab.run_pipeline(request, *place, project=repository)
    bot = forge(gitlab)
    bot.set_check(bot.change_request(ref(request)), CHECKS["failure"])
    assert gitlab.snapshot(request)["check"]["conclusion"] == "failure"
    assert len(gitlab.gitlab.pipelines) == 1


def test_in_a_fork_that_the_bot_is_a_member_of(gitlab: GitLabSandbox) -> None:
    repository = gitlab.create_repository("acme/infra", BASE)
    request = gitlab.open_pull(repository, HEAD, from_fork="acme/infra-fork")
    assert request.source is not None
    request.source.roles[gitlab.bot.login] = "developer"
    bot = forge(gitlab)
    bot.set_check(bot.change_request(ref(request)), CHECKS["failure"])
    [pipeline] = gitlab.gitlab.pipelines
    assert (pipeline.project.full_name, gitlab.snapshot(request)["check"]["conclusion"]) == (
        "acme/infra-fork",
        "failure",
    )


def test_a_token_that_may_not_set_a_status_says_so(gitlab: GitLabSandbox, merge_request: MergeRequest) -> None:
    merge_request.repository.roles["weak-bot"] = "reporter"
    bot = forge(gitlab, gitlab.personal_token("weak-bot"))
    with pytest.raises(ForgeRefused, match=r"POST /projects/.*/statuses/.*: 403"):
        bot.set_check(bot.change_request(ref(merge_request)), CHECKS["success"])


def test_texts_are_kept_within_what_gitlab_takes(gitlab: GitLabSandbox, merge_request: MergeRequest) -> None:
    bot = forge(gitlab)
    long = Check("success", "t" * 300, "", details_url="https://iam-review.example/" + "x" * 300)
    bot.set_check(bot.change_request(ref(merge_request)), long)
    [[job]] = [pipeline.jobs for pipeline in gitlab.gitlab.pipelines]
    assert (len(job.description or ""), job.target_url) == (255, None)


def test_the_same_commit_in_another_project_has_its_own_pipelines(
    gitlab: GitLabSandbox, merge_request: MergeRequest
) -> None:
    source = merge_request.repository.git
    twin = gitlab.borrow_repository("acme/twin", source.directory, merge_request.base)
    other = gitlab.open_pull_at(twin, merge_request.head)
    for request in (merge_request, other):
        bot = forge(gitlab)
        bot.set_check(bot.change_request(ref(request)), CHECKS["failure"])
    assert [gitlab.conclusions(request) for request in (merge_request, other)] == [1, 1]
    assert len(gitlab.gitlab.pipelines_on(other)) == 1
