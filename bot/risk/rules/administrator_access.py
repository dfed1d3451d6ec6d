"""Everything on everything, or all of IAM, which can give itself the rest."""

from __future__ import annotations

from bot.iam.arn import is_everything
from bot.risk.advice.by_holder import advise
from bot.risk.grading import GradedGrant
from bot.risk.resource_scope import ResourceScope
from bot.risk.rules.rule import access_rule
from bot.risk.wording.words import row_words


def _matches(grant: GradedGrant) -> bool:
    if grant.on_resource or grant.width < ResourceScope.TYPE:
        return False
    everything = any(map(is_everything, grant.shown.actions)) and not grant.shown.except_actions
    return everything or any(action.lower() == "iam:*" for action in grant.shown.actions)


def _says(grant: GradedGrant, shown: int) -> str:
    return f"administer the account: {row_words(grant.shown, shown)}"


RULE = access_rule(
    "administrator-access",
    _matches,
    _says,
    advise,
)
