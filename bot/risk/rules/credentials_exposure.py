"""Actions whose answer is a credential."""

from __future__ import annotations

from bot.risk.action_kind import CREDENTIALS, ActionKind
from bot.risk.gain import Gain, covered
from bot.risk.rules.rule import Rule
from bot.risk.words import few, where_words


def _matches(gain: Gain) -> bool:
    return not gain.on_resource and max(gain.kinds) >= ActionKind.PERMISSIONS and bool(covered(gain.row, CREDENTIALS))


def _says(gain: Gain) -> str:
    return f"obtain credentials of others: {few(covered(gain.row, CREDENTIALS))} on {where_words(gain.shown)}"


RULE = Rule(
    "credentials-exposure",
    _matches,
    _says,
    "Name the users, databases or clusters whose credentials it needs.",
)
