"""Somebody else may use a role."""

from __future__ import annotations

from bot.iam.policy_subject import RoleTrust
from bot.risk.advice.by_holder import advise
from bot.risk.cause import StatementElement
from bot.risk.grading import GradedGrant
from bot.risk.rules.rule import access_rule
from bot.risk.wording.token_subjects import but_for_subjects
from bot.risk.wording.words import called, condition_words


def _matches(grant: GradedGrant) -> bool:
    return isinstance(grant.holder, RoleTrust)


def _says(grant: GradedGrant, shown: int) -> str:
    return f"become role {called(grant.holder)}{condition_words(but_for_subjects(grant), shown)}"


RULE = access_rule(
    "trust-widened",
    _matches,
    _says,
    advise,
    element=StatementElement.PRINCIPALS,
)
