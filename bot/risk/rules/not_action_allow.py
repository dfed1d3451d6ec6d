"""An Allow with NotAction: all services but what is listed, and all future ones."""

from __future__ import annotations

from bot.risk.gain import Gain
from bot.risk.rules.rule import Rule
from bot.risk.words import row_words


def _matches(gain: Gain) -> bool:
    everything = any(not action.strip("*:") for action in gain.row.actions)
    return gain.change.statement.not_action and (everything or bool(gain.shown.except_actions))


def _says(gain: Gain, shown: int) -> str:
    return f"do everything but what is listed, in every service AWS has or will have: {row_words(gain.shown, shown)}"


RULE = Rule(
    "not-action-allow",
    _matches,
    _says,
    "Allow what is needed by Action; forbid with a Deny.",
)
