"""Access that a Deny forbade."""

from __future__ import annotations

from bot.risk.advice.lost_limits import keep_limit
from bot.risk.grading import GradedGrant
from bot.risk.rules.rule import access_rule
from bot.risk.wording.words import row_words


def _matches(grant: GradedGrant) -> bool:
    return grant.deny_lost


def _says(grant: GradedGrant, shown: int) -> str:
    return f"do what a Deny forbade: {row_words(grant.shown, shown)}"


RULE = access_rule(
    "deny-weakened",
    _matches,
    _says,
    keep_limit,
    restores=True,
)
