"""All actions of a service."""

from __future__ import annotations

from bot.risk.gain import Gain
from bot.risk.rules.rule import Rule
from bot.risk.words import row_words, service_words


def _matches(gain: Gain) -> bool:
    return any(action.endswith(":*") and action.strip("*:") for action in gain.row.actions)


def _says(gain: Gain) -> str:
    action = next(action for action in gain.row.actions if action.endswith(":*"))
    return f"do anything in {service_words(action)}: {row_words(gain.row)}"


RULE = Rule(
    "service-wide-wildcard",
    _matches,
    _says,
    "List the actions that are used.",
)
