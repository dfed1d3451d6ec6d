"""When Python looks for reference cycles: a review makes a few million small objects and next to no cycles."""

from __future__ import annotations

import gc

RARELY = (50_000, 20, 100)
"""Thresholds of the three generations. As often as Python looks by itself is a third of a large review's time."""


def look_rarely() -> None:
    """For a process that reviews and ends, before it imports what it reviews with."""
    gc.set_threshold(*RARELY)


def look_no_more() -> None:
    """For a process that is about to end: looking through what it leaves is a sixth of a small review's time."""
    gc.freeze()
