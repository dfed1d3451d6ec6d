"""Guards in a reader's words."""

from __future__ import annotations

from collections.abc import Iterable

from bot.evaluated.guard import Guard, disabled_by_default, ordered, spelled

NOTHING_TODAY = "nothing today: only where "
"""How the words for what defaults rule out today begin."""


def guard_words(guard: Guard) -> str:
    """The condition that is assumed: "var.x == 1", "nothing today: only where var.y is true"."""
    return f"{NOTHING_TODAY if guard.disabled_by_default else ''}{spelled(guard)}"


def latent_words(guards: Iterable[Guard]) -> str:
    """What keeps something out today, in brackets behind it; "" where nothing does."""
    later = next(map(guard_words, ordered(disabled_by_default(guards))), "")
    return f" ({later})" if later else ""


def where_words(words: str) -> str:
    """The words of a guard as what follows "when"."""
    return words if words.startswith(NOTHING_TODAY) else f"only where {words}"
