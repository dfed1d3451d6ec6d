"""The statement that AWS puts into every key policy: it hands the key over to the account's identity policies."""

from __future__ import annotations

import re

from bot.document import Symbol, Text
from bot.extract.choices import Guards
from bot.iam.statement import Effect, Statement

KEY_TYPES = re.compile(r"(^|\.)aws_kms_(key|key_policy|external_key|replica_key|replica_external_key)\.")

Guarded = tuple[tuple[Statement, Guards], ...]


def without_default(policy: str, statements: Guarded) -> Guarded:
    """The statements without the default one, if `policy` is the address of a key's policy.

    The default names the key's own account. That is the current caller's, or the only account that
    a statement gives everything to: AWS refuses a policy that would lock its own account out.
    """
    if not KEY_TYPES.search(policy):
        return statements
    defaults = [statement for statement, _ in statements if _is_default(statement)]
    if len(set(map(_account, defaults))) > 1:
        defaults = [statement for statement in defaults if "aws_caller_identity" in _account(statement)]
    return tuple((statement, guards) for statement, guards in statements if statement not in defaults)


def _is_default(statement: Statement) -> bool:
    principals = statement.principals
    return (
        statement.effect is Effect.ALLOW
        and not statement.conditions
        and not statement.not_action
        and not statement.not_resource
        and [action.literal for action in statement.actions] == ["kms:*"]
        and [resource.literal for resource in statement.resources] in (["*"], [])
        and principals is not None
        and not principals.negated
        and len(principals.entries) == 1
        and _is_account(principals.entries[0].identifier)
    )


def _is_account(identifier: Text) -> bool:
    last = identifier.parts[-1] if identifier.parts else ""
    if isinstance(last, Symbol):
        return "account" in last.name and not last.name.endswith(".arn")
    return last.endswith(":root") or (len(last) == 12 and last.isdigit())


def _account(statement: Statement) -> str:
    principals = statement.principals
    return "" if principals is None else str(principals.entries[0].identifier)
