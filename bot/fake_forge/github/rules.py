"""What GitHub refuses, beyond what its OpenAPI description says; each rule with what GitHub says then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.fake_forge.unified import FileDiff, Hunk
from bot.fake_forge.world import CheckRun
from bot.frozen import dataclass

MAX_BODY = 65_536
MAX_CHECK_TEXT = 65_535
MAX_ANNOTATIONS = 50
MAX_ACTIONS = 3
MAX_STATUS_DESCRIPTION = 140

CONCLUSIONS = frozenset(
    {"action_required", "cancelled", "failure", "neutral", "success", "skipped", "stale", "timed_out"}
)


class Refusal(Exception):
    """An answer other than success, as GitHub words it."""

    def __init__(self, status: int, message: str, errors: tuple[Any, ...] = ()) -> None:
        super().__init__(f"{status} {message}")
        self.status = status
        self.message = message
        self.errors = errors


def body_of(given: Mapping[str, Any]) -> str:
    """A comment's text: neither empty nor over the limit."""
    body = given.get("body")
    if not isinstance(body, str) or not body.strip():
        raise Refusal(422, "Validation Failed", ("Body can't be blank",))
    if len(body) > MAX_BODY:
        raise Refusal(422, "Validation Failed", (f"Body is too long (maximum is {MAX_BODY} characters)",))
    return body


@dataclass(frozen=True, slots=True)
class CommentPlace:
    """Where on the diff a comment stands; `hunk` None for a comment on a file as a whole."""

    path: str
    side: str
    line: int | None
    start_line: int | None
    hunk: Hunk | None


def place_of(given: Mapping[str, Any], files: Sequence[FileDiff], may_be_file: bool) -> CommentPlace:
    """Where a comment would stand. The whole file only at the endpoint for single comments."""
    file = next((file for file in files if file.path == given.get("path")), None)
    if file is None:
        raise Refusal(422, "Unprocessable Entity", ("Path could not be resolved",))
    if may_be_file and given.get("subject_type") == "file":
        return CommentPlace(file.path, "RIGHT", None, None, None)
    if "subject_type" in given and not may_be_file:
        raise Refusal(422, "Invalid request.", ('"subject_type" is not a permitted key.',))
    line, side = given.get("line"), given.get("side", "RIGHT")
    hunk = file.hunk_with(side, line) if isinstance(line, int) and side in ("LEFT", "RIGHT") else None
    if hunk is None:
        raise Refusal(422, "Unprocessable Entity", ("Line could not be resolved",))
    start = given.get("start_line")
    if start is not None:
        _check_start(start, given.get("start_side", side), line, side, hunk)
    return CommentPlace(file.path, side, line, start, hunk)


def _check_start(start: Any, start_side: str, line: Any, side: str, hunk: Hunk) -> None:
    if not isinstance(start, int) or (start_side == side and start >= line):
        raise Refusal(422, "Unprocessable Entity", ("start_line must precede the end line.",))
    if not hunk.has(start_side, start):
        raise Refusal(422, "Unprocessable Entity", ("start_line must be part of the same hunk as the line.",))


def check_run_fields(given: Mapping[str, Any], existing: CheckRun | None) -> None:
    """A check run's creation, or its update if there is one already."""
    # A finished run that is set back to running would unblock nothing and confuse everyone: not possible here.
    if existing is not None and existing.status == "completed":
        raise Refusal(422, "Invalid request.", ("A completed check run cannot be changed.",))
    if given.get("status") == "completed" and not given.get("conclusion"):
        raise Refusal(422, "Invalid request.", ("Missing conclusion: a completed check run needs one.",))
    if given.get("conclusion") is not None and given["conclusion"] not in CONCLUSIONS:
        raise Refusal(422, "Invalid request.", (f"{given['conclusion']!r} is not a conclusion.",))
    _check_output(given.get("output"))
    _check_actions(given.get("actions", []))


def _check_actions(actions: Sequence[Mapping[str, str]]) -> None:
    if len(actions) > MAX_ACTIONS:
        raise Refusal(422, "Invalid request.", (f"No more than {MAX_ACTIONS} actions.",))
    limits = {"label": 20, "description": 40, "identifier": 20}
    for action in actions:
        for key, limit in limits.items():
            if not 0 < len(action.get(key, "")) <= limit:
                raise Refusal(422, "Invalid request.", (f"actions: {key} must have 1 to {limit} characters.",))


def _check_output(output: Any) -> None:
    if output is None:
        return
    if not output.get("title") or "summary" not in output:
        raise Refusal(422, "Invalid request.", ("output needs title and summary.",))
    for key in ("summary", "text"):
        if len(output.get(key) or "") > MAX_CHECK_TEXT:
            raise Refusal(422, "Invalid request.", (f"output.{key}: maximum is {MAX_CHECK_TEXT} characters.",))
    if len(output.get("annotations", [])) > MAX_ANNOTATIONS:
        raise Refusal(422, "Invalid request.", (f"No more than {MAX_ANNOTATIONS} annotations a request.",))


def status_fields(given: Mapping[str, Any]) -> None:
    """A commit status."""
    if given.get("state") not in ("error", "failure", "pending", "success"):
        raise Refusal(422, "Validation Failed", ("State is not included in the list",))
    if len(given.get("description") or "") > MAX_STATUS_DESCRIPTION:
        raise Refusal(422, "Validation Failed", ("Description is too long (maximum is 140 characters)",))
