"""An Allow with NotAction or NotResource: all but what is listed, and all that comes later."""

from __future__ import annotations

from bot.iam.arn import is_everything
from bot.risk.advice.by_holder import advise
from bot.risk.advice.steps import Advice, always
from bot.risk.grading import GradedGrant
from bot.risk.rules.rule import access_rule
from bot.risk.wording.words import row_words


def _matches(grant: GradedGrant) -> bool:
    return _all_actions_but(grant) or _all_resources_but(grant)


def _all_resources_but(grant: GradedGrant) -> bool:
    everything = any(is_everything(resource) for resource in grant.row.resources)
    return grant.change.statement.not_resource and (everything or bool(grant.shown.except_resources))


def _all_actions_but(grant: GradedGrant) -> bool:
    everything = any(is_everything(action) for action in grant.row.actions)
    return grant.change.statement.not_action and (everything or bool(grant.shown.except_actions))


def _says(grant: GradedGrant, shown: int) -> str:
    if not _all_actions_but(grant):
        return f"use everything there is or will be, but what is listed: {row_words(grant.shown, shown)}"
    return f"do everything but what is listed, in every service AWS has or will have: {row_words(grant.shown, shown)}"


def _advises(grant: GradedGrant) -> Advice:
    """Nobody can write AWS's own policy otherwise."""
    return (
        advise(grant)
        if grant.managed
        else always("Allow what is needed by Action and Resource; forbid with a Deny")(grant)
    )


RULE = access_rule(
    "not-action-allow",
    _matches,
    _says,
    _advises,
)
