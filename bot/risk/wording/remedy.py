"""The smallest remedy of a finding, one sentence."""

from __future__ import annotations

from bot.review.prose import Prose


def remedy(fix: str) -> Prose:
    """What a rule advises."""
    return Prose(fix)
