"""What a line is in the diff of its file: added, removed or context, with its numbers on both sides."""

from __future__ import annotations

from collections.abc import Iterator

from bot.evaluated.touched import FileChange
from bot.forges.port import DiffLine, Side


def diff_line(change: FileChange, side: Side, line: int) -> DiffLine | None:
    """The line of that number on that side; None if no hunk of the file has it."""
    for base, length, head, size in change.hunks:
        start, end = (base, base + length) if side == "base" else (head, head + size)
        if start <= line < end:
            lines = _lines(change, base, head, base + length, head + size)
            return next((each for each in lines if _is(each, side, line)), None)
    return None


def _lines(change: FileChange, old: int, new: int, old_end: int, new_end: int) -> Iterator[DiffLine]:
    """The lines of a hunk in the order of the diff: what is removed stands before what is added in its place."""
    while old < old_end or new < new_end:
        if old in change.removed and old < old_end:
            yield DiffLine("removed", old, new)
            old += 1
        elif new in change.added and new < new_end:
            yield DiffLine("added", old, new)
            new += 1
        else:
            yield DiffLine("context", old, new)
            old, new = old + 1, new + 1


def _is(each: DiffLine, side: Side, line: int) -> bool:
    if side == "base":
        return each.kind != "added" and each.old == line
    return each.kind != "removed" and each.new == line
