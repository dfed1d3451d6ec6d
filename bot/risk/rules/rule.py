"""What a rule is: a name, when it applies to a gain, what it says, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.risk.grading import GradedGrant


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `name` is its slug and the name of its page in docs/rules/.

    `says` completes the sentence "somebody can now ...", naming at most so many of each list; `fix` is the
    smallest remedy, one sentence.
    """

    name: str
    matches: Callable[[GradedGrant], bool]
    says: Callable[[GradedGrant, int], str]
    fix: str
