"""The statement that AWS puts into every key policy: it hands the key over to the account's identity policies."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from bot.evaluated.document import Symbol, Text
from bot.extract.choices import Guards
from bot.iam.arn import Arn
from bot.iam.statement import Effect, PrincipalEntry, Principals, Statement
from bot.late_pattern import late_pattern

KEY_TYPES = late_pattern(r"(^|\.)aws_kms_(key|key_policy|external_key|replica_key|replica_external_key)\.")

CALLER = "aws_caller_identity"

Guarded = tuple[tuple[Statement, Guards], ...]


def handed_over(policy: str, statements: Guarded) -> tuple[Guarded, Guarded]:
    """The statements without those that hand a key to its own account, and those; `policy` is a key's policy's address.

    The own account is the current caller's, or the only one that gets everything, beside nobody of another: AWS refuses
    a policy that would lock its own account out.
    """
    if not KEY_TYPES.search(policy):
        return statements, ()
    everything = [statement for statement, _ in statements if _is_of_everything(statement)]
    whole = set(map(_only_account, everything)) - {""}
    homes = {_written_home(one) for statement in everything for one in _entries(statement)} - {""}
    own = whole if len(whole | homes) == 1 else set[str]()
    parts = [(*_parted(statement, own), guards) for statement, guards in statements]
    return _there((rest, guards) for rest, _, guards in parts), _there((handed, guards) for _, handed, guards in parts)


def _there(parts: Iterable[tuple[Statement | None, Guards]]) -> Guarded:
    return tuple((statement, guards) for statement, guards in parts if statement is not None)


def _parted(statement: Statement, own: set[str]) -> tuple[Statement | None, Statement | None]:
    """What a statement lets others do with a key, and what it hands to the key's own account as a whole."""
    handed = [one for one in _entries(statement) if _is_own(_account(one), own)]
    if not handed or statement.effect is not Effect.ALLOW or statement.not_action:
        return statement, None
    rest = [one for one in _entries(statement) if one not in handed]
    return _to(statement, rest) if rest else None, _to(statement, handed)


def _is_own(account: str, own: set[str]) -> bool:
    return account in own or CALLER in account


def _to(statement: Statement, entries: Sequence[PrincipalEntry]) -> Statement:
    trail = () if statement.principals is None else statement.principals.trail
    return dataclasses.replace(statement, principals=Principals(tuple(entries), False, trail))


def _entries(statement: Statement) -> tuple[PrincipalEntry, ...]:
    principals = statement.principals
    return () if principals is None or principals.negated else principals.entries


def gives_everything(statement: Statement) -> bool:
    """Whether a statement gives an account all of a key, whatever is asked with which request, and nobody else."""
    return len(_entries(statement)) == 1 and _is_of_everything(statement) and bool(_only_account(statement))


def whole_accounts(statement: Statement) -> frozenset[str]:
    """The accounts that a statement names as a whole."""
    return frozenset(filter(None, map(_account, _entries(statement))))


def _is_of_everything(statement: Statement) -> bool:
    return (
        statement.effect is Effect.ALLOW
        and not statement.conditions
        and not statement.not_action
        and [action.literal for action in statement.actions] == ["kms:*"]
        and [resource.literal for resource in statement.resources] in (["*"], [])
    )


def _only_account(statement: Statement) -> str:
    """The account that a statement names as a whole, beside nobody of another; "" if there is none."""
    homes = {_home(one) for one in _entries(statement) if one.type == "AWS"}
    return homes.pop() if len(homes) == 1 and any(map(_account, _entries(statement))) else ""


def _account(entry: PrincipalEntry) -> str:
    """The account that an entry of a Principal is, as a whole; "" if it is anything else."""
    return _home(entry) if _is_account(entry.identifier) else ""


def _home(entry: PrincipalEntry) -> str:
    written = str(entry.identifier)
    arn = Arn.parse(written)
    return written if arn is None else arn.account


def _written_home(entry: PrincipalEntry) -> str:
    """The account that an entry's ARN says; "" if it says none."""
    arn = Arn.parse(str(entry.identifier))
    return "" if arn is None or entry.type != "AWS" else arn.account


def _is_account(identifier: Text) -> bool:
    """Whether an account is named as a whole; a role that is called after the account is none."""
    last = identifier.parts[-1] if identifier.parts else ""
    if isinstance(last, Symbol):
        return len(identifier.parts) == 1 and "account" in last.name and not last.name.endswith(".arn")
    return last.endswith(":root") or (len(last) == 12 and last.isdigit())
