"""The bot's status on a merge request's head: a job of the pipeline that decides about merging, never a stray pipeline.

Source of the rules: GitLab's app/services/ci/create_commit_status_service.rb and
https://docs.gitlab.com/api/commits/#set-pipeline-status-of-a-commit.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import structlog

from bot.forges.gitlab.api import Api, read
from bot.forges.port import ChangeRequest, Check
from bot.forges.rest import Forbidden, Invalid, NotFound, clipped
from bot.frozen import dataclass

_log = structlog.get_logger(__name__)

STATUS_NAME = "iam-review"
"""The name of the job that the status is in the pipeline."""

MAX_DESCRIPTION = 255

_STATES = {None: "running", "success": "success", "failure": "failed", "neutral": "success", "cancelled": "canceled"}
_UNFINISHED = ("created", "pending", "running")


@dataclass(frozen=True, slots=True)
class StatusTarget:
    """Where the status goes: a commit and ref of a project, in the pipeline `pipeline` if there is one yet."""

    project: int
    sha: str
    ref: str
    pipeline: int | None = None


_REFUSED: Mapping[str, Any] = {"refused": True}

Statuses = dict[StatusTarget, Mapping[str, Any]]
"""The newest status at each target, as far as this job knows it."""


def set_status(
    api: Api, merge_request: Mapping[str, Any], change: ChangeRequest, check: Check, known: Statuses
) -> None:
    """Write the status, unless the newest one says the same already; a running one never follows a finished one.

    `merge_request` is the merge request as it is now. A head that is no longer its own gets no status: a pipeline
    would be made for it, and another review is on its way.
    """
    if merge_request.get("sha") != change.head:
        return
    target = target_of(api, merge_request, change)
    wanted = _wanted(check)
    if known.get(target) is _REFUSED:
        return
    try:
        newest = known[target] if target in known else _newest(api, target)
        if not _says_enough(newest, wanted):
            newest = _post(api, target, wanted)
        # The status may have made the pipeline: it is what the next one goes to.
        target = dataclasses.replace(target, pipeline=newest.get("pipeline_id", target.pipeline))
        known[target] = newest
        for other in _left_running(known, target, check):
            known[other] = _post(api, other, wanted)
    except (Forbidden, NotFound) as refused:
        if not change.from_fork:
            raise
        # In somebody's fork the bot may be nobody; a pipeline in the target project would not count there.
        known[target] = _REFUSED
        _log.warning("the status of a fork's merge request was refused", reason=str(refused))


def cancel_status(api: Api, merge_request: Mapping[str, Any], change: ChangeRequest, check: Check) -> None:
    """Finish what was left running on a commit that is the merge request's head no more.

    Nothing is begun there: a status without a pipeline would make one. A project that is closed to the bot holds none.
    """
    projects = (merge_request.get("source_project_id"), merge_request.get("target_project_id"))
    for project in dict.fromkeys(each for each in projects if isinstance(each, int)):
        path = f"/projects/{project}/repository/commits/{change.head}/statuses"
        try:
            found = api.get(path, name=STATUS_NAME, per_page=100)
        except (Forbidden, NotFound) as refused:
            _log.info("no status to cancel", project=project, reason=str(refused))
            continue
        for status in found:
            if status.get("status") in _UNFINISHED:
                _cancel(
                    api, StatusTarget(project, change.head, read(status, "ref", str), status.get("pipeline_id")), check
                )


def _cancel(api: Api, target: StatusTarget, check: Check) -> None:
    try:
        _post(api, target, _wanted(check))
    except Invalid as refused:
        # It has come to an end meanwhile: GitLab cancels the pipelines of commits that were pushed over by itself.
        if "transition" not in str(refused):
            raise


def _left_running(known: Statuses, target: StatusTarget, check: Check) -> list[StatusTarget]:
    """Where this job has said "running" before the pipeline came that counts now: it would run for ever."""
    unfinished = (other for other, newest in known.items() if newest.get("status") in _UNFINISHED)
    return [other for other in unfinished if other != target and check.conclusion is not None]


def target_of(api: Api, merge_request: Mapping[str, Any], change: ChangeRequest) -> StatusTarget:
    """The pipeline that GitLab looks at for this head, or the branch it would make one for."""
    pipeline = merge_request.get("head_pipeline") or {}
    ref = pipeline.get("ref")
    of_head = pipeline.get("sha") == change.head or _is_merge_of(api, change, pipeline)
    if isinstance(ref, str) and of_head:
        return StatusTarget(
            read(pipeline, "project_id", int), read(pipeline, "sha", str), ref, read(pipeline, "id", int)
        )
    return StatusTarget(
        read(merge_request, "source_project_id", int), change.head, read(merge_request, "source_branch", str)
    )


def _is_merge_of(api: Api, change: ChangeRequest, pipeline: Mapping[str, Any]) -> bool:
    """Whether the pipeline ran on the merged result of this head: then its commit is GitLab's own merge."""
    if pipeline.get("ref") not in [f"refs/merge-requests/{change.ref.number}/{kind}" for kind in ("merge", "train")]:
        return False
    project, sha = read(pipeline, "project_id", int), read(pipeline, "sha", str)
    try:
        commit = api.get(f"/projects/{project}/repository/commits/{sha}")
    except NotFound:
        return False
    return change.head in read(commit, "parent_ids", list)


def _wanted(check: Check) -> dict[str, Any]:
    wanted: dict[str, Any] = {
        "state": _STATES[check.conclusion],
        "name": STATUS_NAME,
        "description": clipped(check.title, MAX_DESCRIPTION),
    }
    # A longer address is refused, and with it the status: https://docs.gitlab.com/api/commits/
    if check.details_url and len(check.details_url) <= MAX_DESCRIPTION:
        wanted["target_url"] = check.details_url
    return wanted


def _newest(api: Api, target: StatusTarget) -> Mapping[str, Any]:
    """The newest status of the bot's name on that commit, in that pipeline if there is one; empty if there is none."""
    path = f"/projects/{target.project}/repository/commits/{target.sha}/statuses"
    found = api.get(path, name=STATUS_NAME, ref=target.ref, per_page=100)
    ours = [status for status in found if target.pipeline in (None, status.get("pipeline_id", target.pipeline))]
    return max(ours, key=lambda status: read(status, "id", int), default={})


def _says_enough(newest: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    if wanted["state"] == "running" and newest:
        return True
    return newest.get("status") == wanted["state"] and all(
        (newest.get(key) or "") == wanted.get(key, "") for key in ("description", "target_url")
    )


def _post(api: Api, target: StatusTarget, wanted: Mapping[str, Any]) -> Mapping[str, Any]:
    path = f"/projects/{target.project}/statuses/{target.sha}"
    body = {**wanted, "ref": target.ref}
    try:
        return _status(api.post(path, body if target.pipeline is None else {**body, "pipeline_id": target.pipeline}))
    except NotFound:
        if target.pipeline is None:
            raise
        # The pipeline was deleted meanwhile: GitLab finds another of this commit and ref, or makes the first.
        return _status(api.post(path, body))
    except Invalid as refused:
        # "Cannot transition status via :run from :running": somebody said so already.
        if wanted["state"] not in _UNFINISHED or "transition" not in str(refused):
            raise
        return {"status": wanted["state"]}


def _status(answer: Any) -> Mapping[str, Any]:
    return answer if isinstance(answer, dict) else {}
