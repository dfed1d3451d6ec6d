"""Guards: undecided conditions and the way each went, as texts like `var.x == 1 is true`."""

from __future__ import annotations

from collections.abc import Iterable


def condition_of(guard: str) -> str:
    """The condition a guard is an outcome of: what stands before its last ` is `."""
    before, separator, _ = guard.rpartition(" is ")
    return before if separator else guard


def together(*guards: str) -> tuple[str, ...] | None:
    """The guards as one sorted tuple without repeats; None if two of them exclude each other."""
    distinct = sorted(set(guards))
    return tuple(distinct) if compatible(distinct) else None


def compatible(guards: Iterable[str]) -> bool:
    """Whether no condition goes two ways."""
    seen: dict[str, str] = {}
    return all(seen.setdefault(condition_of(guard), guard) == guard for guard in guards)
