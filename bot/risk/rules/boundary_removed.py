"""Access that a permissions boundary or service control policy kept from its holder."""

from __future__ import annotations

from bot.risk.advice.lost_limits import keep_limit
from bot.risk.grading import GradedGrant
from bot.risk.rules.rule import access_rule
from bot.risk.wording.words import row_words


def _matches(grant: GradedGrant) -> bool:
    return grant.limit_lost


def _says(grant: GradedGrant, shown: int) -> str:
    return f"go beyond its former permissions boundary: {row_words(grant.shown, shown)}"


RULE = access_rule(
    "boundary-removed",
    _matches,
    _says,
    keep_limit,
    restores=True,
)
