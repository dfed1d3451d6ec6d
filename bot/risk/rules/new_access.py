"""Any other new access."""

from __future__ import annotations

from bot.risk.advice.by_holder import advise
from bot.risk.grading import GradedGrant
from bot.risk.rules.rule import access_rule
from bot.risk.wording.words import called, row_words


def _matches(grant: GradedGrant) -> bool:
    return bool(grant.cells)


def _says(grant: GradedGrant, shown: int) -> str:
    if grant.on_resource:
        return f"use {called(grant.holder)}: {row_words(grant.shown, shown)}"
    return f"use {row_words(grant.shown, shown)}"


RULE = access_rule(
    "new-access",
    _matches,
    _says,
    advise,
)
