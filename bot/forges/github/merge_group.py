"""Which pull requests are in a merge group, told from the commits that the queue made of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.late_pattern import late_pattern

_MERGED = late_pattern(r"Merge pull request #(\d{1,18}) from ")
_SQUASHED = late_pattern(r".*\(#(\d{1,18})\)\s*")
"""What GitHub's merge commits begin with, and how the first line of its squashed ones ends."""


def members(commits: Sequence[Any], head: str, last: int) -> tuple[int, ...]:
    """The numbers of those in the group whose commit is `head`, for which `last` was queued.

    `commits` are all between base branch and head. One commit follows another by its first parent: what a pull request
    brought itself says nothing. Of rebased ones only the last is known for sure: their commits are the
    authors' own, and one that ends with a number is taken for a squashed one.
    """
    by_id = {commit.get("sha"): commit for commit in commits}
    found = {last}
    at: str | None = head
    while (commit := by_id.pop(at, None)) is not None:
        message = str((commit.get("commit") or {}).get("message") or "").partition("\n")[0]
        parents: Sequence[Any] = commit.get("parents") or ()
        named = _MERGED.match(message) if len(parents) > 1 else _SQUASHED.fullmatch(message)
        found |= {int(named[1])} if named else set()
        at = parents[0].get("sha") if parents else None
    return tuple(sorted(found))
