"""Statements that ask for a second factor (MFA).

IAM User Guide, "AWS: Allows MFA-authenticated IAM users to manage their own credentials": a Deny of everything but a
few actions (`NotAction`) where `aws:MultiFactorAuthPresent` is false. Whoever has a stolen access key is stopped by it
alone.
"""

from __future__ import annotations

from bot.iam.arn import is_everything
from bot.iam.statement import Condition, Effect, Statement

PRESENT = "aws:multifactorauthpresent"
"""The condition key that says whether there was one, lower case."""

FACTOR_KEYS = frozenset((PRESENT, "aws:multifactorauthage"))
"""What asks for one: lower case."""


def asks_for_factor(statement: Statement) -> bool:
    """Whether it denies what is asked without a second factor."""
    return statement.effect is Effect.DENY and any(map(_is_without, statement.conditions))


def _is_without(condition: Condition) -> bool:
    """Whether a condition is about having no factor, or an old one; not where it is met by whoever has one."""
    values = (str(one).lower() for one in condition.values)
    met_with_one = condition.operator.lower().startswith("bool") and "true" in values
    return condition.key.lower() in FACTOR_KEYS and not met_with_one


def covers_most(statement: Statement) -> bool:
    """Whether it is about all there is, but for what it lists."""
    actions = statement.not_action or any(is_everything(str(action)) for action in statement.actions)
    return actions and (statement.not_resource or any(is_everything(str(one)) for one in statement.resources))
