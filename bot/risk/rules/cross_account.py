"""A resource or trust policy that lets another account or a whole organisation in."""

from __future__ import annotations

from bot.iam.policy_subject import RoleTrust
from bot.risk.advice.by_holder import advise
from bot.risk.cause import StatementElement
from bot.risk.exposure import PrincipalExposure
from bot.risk.grading import GradedGrant
from bot.risk.rules.rule import access_rule
from bot.risk.wording.token_subjects import but_for_subjects
from bot.risk.wording.words import called, condition_words, row_words


def _matches(grant: GradedGrant) -> bool:
    return grant.on_resource and bool(grant.outsiders & {PrincipalExposure.EXTERNAL, PrincipalExposure.ORGANIZATION})


def _says(grant: GradedGrant, shown: int) -> str:
    if isinstance(grant.holder, RoleTrust):
        return f"become role {called(grant.holder)}{condition_words(but_for_subjects(grant), shown)}"
    return f"reach {called(grant.holder)}: {row_words(grant.shown, shown)}"


RULE = access_rule(
    "cross-account",
    _matches,
    _says,
    advise,
    element=StatementElement.PRINCIPALS,
)
