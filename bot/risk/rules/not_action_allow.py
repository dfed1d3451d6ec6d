"""An Allow with NotAction or NotResource: all but what is listed, and all that comes later."""

from __future__ import annotations

from bot.iam.arn import is_everything
from bot.risk.grading import GradedGrant
from bot.risk.rules.rule import access_rule
from bot.risk.wording.words import row_words


def _matches(gain: GradedGrant) -> bool:
    return _all_actions_but(gain) or _all_resources_but(gain)


def _all_resources_but(gain: GradedGrant) -> bool:
    everything = any(is_everything(resource) for resource in gain.row.resources)
    return gain.change.statement.not_resource and (everything or bool(gain.shown.except_resources))


def _all_actions_but(gain: GradedGrant) -> bool:
    everything = any(is_everything(action) for action in gain.row.actions)
    return gain.change.statement.not_action and (everything or bool(gain.shown.except_actions))


def _says(gain: GradedGrant, shown: int) -> str:
    if not _all_actions_but(gain):
        return f"use everything there is or will be, but what is listed: {row_words(gain.shown, shown)}"
    return f"do everything but what is listed, in every service AWS has or will have: {row_words(gain.shown, shown)}"


RULE = access_rule(
    "not-action-allow",
    _matches,
    _says,
    "Allow what is needed by Action and Resource; forbid with a Deny.",
)
