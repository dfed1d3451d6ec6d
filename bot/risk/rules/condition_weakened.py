"""The same access as before under fewer or looser conditions."""

from __future__ import annotations

from bot.iam.policy_subject import RoleTrust
from bot.risk.grading import GradedGrant
from bot.risk.rules.rule import access_rule
from bot.risk.wording.words import called, condition_words, what_words, where_words


def _matches(grant: GradedGrant) -> bool:
    return grant.conditions_lost


def _says(grant: GradedGrant, shown: int) -> str:
    before = grant.change.before
    was, now = before.conditions if before else (), grant.shown.conditions
    # What both have in common is not what the change is about.
    told = condition_words([one for one in now if one not in was], max(shown, 1))
    told += f", before only{condition_words([one for one in was if one not in now], max(shown, 1))}"
    if isinstance(grant.holder, RoleTrust):
        return f"become role {called(grant.holder)}{told}"
    where = called(grant.holder) if grant.on_resource else where_words(grant.shown, shown)
    return f"use {what_words(grant.shown, shown)} on {where}{told}"


RULE = access_rule(
    "condition-weakened",
    _matches,
    _says,
    "Put the condition back, or replace it by one that is as narrow.",
)
