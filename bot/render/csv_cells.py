"""Text out of a change as a cell of a table for a spreadsheet."""

from __future__ import annotations

from bot.render.markdown import visible
from bot.review.prose import Prose

_LIVE = ("=", "+", "-", "@")
"""What a spreadsheet takes for the beginning of a formula."""


def cell(said: str | Prose) -> str:
    """The text with nothing invisible in it; it begins no formula."""
    shown = visible(said)
    return f"'{shown}" if shown.startswith(_LIVE) else shown
