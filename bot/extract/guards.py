"""Guards of grants: what of them holds together."""

from __future__ import annotations

from bot.evaluated.guard import compatible, condition_of

__all__ = ["compatible", "condition_of", "together", "ways"]


def ways(condition: str) -> tuple[str, str]:
    """The guards for a condition holding and failing."""
    return condition, f"!({condition})"


def together(*guards: str) -> tuple[str, ...] | None:
    """The guards as one sorted tuple without repeats; None if two of them exclude each other."""
    distinct = tuple(sorted(set(guards)))
    return distinct if compatible(distinct) else None
