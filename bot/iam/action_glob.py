"""Patterns of the Action element, matched against known action names in time linear in their number."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from bot.frozen import dataclass
from bot.iam.arn import split_action

LONGEST_NAME = 200
"""No `service:Action` is longer; a pattern that needs more characters matches none."""


@dataclass(frozen=True, slots=True)
class ActionGlob:
    """A pattern of the Action element, in lower case.

    `service` is what stands before the colon, None where the pattern is `*` alone; `name` is what
    stands after it.
    """

    service: str | None
    name: str

    @staticmethod
    def parse(pattern: str) -> ActionGlob | None:
        """Read a pattern; None if it can match no action (no colon and not all stars, or too long)."""
        pattern = pattern.lower()
        if pattern.strip("*") == "" and pattern:
            return ActionGlob(None, "*")
        split = split_action(pattern)
        too_long = len(pattern) - pattern.count("*") > LONGEST_NAME
        return None if split is None or too_long else ActionGlob(*split)

    def select(self, actions: Sequence[str], start: int) -> Sequence[str]:
        """Those of one service's canonical names that match; names begin at index `start`."""
        if self.service is None:
            return actions
        service = matcher(self.service)
        if not actions or not service(actions[0][: start - 1].lower()):
            return ()
        if self.name.strip("*") == "" and self.name:
            return actions
        name = matcher(self.name)
        return [action for action in actions if name(action[start:].lower())]


def names_action(pattern: str, action: str) -> bool:
    """Whether a pattern of the Action element matches one action, in whichever case."""
    return bool(matcher(pattern.lower())(action.lower()))


@lru_cache(maxsize=8192)
def matcher(pattern: str) -> Callable[[str], object]:
    """A test of one string against a glob of `*` and `?`; both in the same case."""
    if "?" in pattern:
        # Atomic groups: the leftmost match of a middle piece is always good enough, so nothing is tried twice.
        first, *rest = (re.escape(piece).replace(r"\?", ".") for piece in pattern.split("*"))
        last = f".*{rest.pop()}" if rest else ""
        return re.compile(first + "".join(f"(?>.*?{piece})" for piece in rest) + last, re.DOTALL).fullmatch
    first, *rest = pattern.split("*")
    if not rest:
        return pattern.__eq__
    last = rest.pop()
    middle = [piece for piece in rest if piece]
    return lambda text: _between(text, first, middle, last)


def _between(text: str, first: str, middle: Sequence[str], last: str) -> bool:
    end = len(text) - len(last)
    if end < len(first) or not text.startswith(first) or not text.endswith(last):
        return False
    position = len(first)
    for piece in middle:
        found = text.find(piece, position, end)
        if found < 0:
            return False
        position = found + len(piece)
    return True
