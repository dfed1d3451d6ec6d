"""The same access as before under fewer or looser conditions."""

from __future__ import annotations

from bot.iam.policy_subject import RoleTrust
from bot.risk.grading import GradedGrant
from bot.risk.rules.rule import access_rule
from bot.risk.wording.words import called, condition_words, what_words, where_words


def _matches(gain: GradedGrant) -> bool:
    return gain.conditions_lost


def _says(gain: GradedGrant, shown: int) -> str:
    before = gain.change.before
    was, now = before.conditions if before else (), gain.shown.conditions
    # What both have in common is not what the change is about.
    told = condition_words([one for one in now if one not in was], max(shown, 1))
    told += f", before only{condition_words([one for one in was if one not in now], max(shown, 1))}"
    if isinstance(gain.holder, RoleTrust):
        return f"become role {called(gain.holder)}{told}"
    where = called(gain.holder) if gain.on_resource else where_words(gain.shown, shown)
    return f"use {what_words(gain.shown, shown)} on {where}{told}"


RULE = access_rule(
    "condition-weakened",
    _matches,
    _says,
    "Put the condition back, or replace it by one that is as narrow.",
)
