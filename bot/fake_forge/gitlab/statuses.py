"""Commit statuses as GitLab keeps them: jobs of the newest fitting pipeline, or of a new one.

Every rule from app/services/ci/create_commit_status_service.rb and app/models/commit_status.rb.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.contents.command import GitFailed
from bot.fake_forge.gitlab.forge import GitLab
from bot.fake_forge.gitlab.model import Job, Pipeline
from bot.fake_forge.gitlab.rules import Refusal, not_found, status_fields
from bot.fake_forge.world import Account, Repository

# From which states each event is possible; the status of a job that does not exist yet is "created".
_EVENTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "pending": ("enqueue", ("created", "skipped", "manual")),
    "running": ("run", ("pending",)),
    "success": ("success", ("created", "pending", "running")),
    "failed": ("drop", ("created", "pending", "running")),
    "canceled": ("cancel", ("created", "pending", "running")),
    "skipped": ("skip", ("created", "pending")),
}


def set_status(gitlab: GitLab, project: Repository, sha: str, user: Account, given: Mapping[str, Any]) -> Job:
    """A status on a commit: a job begun, or one of the same name that is not finished changed."""
    status_fields(given)
    commit = _commit(project, sha)
    wanted, ref = given.get("pipeline_id"), given.get("ref")
    pipeline = _matching(gitlab, project, commit, ref, wanted)
    if wanted is not None and pipeline is None:
        raise not_found("Pipeline for pipeline_id, sha and ref")
    ref = ref or (pipeline.ref if pipeline else _a_branch_with(project, commit))
    if pipeline is None:
        pipeline = Pipeline(next(gitlab.world.ids), project, commit, ref, "external")
        gitlab.pipelines.append(pipeline)
    job = _job(gitlab, pipeline, user, given)
    gitlab.tell_pipeline(pipeline)
    return job


def statuses_on(gitlab: GitLab, project: Repository, sha: str, given: Mapping[str, str]) -> list[tuple[Pipeline, Job]]:
    """The statuses of a commit, newest of each name and pipeline, unless all are asked for."""
    _commit(project, sha)
    found = [
        (pipeline, job)
        for pipeline in gitlab.pipelines
        if pipeline.project is project and pipeline.sha == sha and given.get("ref", pipeline.ref) == pipeline.ref
        for job in (pipeline.jobs if given.get("all") == "true" else pipeline.current)
        if given.get("name", job.name) == job.name
    ]
    return sorted(found, key=lambda pair: pair[1].id)


def _commit(project: Repository, sha: str) -> str:
    if not project.git.has_commit(sha):
        raise not_found("Commit")
    return project.git.resolve(sha)


def _a_branch_with(project: Repository, commit: str) -> str:
    try:
        branches = project.git.git.run(
            "for-each-ref", "--format=%(refname:lstrip=2)", "--contains", commit, "refs/heads"
        )
    except GitFailed:
        branches = b""
    if not branches:
        raise not_found("References for commit")
    return branches.decode().split("\n", 1)[0]


def _matching(gitlab: GitLab, project: Repository, sha: str, ref: str | None, wanted: Any) -> Pipeline | None:
    fitting = (
        pipeline
        for pipeline in gitlab.pipelines
        if pipeline.project is project
        and pipeline.sha == sha
        and ref in (None, pipeline.ref)
        and wanted in (None, pipeline.id)
    )
    return max(fitting, key=lambda pipeline: pipeline.id, default=None)


def _job(gitlab: GitLab, pipeline: Pipeline, user: Account, given: Mapping[str, Any]) -> Job:
    name = given.get("name") or given.get("context") or "default"
    earlier = [job for job in pipeline.current if job.name == name]
    unfinished = (job for job in earlier if job.status in ("pending", "running") and job.creator is user)
    found = next(unfinished, None)
    new, job = found is None, found or Job(next(gitlab.world.ids), name, "created", user)
    status = _after(job, given["state"], new)
    if new:
        for each in earlier:
            each.retried = True
        pipeline.jobs.append(job)
    job.status, job.description = status, given.get("description", job.description)
    job.target_url = given.get("target_url", job.target_url)
    return job


def _after(job: Job, state: str, new: bool) -> str:
    """The state after the event that leads to `state`; "running" enqueues first if it can."""
    event, possible_from = _EVENTS[state]
    at = "pending" if state == "running" and job.status == "created" else job.status
    if at not in possible_from:
        why = f'Cannot transition status via :{event} from :{at} (Reason(s): Status cannot transition via "{event}")'
        raise Refusal(400, why)
    return state
