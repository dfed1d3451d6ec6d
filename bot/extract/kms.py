"""The statement that AWS puts into every key policy: it hands the key over to the account's identity policies."""

from __future__ import annotations

from bot.evaluated.document import Symbol, Text
from bot.extract.choices import Guards
from bot.iam.statement import Effect, Statement
from bot.late_pattern import late_pattern

KEY_TYPES = late_pattern(r"(^|\.)aws_kms_(key|key_policy|external_key|replica_key|replica_external_key)\.")

CALLER = "aws_caller_identity"

Guarded = tuple[tuple[Statement, Guards], ...]


def handed_over(policy: str, statements: Guarded) -> tuple[Guarded, Guarded]:
    """The statements without those that hand a key to its own account, and those; `policy` is a key's policy's address.

    The own account is the current caller's, or the only one that a statement gives everything to:
    AWS refuses a policy that would lock its own account out.
    """
    if not KEY_TYPES.search(policy):
        return statements, ()
    whole = {_account(statement) for statement, _ in statements if gives_everything(statement)}
    own = whole if len(whole) == 1 else set()
    handed = tuple(one for one in statements if _is_handed(one[0], own))
    return tuple(one for one in statements if one not in handed), handed


def _is_handed(statement: Statement, own: set[str]) -> bool:
    """Whether a statement lets in nobody but the key's own account as a whole."""
    account = _account(statement)
    allowed = statement.effect is Effect.ALLOW and not statement.not_action
    return allowed and bool(account) and (account in own or CALLER in account)


def gives_everything(statement: Statement) -> bool:
    """Whether a statement gives an account all of a key, whatever is asked with which request."""
    return (
        statement.effect is Effect.ALLOW
        and not statement.conditions
        and not statement.not_action
        and [action.literal for action in statement.actions] == ["kms:*"]
        and [resource.literal for resource in statement.resources] in (["*"], [])
        and bool(_account(statement))
    )


def _account(statement: Statement) -> str:
    """The one account that a statement's Principal is, as a whole; "" if it is anything else."""
    principals = statement.principals
    if principals is None or principals.negated or len(principals.entries) != 1:
        return ""
    identifier = principals.entries[0].identifier
    return str(identifier) if _is_account(identifier) else ""


def _is_account(identifier: Text) -> bool:
    last = identifier.parts[-1] if identifier.parts else ""
    if isinstance(last, Symbol):
        return "account" in last.name and not last.name.endswith(".arn")
    return last.endswith(":root") or (len(last) == 12 and last.isdigit())
