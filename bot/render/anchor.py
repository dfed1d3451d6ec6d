"""Where on the forge's diff a finding's comment can stand."""

from __future__ import annotations

from collections.abc import Iterator

from bot.evaluated.touched import FileChange, Touched
from bot.forges.port import DiffLine, Side
from bot.frozen import dataclass
from bot.review.model import Location

MAX_LINES = 10
"""A comment marks so many lines at most: the last ones of a longer stretch would bury its beginning."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """Lines of a diff that a comment can stand on; `line` None means the file as a whole.

    `start_line` is None for a single line and otherwise smaller than `line`, in the same hunk.
    """

    path: str
    line: int | None
    side: Side
    start_line: int | None = None


def anchor(location: Location, touched: Touched) -> Anchor | None:
    """Clamp a location to the hunks of its file.

    A file-level anchor if no hunk holds it; None if the file is not in the diff. The path is that
    of the head, as forges name a renamed file; that of the base if the file is gone.
    """
    on_head = location.side == "head"
    change = (touched.by_head if on_head else touched.by_base).get(location.file)
    if change is None:
        return None
    side = location.side
    path = change.head or change.base
    for first, last in _hunks(change, on_head):
        start, end = max(location.line, first), min(location.end_line, last)
        if start <= end:
            end = min(end, start + MAX_LINES - 1)
            return Anchor(path, end, side, start if start < end else None)
    return Anchor(path, None, side)


def _hunks(change: FileChange, on_head: bool) -> list[tuple[int, int]]:
    """The lines of each hunk on one side, as (first, last)."""
    sides = [(head, size) if on_head else (base, length) for base, length, head, size in change.hunks]
    return [(start, start + length - 1) for start, length in sides if length]


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
