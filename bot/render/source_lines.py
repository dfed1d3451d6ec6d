"""The causing lines of a finding with their source text."""

from __future__ import annotations

from collections.abc import Callable

from bot.render.markdown import clipped, visible
from bot.risk.finding import Location

LineOf = Callable[[str, int, str], str | None]
"""The text of a line: (file, line from 1, side "head" or "base"); None if it is not there."""

MAX_LINES = 6


def source_lines(location: Location, line_of: LineOf) -> tuple[tuple[int, str], ...]:
    """The first lines of a location, (number, text); those that are not there are left out."""
    last = min(location.end_line, location.line + MAX_LINES - 1)
    read = ((number, line_of(location.file, number, location.side)) for number in range(location.line, last + 1))
    return tuple((number, visible(clipped(text.expandtabs(4), 200))) for number, text in read if text is not None)


def lines_left_out(location: Location) -> int:
    """How many lines `source_lines` does not show."""
    return max(location.end_line - location.line + 1 - MAX_LINES, 0)
