"""Version constraints as Terraform writes them."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable

from bot.late_pattern import late_pattern

_PART = late_pattern(r"\A(=|!=|>=|<=|>|<|~>)?\s*v?(\d{1,9}(?:\.\d{1,9}){0,2})(-[0-9A-Za-z.-]+)?\Z")
_VERSION = late_pattern(r"\Av?(\d{1,9})\.(\d{1,9})\.(\d{1,9})(-[0-9A-Za-z.-]+)?(?:\+.*)?\Z")
_COMPARED: dict[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]] = {
    "": operator.eq,
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


def satisfies(version: str, constraint: str) -> bool:
    """Whether a version is one that a constraint allows; a constraint that cannot be read allows none."""
    match = _VERSION.match(version.strip())
    if match is None:
        return False
    parts = [part.strip() for part in constraint.split(",") if part.strip()]
    return all(_holds(match, part) for part in parts)


def _holds(version: re.Match[str], part: str) -> bool:
    wanted = _PART.match(part)
    if wanted is None:
        return False
    sign = wanted[1] or ""
    if version[4] or wanted[3]:  # a release candidate is taken only where it is asked for by name
        return sign in ("", "=") and (version[4], _numbers(version)) == (wanted[3], _padded(wanted[2]))
    if sign == "~>":
        steps = [int(step) for step in wanted[2].split(".")]
        return _numbers(version) >= _padded(wanted[2]) and list(_numbers(version)[: len(steps) - 1]) == steps[:-1]
    return _COMPARED[sign](_numbers(version), _padded(wanted[2]))


def _numbers(version: re.Match[str]) -> tuple[int, ...]:
    return int(version[1]), int(version[2]), int(version[3])


def _padded(text: str) -> tuple[int, ...]:
    steps = [int(step) for step in text.split(".")]
    return tuple(steps + [0] * (3 - len(steps)))
