"""A policy that only limits lets more through: service control, resource control and endpoint policies."""

from __future__ import annotations

from bot.iam.statement import PolicyKind
from bot.risk.grading import GradedGrant
from bot.risk.rules.rule import access_rule
from bot.risk.wording.words import row_words


def _matches(grant: GradedGrant) -> bool:
    return grant.kind is PolicyKind.LIMIT


def _says(grant: GradedGrant, shown: int) -> str:
    return f"{row_words(grant.shown, shown)}"


RULE = access_rule(
    "limit-weakened",
    _matches,
    _says,
    "Let through exactly what is needed, for those who need it.",
)
