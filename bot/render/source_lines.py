"""The causing lines of a finding with their source text."""

from __future__ import annotations

from collections.abc import Callable

from bot.evaluated.diagnostic import Side
from bot.frozen import dataclass
from bot.render.markdown import clipped, visible
from bot.review.model import Finding, Location


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line's text without its end; `touched` if the change adds it, or removes it."""

    text: str
    touched: bool


LineOf = Callable[[str, int, Side], SourceLine | None]
"""A line by file, number from 1 and side; None if it is not there."""

MAX_LINES = 6


def source_lines(finding: Finding, line_of: LineOf) -> tuple[tuple[int, SourceLine], ...]:
    """The first lines of a finding's location, each with its number; those that are not there are left out.

    Of the finding's own excerpt, from which sensitive values are gone, where it has those lines.
    """
    where, held = finding.location, {line.line: line.text for line in finding.excerpt}
    numbers = range(where.line, min(where.end_line, where.line + MAX_LINES - 1) + 1)
    read = ((one, line_of(where.file, one, where.side), held.get(one)) for one in numbers)
    return tuple((one, shown) for one, line, text in read if (shown := _shown(line, text)) is not None)


def _shown(line: SourceLine | None, held: str | None) -> SourceLine | None:
    text = held if held is not None or line is None else line.text
    if text is None:
        return None
    return SourceLine(visible(clipped(text.expandtabs(4), 200)), line is not None and line.touched)


def lines_left_out(location: Location) -> int:
    """How many lines `source_lines` does not show."""
    return max(location.end_line - location.line + 1 - MAX_LINES, 0)
