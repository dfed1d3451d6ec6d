"""A resource or trust policy that lets anyone in."""

from __future__ import annotations

from bot.risk.cause import StatementElement
from bot.risk.exposure import PrincipalExposure
from bot.risk.grading import GradedGrant
from bot.risk.rules.rule import access_rule
from bot.risk.wording.words import called, row_words


def _matches(gain: GradedGrant) -> bool:
    return gain.on_resource and PrincipalExposure.ANYONE in gain.outsiders


def _says(gain: GradedGrant, shown: int) -> str:
    return f"reach {called(gain.holder)}: {row_words(gain.shown, shown)}"


RULE = access_rule(
    "public-access",
    _matches,
    _says,
    "Name the principals, or add a condition such as aws:PrincipalOrgID or aws:SourceVpce.",
    element=StatementElement.PRINCIPALS,
)
