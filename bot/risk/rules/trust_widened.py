"""Somebody else may use a role."""

from __future__ import annotations

from bot.iam.policy_subject import RoleTrust
from bot.risk.grading import GradedGrant
from bot.risk.rules.rule import access_rule
from bot.risk.wording.words import called, condition_words


def _matches(gain: GradedGrant) -> bool:
    return isinstance(gain.holder, RoleTrust)


def _says(gain: GradedGrant, shown: int) -> str:
    return f"become role {called(gain.holder)}{condition_words(gain.shown.conditions, shown)}"


RULE = access_rule(
    "trust-widened",
    _matches,
    _says,
    "Name the one role or service that needs it, and add a condition.",
)
