"""Which guards exclude each other: undecided conditions that hold (`var.x == "a"`) or fail (`!(var.x == "a")`)."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LITERAL = r'"[^"]*"|[0-9.]+|true|false|null'
_OPERATORS = (" || ", " && ", " == ", " != ", " ? ")
"""What makes an equality a part of something else: `"a" == x || y` and `"b" == x || y` can both hold."""

_EQUALITY = re.compile(rf"^(?:(?P<left>[^!].*) == (?:{_LITERAL})|(?:{_LITERAL}) == (?P<right>.+))$")


def condition_of(guard: str) -> str:
    """The condition that a guard says holds or fails."""
    return guard[2:-1] if guard.startswith("!(") and guard.endswith(")") else guard


def compatible(guards: Iterable[str]) -> bool:
    """Whether the guards can hold together: no condition both ways, nothing equal to two different values."""
    went: dict[str, str] = {}
    return all(went.setdefault(subject, guard) == guard for guard in guards for subject in _subjects(guard))


def _subjects(guard: str) -> tuple[str, ...]:
    """What a guard decides: its condition, and if it is an equality that holds, its left side."""
    equality = _EQUALITY.match(guard)
    side = (equality["left"] or equality["right"]) if equality is not None else ""
    if not side or any(word in side for word in _OPERATORS):
        return (condition_of(guard),)
    return condition_of(guard), f"value of {side}"
