"""Positions of comments on a merge request's diff, as GitLab's discussions have them. Pure.

Source: https://docs.gitlab.com/api/discussions/#create-a-thread-in-the-merge-request-diff, "Line code" included.
"""

from __future__ import annotations

import hashlib
from typing import Any

from bot.forges.port import DiffLine, ReviewComment
from bot.frozen import dataclass


@dataclass(frozen=True, slots=True)
class VersionCommits:
    """The three commits of a version of the diff: merge base, target branch at that time, head."""

    base: str
    start: str
    head: str


def position(comment: ReviewComment, version: VersionCommits) -> dict[str, Any]:
    """Where the comment is to stand: a line, several lines, or the file as a whole."""
    place: dict[str, Any] = {
        "base_sha": version.base,
        "start_sha": version.start,
        "head_sha": version.head,
        # Both are asked for, of new and removed files too: https://gitlab.com/gitlab-org/gitlab/-/issues/35935
        "old_path": comment.old_path or comment.path,
        "new_path": comment.path,
    }
    if comment.line is None:
        return {**place, "position_type": "file"}
    end = comment.at or _assumed(comment, comment.line)
    place |= {"position_type": "text", **_numbers(end)}
    if comment.start_line is not None:
        start = comment.start_at or _assumed(comment, comment.start_line)
        place["line_range"] = {"start": _end_of_range(comment.path, start), "end": _end_of_range(comment.path, end)}
    return place


def line_code(path: str, line: DiffLine) -> str:
    """GitLab's name for a line of a diff."""
    return f"{hashlib.sha1(path.encode(), usedforsecurity=False).hexdigest()}_{line.old}_{line.new}"


def _assumed(comment: ReviewComment, line: int) -> DiffLine:
    """A line of which only the side is known: most comments stand on lines that were added or removed."""
    return DiffLine("removed" if comment.side == "base" else "added", line, line)


def _numbers(line: DiffLine) -> dict[str, int]:
    """An added line has the new number only, a removed one the old, a context line must have both."""
    numbers = {"old_line": line.old, "new_line": line.new}
    return {key: n for key, n in numbers.items() if (line.kind, key) not in _LEFT_OUT}


_LEFT_OUT = (("added", "old_line"), ("removed", "new_line"))


def _end_of_range(path: str, line: DiffLine) -> dict[str, Any]:
    return {
        "line_code": line_code(path, line),
        "type": "new" if line.kind == "added" else "old",
        **_numbers(line),
    }
