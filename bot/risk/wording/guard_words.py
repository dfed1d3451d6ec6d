"""Guards in a reader's words."""

from __future__ import annotations

from bot.evaluated.guard import Guard, spelled

NOTHING_TODAY = "nothing today: only where "
"""How the words for what defaults rule out today begin."""


def guard_words(guard: Guard) -> str:
    """The condition that is assumed: "var.x == 1", "nothing today: only where var.y is true"."""
    return f"{NOTHING_TODAY if guard.disabled_by_default else ''}{spelled(guard)}"


def where_words(words: str) -> str:
    """The words of a guard as what follows "when"."""
    return words if words.startswith(NOTHING_TODAY) else f"only where {words}"
