"""What GitLab refuses, and in which words; each rule with its source.

Sources: GitLab's documentation (docs.gitlab.com) and, where that is silent, its published code (gitlab-org/gitlab).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.fake_forge.unified import FileDiff, Line
from bot.frozen import dataclass

# docs.gitlab.com/administration/instance_limits/ "Size of comments and descriptions"
MAX_BODY = 1_000_000
# docs.gitlab.com/api/commits/ "Set commit pipeline status": description, name and ref; app/models/concerns/limitable
MAX_STATUS_TEXT = 255

STATES = ("pending", "running", "success", "failed", "canceled", "skipped")
SHAS = ("base_sha", "start_sha", "head_sha")

# docs.gitlab.com/user/project/quick_actions/: those that the bot's role could carry out and that change something.
QUICK_ACTIONS = re.compile(
    r"^/(?:merge|close|reopen|approve|unapprove|draft|ready|label|unlabel|assign|unassign|title|target_branch|rebase|"
    r"lock|unlock|subscribe|unsubscribe|todo|done|milestone|estimate|spend)\b.*$",
    re.MULTILINE | re.IGNORECASE,
)


class Refusal(Exception):
    """An answer other than success. `message` is what the answer's "message" (or "error") says."""

    def __init__(self, status: int, message: Any, key: str = "message") -> None:
        super().__init__(f"{status} {message}")
        self.status = status
        self.message = message
        self.key = key


def not_found(what: str = "") -> Refusal:
    """404, as lib/api/helpers.rb words it."""
    return Refusal(404, f"404 {f'{what} ' if what else ''}Not Found")


def body_of(given: Mapping[str, Any]) -> str:
    """A comment's text: neither missing (Grape's "error") nor blank nor over the limit (app/models/note.rb)."""
    body = given.get("body")
    if not isinstance(body, str):
        raise Refusal(400, "body is missing", "error")
    if not body.strip():
        raise Refusal(400, '400 Bad request - Note {:note=>["can\'t be blank"]}')
    if len(body) > MAX_BODY:
        raise Refusal(400, f'400 Bad request - Note {{:note=>["is too long (maximum is {MAX_BODY} characters)"]}}')
    return body


@dataclass(frozen=True, slots=True)
class ThreadPlace:
    """Where a thread would stand; `line` None for a file as a whole, `start_line` the first of several."""

    path: str
    old_path: str
    side: str
    line: int | None
    start_line: int | None
    base: str
    start: str
    head: str


def place_of(position: Mapping[str, Any], files: Sequence[FileDiff]) -> ThreadPlace:
    """Where a position is on a diff. `files` is the diff between the position's own base and head.

    app/models/diff_note.rb: the line code must be found, that is: an added line by its new number alone, a removed
    one by its old number alone, a context line by both (lib/gitlab/diff/file.rb, line_for_position). A context line
    need not be in a hunk: the diff is unfolded around it (lib/gitlab/diff/lines_unfolder.rb), unless the file is new
    or gone.
    """
    for key in (*SHAS, "position_type"):
        if not isinstance(position.get(key), str):
            raise Refusal(400, f"position[{key}] is missing", "error")
    if position["position_type"] not in ("text", "image", "file"):
        raise Refusal(400, "position[position_type] does not have a valid value", "error")
    paths = {position.get("old_path"), position.get("new_path")} - {None}
    if not paths:
        raise Refusal(400, '400 Bad request - Note {:position=>["is incomplete"]}')
    file = next((file for file in files if {file.base or file.head, file.head or file.base} == paths), None)
    shas = tuple(position[key] for key in SHAS)
    if position["position_type"] == "file":
        if file is None:
            raise _no_line_code()
        return ThreadPlace(file.path, file.base or file.head, "RIGHT", None, None, *shas)
    if position.get("new_line") is None and position.get("old_line") is None:
        raise Refusal(400, '400 Bad request - Note {:position=>["is incomplete"]}')
    side, line = _line(position, file)
    start = _start(position, file, side, line) if position.get("line_range") and file is not None else None
    assert file is not None
    return ThreadPlace(file.path, file.base or file.head, side, line, start, *shas)


def _no_line_code() -> Refusal:
    return Refusal(400, '400 Bad request - Note {:line_code=>["can\'t be blank", "must be a valid line code"]}')


def _line(position: Mapping[str, Any], file: FileDiff | None) -> tuple[str, int]:
    old, new = position.get("old_line"), position.get("new_line")
    if file is None:
        raise _no_line_code()
    if _found(file, old, new) is None and not _can_unfold(file, old, new):
        raise _no_line_code()
    return ("RIGHT", new) if isinstance(new, int) else ("LEFT", int(str(old)))


def _found(file: FileDiff, old: Any, new: Any) -> Line | None:
    """The line of the diff with exactly these numbers."""
    lines = (line for hunk in file.hunks for line in hunk.lines)
    return next((line for line in lines if (line.old, line.new) == (old, new)), None)


def _can_unfold(file: FileDiff, old: Any, new: Any) -> bool:
    known = isinstance(old, int) and isinstance(new, int) and file.status not in ("added", "removed")
    return known and not file.binary and old > 0 and file.carried(old) == new


_LINE_CODE = re.compile(r"[0-9a-f]{40}_(\d+)_(\d+)")


def _start(position: Mapping[str, Any], file: FileDiff, side: str, line: int) -> int | None:
    """docs.gitlab.com/api/discussions/ "Line code": it names a line by its place in the diff, whatever its kind."""
    first = position["line_range"].get("start") or {}
    code = _LINE_CODE.fullmatch(str(first.get("line_code")))
    if code is None or first.get("type") not in ("new", "old", None):
        # GitLab keeps what it is given here and marks nothing: the comment stands on its one line.
        return None
    start = int(code[2] if side == "RIGHT" else code[1])
    return start if start < line and file.hunk_with(side, start) is not None else None


def status_fields(given: Mapping[str, Any]) -> None:
    """A commit status: docs.gitlab.com/api/commits/ "Set commit pipeline status"; lib/api/commit_statuses.rb."""
    if given.get("state") not in STATES:
        raise Refusal(400, "state does not have a valid value", "error")
    for key in ("description", "name", "ref", "target_url"):
        value = given.get(key)
        if value is not None and len(str(value)) > MAX_STATUS_TEXT:
            raise Refusal(400, {key: [f"is too long (maximum is {MAX_STATUS_TEXT} characters)"]})
    target = given.get("target_url")
    if target is not None and not re.match(r"https?://", str(target)):
        raise Refusal(400, {"target_url": ["is blocked: Only allowed schemes are http, https"]})
