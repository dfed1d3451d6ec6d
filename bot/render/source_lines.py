"""The causing lines of a finding with their source text."""

from __future__ import annotations

from collections.abc import Callable

from bot.render.markdown import clipped, visible
from bot.review.model import Finding, Location

LineOf = Callable[[str, int, str], str | None]
"""The text of a line: (file, line from 1, side "head" or "base"); None if it is not there."""

MAX_LINES = 6


def source_lines(finding: Finding, line_of: LineOf) -> tuple[tuple[int, str], ...]:
    """The first lines of a finding's location, (number, text); those that are not there are left out.

    Of the finding's own excerpt, from which sensitive values are gone, where it has those lines.
    """
    where, held = finding.location, {line.line: line.text for line in finding.excerpt}
    numbers = range(where.line, min(where.end_line, where.line + MAX_LINES - 1) + 1)
    read = ((one, held[one] if one in held else line_of(where.file, one, where.side)) for one in numbers)
    return tuple((number, visible(clipped(text.expandtabs(4), 200))) for number, text in read if text is not None)


def lines_left_out(location: Location) -> int:
    """How many lines `source_lines` does not show."""
    return max(location.end_line - location.line + 1 - MAX_LINES, 0)
