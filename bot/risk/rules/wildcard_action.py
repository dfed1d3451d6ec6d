"""A pattern of actions."""

from __future__ import annotations

from bot.risk.gain import Gain
from bot.risk.rules.rule import Rule
from bot.risk.words import row_words


def _matches(gain: Gain) -> bool:
    return any("*" in action or "?" in action for action in gain.row.actions)


def _says(gain: Gain) -> str:
    return f"use every action that matches, those AWS adds later included: {row_words(gain.row)}"


RULE = Rule(
    "wildcard-action",
    _matches,
    _says,
    "List the actions that are used.",
)
