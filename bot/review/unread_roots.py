"""Roots of which one side alone could not be read whole."""

from __future__ import annotations

from bot.extract import root_name
from bot.review.seen import Seen


def unread(side: Seen, other: Seen, name: str) -> dict[str, str]:
    """Roots of which something could not be read on this side only, and why."""
    return {
        root_name(config.root): f"at the {name}, {gap.diagnostic.reason}"
        for config, opposite in zip(side.configs, other.configs, strict=True)
        for gap in config.gaps
        if gap.unreadable
        and gap.diagnostic.span.file not in {one.diagnostic.span.file for one in opposite.gaps if one.unreadable}
    }
