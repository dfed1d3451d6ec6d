"""A resource or trust policy that lets another account or a whole organisation in."""

from __future__ import annotations

from bot.iam.policy_subject import RoleTrust
from bot.risk.cause import StatementElement
from bot.risk.exposure import PrincipalExposure
from bot.risk.grading import GradedGrant
from bot.risk.rules.rule import access_rule
from bot.risk.wording.words import called, condition_words, row_words


def _matches(gain: GradedGrant) -> bool:
    return gain.on_resource and bool(gain.outsiders & {PrincipalExposure.EXTERNAL, PrincipalExposure.ORGANIZATION})


def _says(gain: GradedGrant, shown: int) -> str:
    if isinstance(gain.holder, RoleTrust):
        return f"become role {called(gain.holder)}{condition_words(gain.shown.conditions, shown)}"
    return f"reach {called(gain.holder)}: {row_words(gain.shown, shown)}"


RULE = access_rule(
    "cross-account",
    _matches,
    _says,
    "Name one role of the other account, require sts:ExternalId of a third party, and list your own under accounts.",
    element=StatementElement.PRINCIPALS,
)
