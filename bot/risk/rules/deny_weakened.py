"""Access that a Deny forbade."""

from __future__ import annotations

from bot.risk.grading import Gain
from bot.risk.rules.rule import Rule
from bot.risk.wording.words import row_words


def _matches(gain: Gain) -> bool:
    return gain.deny_lost


def _says(gain: Gain, shown: int) -> str:
    return f"do what a Deny forbade: {row_words(gain.shown, shown)}"


RULE = Rule(
    "deny-weakened",
    _matches,
    _says,
    "Keep the Deny and except from it only what is needed.",
)
