"""The bot's status on a head commit: a check run for Apps, a commit status for plain tokens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from itertools import islice
from typing import Any

from bot.forges.github.api import Api, read
from bot.forges.github.webhook import CHECK_NAME, external_id
from bot.forges.port import Annotation, ChangeRequest, Check, CheckAction
from bot.forges.rest import clipped

MAX_TEXT = 65_535
MAX_TITLE = 255
MAX_ANNOTATIONS = 50
"""A request; more go in further requests."""

MAX_DESCRIPTION = 140

# A check that was "skipped" or "neutral" would satisfy a branch rule.
_STATES = {None: "pending", "success": "success", "failure": "failure", "neutral": "success", "cancelled": "error"}
_UNSAID_AFTER_ANOTHER = (None, "cancelled")

Runs = MutableMapping[tuple[str, str], Mapping[str, Any]]
"""The newest check run that one job has seen or written, by external id and head: GitHub is asked for it once."""


def set_check_run(api: Api, change: ChangeRequest, check: Check, app_id: int, runs: Runs) -> None:
    """Write the App's check run, unless the newest one on this head says the same already.

    One that is still running is completed; a completed one is left as it is and followed by a new one. A running
    one is only begun where there is none, or where it was asked for; a cancelled one follows no completed one.
    """
    path = f"/repos/{change.ref.repository}/check-runs"
    identity = external_id(change.ref)
    key = (identity, change.head)
    newest = runs.get(key) or _newest_run(api, change, identity, app_id)
    wanted = _run(change, check, identity)
    if newest is not None and newest["status"] == "completed":
        if (check.conclusion in _UNSAID_AFTER_ANOTHER or _says_the_same(newest, wanted)) and not check.again:
            runs[key] = newest
            return
        newest = None
    elif newest is not None and check.conclusion is None:
        runs[key] = newest
        return
    *earlier, last = _batches(check.annotations)
    run_id = None if newest is None else read(newest, "id", int)
    for batch in earlier:
        run_id = _write(api, path, run_id, _running(_with_annotations(wanted, batch)))
    run_id = _write(api, path, run_id, _with_annotations(wanted, last))
    runs[key] = {**wanted, "id": run_id}


def set_status(api: Api, change: ChangeRequest, check: Check) -> None:
    """Write the commit status, unless the newest one on this head says the same already.

    One that is pending is only written where there is none, or where it was asked for; an error for a head that was
    passed over follows no verdict.
    """
    repository = change.ref.repository
    wanted = {
        "state": _STATES[check.conclusion],
        "context": CHECK_NAME,
        "description": clipped(check.title, MAX_DESCRIPTION),
        **({"target_url": check.details_url} if check.details_url else {}),
    }
    statuses = api.get(f"/repos/{repository}/commits/{change.head}/statuses", per_page=100)
    newest: Mapping[str, Any] = next((status for status in statuses if status.get("context") == CHECK_NAME), {})
    if _may_follow(check, newest) and any(newest.get(key) != value for key, value in wanted.items()):
        api.post(f"/repos/{repository}/statuses/{change.head}", wanted)


def _may_follow(check: Check, newest: Mapping[str, Any]) -> bool:
    if newest and check.conclusion is None and not check.again:
        return False
    return check.conclusion != "cancelled" or newest.get("state", "pending") == "pending"


def _newest_run(api: Api, change: ChangeRequest, identity: str, app_id: int) -> Mapping[str, Any] | None:
    path = f"/repos/{change.ref.repository}/commits/{change.head}/check-runs"
    answer = api.get(path, check_name=CHECK_NAME, app_id=app_id, filter="latest", per_page=100)
    # Two change requests may share a head commit: each has its own run.
    ours = [run for run in read(answer, "check_runs", list) if run.get("external_id") == identity]
    return max(ours, key=lambda run: read(run, "id", int), default=None)


def _run(change: ChangeRequest, check: Check, identity: str) -> dict[str, Any]:
    output = {"title": clipped(check.title, MAX_TITLE), "summary": clipped(check.summary, MAX_TEXT)}
    run: dict[str, Any] = {
        "name": CHECK_NAME,
        "head_sha": change.head,
        "external_id": identity,
        "status": "completed" if check.conclusion else "in_progress",
        "output": output,
    }
    if check.conclusion:
        run |= {"conclusion": check.conclusion, "actions": [_action(action) for action in check.actions]}
    if check.details_url:
        run["details_url"] = check.details_url
    return run


def _action(action: CheckAction) -> dict[str, str]:
    return {
        "label": clipped(action.label, 20),
        "description": clipped(action.description, 40),
        "identifier": action.identifier,
    }


def _says_the_same(run: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    output = run.get("output") or {}
    return (
        run.get("conclusion") == wanted.get("conclusion")
        and output.get("title") == wanted["output"]["title"]
        and output.get("summary") == wanted["output"]["summary"]
    )


def _running(run: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in run.items() if key not in ("conclusion", "actions")}
    return {**kept, "status": "in_progress"}


def _with_annotations(run: Mapping[str, Any], annotations: Sequence[Annotation]) -> dict[str, Any]:
    if not annotations:
        return dict(run)
    return {**run, "output": {**run["output"], "annotations": [_annotation(each) for each in annotations]}}


def _annotation(annotation: Annotation) -> dict[str, Any]:
    return {
        "path": annotation.path,
        "start_line": annotation.line,
        "end_line": annotation.end_line,
        "annotation_level": annotation.level,
        "title": clipped(annotation.title, MAX_TITLE),
        "message": clipped(annotation.message, MAX_TEXT),
    }


def _batches(annotations: Sequence[Annotation]) -> Iterator[list[Annotation]]:
    rest = iter(annotations)
    batch = list(islice(rest, MAX_ANNOTATIONS))
    yield batch
    while batch := list(islice(rest, MAX_ANNOTATIONS)):
        yield batch


def _write(api: Api, runs: str, run_id: int | None, run: Mapping[str, Any]) -> int:
    if run_id is None:
        return read(api.post(runs, run), "id", int)
    return read(api.patch(f"{runs}/{run_id}", {key: run[key] for key in run if key != "head_sha"}), "id", int)
