"""A resource or trust policy that lets anyone in."""

from __future__ import annotations

from bot.risk.cause import StatementElement
from bot.risk.exposure import PrincipalExposure
from bot.risk.grading import GradedGrant
from bot.risk.rules.rule import access_rule
from bot.risk.wording.words import called, row_words


def _matches(grant: GradedGrant) -> bool:
    return grant.on_resource and PrincipalExposure.ANYONE in grant.outsiders


def _says(grant: GradedGrant, shown: int) -> str:
    return f"reach {called(grant.holder)}: {row_words(grant.shown, shown)}"


RULE = access_rule(
    "public-access",
    _matches,
    _says,
    "Name the principals, or add a condition such as aws:PrincipalOrgID or aws:SourceVpce.",
    element=StatementElement.PRINCIPALS,
)
