"""The advice about access itself: of a principal what it may do, of a resource or role whom it lets in."""

from __future__ import annotations

from bot.iam.statement import PolicyKind
from bot.risk.advice.letting_in import let_in
from bot.risk.advice.lost_limits import keep_conditions, keep_limit
from bot.risk.advice.narrowing import narrower
from bot.risk.advice.steps import Advice
from bot.risk.exposure import PrincipalExposure
from bot.risk.grading import GradedGrant


def advise(grant: GradedGrant, about: str = "") -> Advice:
    """What to do in place of the grant, by whose access it is. `about` is the condition key that the rule is about."""
    if grant.kind is PolicyKind.LIMIT:
        return keep_limit(grant)
    if grant.conditions_lost and PrincipalExposure.ANYONE in grant.outsiders:
        return keep_conditions(grant)
    return let_in(grant) if grant.on_resource else narrower(grant, about)
