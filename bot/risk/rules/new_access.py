"""Any other new access."""

from __future__ import annotations

from bot.access_diff.delta import Row
from bot.iam.arn import Arn
from bot.risk.advice.by_holder import advise
from bot.risk.grading import GradedGrant
from bot.risk.rules.rule import access_rule
from bot.risk.wording.words import called, condition_words, few, row_words


def _matches(grant: GradedGrant) -> bool:
    return bool(grant.cells)


def _says(grant: GradedGrant, shown: int) -> str:
    if grant.on_resource:
        return f"use {called(grant.holder)}: {row_words(grant.shown, shown)}"
    return _becomes(grant.shown, shown) or f"use {row_words(grant.shown, shown)}"


def _becomes(row: Row, shown: int) -> str:
    """Of a row that only lets roles be assumed, each by an ARN, which and in whose account; "" of any other."""
    arns = list(map(Arn.parse, row.resources))
    roles = [_role(arn) for arn in arns if arn is not None and arn.is_named("role")]
    actions = {action.lower() for action in row.actions}
    if not actions or not actions <= _ASSUMING or "sts:assumerole" not in actions or len(roles) != len(arns):
        return ""
    return f"become {few(roles, shown)}: {few(row.actions, shown)}{condition_words(row.conditions, shown)}"


_ASSUMING = frozenset(("sts:assumerole", "sts:tagsession", "sts:setsourceidentity"))


def _role(arn: Arn) -> str:
    """A role's name, and its account unless that is the one of whoever applies it."""
    name = f"role {arn.path_and_name}"
    if "*" in arn.account or "?" in arn.account:
        return f"{name} in every account" if arn.account == "*" else f"{name} in every account like {arn.account}"
    return name if "aws_caller_identity" in arn.account else f"{name} of account {arn.account}"


RULE = access_rule(
    "new-access",
    _matches,
    _says,
    advise,
)
