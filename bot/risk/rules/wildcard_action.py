"""A pattern of actions."""

from __future__ import annotations

from bot.risk.advice.by_holder import advise
from bot.risk.grading import GradedGrant
from bot.risk.rules.rule import access_rule
from bot.risk.wording.words import called, row_words


def _matches(grant: GradedGrant) -> bool:
    before = grant.change.before
    known = {action.lower() for action in before.actions} if before else set()
    return any(("*" in action or "?" in action) and action.lower() not in known for action in grant.row.actions)


def _says(grant: GradedGrant, shown: int) -> str:
    if grant.unpublished:
        return f"use actions that AWS adds later: {row_words(grant.shown, shown)}"
    it = f" {called(grant.holder)}:" if grant.on_resource else ""
    return f"use{it} {row_words(grant.shown, shown)}, and what AWS adds to these patterns later"


RULE = access_rule(
    "wildcard-action",
    _matches,
    _says,
    advise,
)
