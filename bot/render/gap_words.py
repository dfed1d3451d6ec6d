"""What a gap is about, in words: the reason, and of a module that is not here which versions the change is between."""

from __future__ import annotations

from msgspec import UNSET

from bot.review.model import Gap


def gap_words(gap: Gap) -> str:
    """The reason without a full stop at its end: "module m is not in the repository (from 4.1.0 to 4.2.0)"."""
    reason = gap.reason.rstrip(".")
    change = "" if gap.module is UNSET else gap.module.change
    return f"{reason} ({change})" if change else reason
