"""What becomes of the files that rules for single paths are about, when the list of these rules changes.

The first rule whose pattern matches counts. Whether two patterns have a file in common is not worked out: only those
whose literal beginnings differ have none, so that what is said to be possible is too much rather than too little.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from bot.late_pattern import late_pattern
from bot.review_config.settings import PathRule, RootRule

Rule = TypeVar("Rule", PathRule, RootRule)

_WILD = late_pattern(r"[*?\[]")


def successors(old: Sequence[Rule], new: Sequence[Rule]) -> Iterator[tuple[Rule | None, Rule | None]]:
    """Each pair of the rule that counted for some file and the one that will; None where none does."""
    was, will = _places(old), _places(new)
    for before in (*range(len(old)), None):
        for after in (*range(len(new)), None):
            one = None if before is None else old[before]
            other = None if after is None else new[after]
            # Whoever was matched by a pattern that is still there is matched by it or by an earlier one, and so back.
            forwards = one is None or one.path not in will or (after is not None and after <= will[one.path])
            back = other is None or other.path not in was or (before is not None and before <= was[other.path])
            if forwards and back and not (one and other and _apart(one.path, other.path)):
                yield one, other


def _places(rules: Sequence[Rule]) -> dict[str, int]:
    places: dict[str, int] = {}
    for number, rule in enumerate(rules):
        places.setdefault(rule.path, number)
    return places


def _apart(one: str, other: str) -> bool:
    """Whether no file can match both."""
    first, second = (_WILD.split(path.strip("/").removeprefix("./"))[0] for path in (one, other))
    return not (first.startswith(second) or second.startswith(first))
