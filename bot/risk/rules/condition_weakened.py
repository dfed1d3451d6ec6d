"""The same access as before under fewer or looser conditions."""

from __future__ import annotations

from bot.iam.policy_subject import RoleTrust
from bot.risk.advice.lost_limits import keep_conditions
from bot.risk.grading import GradedGrant
from bot.risk.rules.rule import access_rule
from bot.risk.wording.token_subjects import but_for_subjects, earlier_subjects_words, subjects_words
from bot.risk.wording.words import called, condition_words, what_words, where_words


def _matches(grant: GradedGrant) -> bool:
    return grant.conditions_lost


def _says(grant: GradedGrant, shown: int) -> str:
    before = grant.held
    earlier = earlier_subjects_words(grant, max(shown, 1)) if subjects_words(grant, 1) else ""
    was, now = but_for_subjects(grant, before.conditions if before else ()), but_for_subjects(grant)
    # What both have in common is not what the change is about.
    told = condition_words([one for one in now if one not in was], max(shown, 1))
    gone = condition_words([one for one in was if one not in now], max(shown, 1))
    # Where it is long, what was there before is left to the finding's own lines: a title ends with what is new.
    if shown or not told:
        told += _before_only(earlier, gone)
    if isinstance(grant.holder, RoleTrust):
        return f"become role {called(grant.holder)}{told}"
    where = called(grant.holder) if grant.on_resource else where_words(grant.shown, shown)
    return f"use {what_words(grant.shown, shown)} on {where}{told}"


def _before_only(earlier: str, gone: str) -> str:
    """What it was allowed under before, and is no more."""
    if not (earlier or gone):
        return ""
    return f", before only{f' {earlier}' if earlier else ''}{gone}"


RULE = access_rule(
    "condition-weakened",
    _matches,
    _says,
    keep_conditions,
)
