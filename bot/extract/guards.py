"""Guards of grants: what of them holds together."""

from __future__ import annotations

from bot.evaluated.guard import Guard, compatible, ordered


def together(*guards: Guard) -> tuple[Guard, ...] | None:
    """The guards in order and without repeats; None if two of them exclude each other."""
    distinct = ordered(guards)
    return distinct if compatible(distinct) else None
