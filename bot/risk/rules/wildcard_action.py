"""A pattern of actions."""

from __future__ import annotations

from bot.risk.gain import Gain
from bot.risk.rules.rule import Rule
from bot.risk.words import row_words


def _matches(gain: Gain) -> bool:
    return any("*" in action or "?" in action for action in gain.row.actions)


def _says(gain: Gain) -> str:
    if gain.unpublished:
        return f"use actions that AWS adds later: {row_words(gain.shown)}"
    return f"use every action that matches, those AWS adds later included: {row_words(gain.shown)}"


RULE = Rule(
    "wildcard-action",
    _matches,
    _says,
    "List the actions that are used.",
)
