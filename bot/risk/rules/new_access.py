"""Any other new access."""

from __future__ import annotations

from bot.risk.grading import GradedGrant
from bot.risk.rules.rule import access_rule
from bot.risk.wording.words import called, row_words


def _matches(gain: GradedGrant) -> bool:
    return bool(gain.cells)


def _says(gain: GradedGrant, shown: int) -> str:
    if gain.on_resource:
        return f"use {called(gain.holder)}: {row_words(gain.shown, shown)}"
    return f"use {row_words(gain.shown, shown)}"


RULE = access_rule(
    "new-access",
    _matches,
    _says,
    "Check that it is needed.",
)
