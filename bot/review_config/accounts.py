"""Which account ids are no strangers: those that configuration calls ours, and those a holder's own ARN names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.access_diff.delta import HolderDelta
from bot.evaluated.document import Text
from bot.iam.arn import Arn, account_named, service_of
from bot.iam.grant import Grant
from bot.iam.policy_subject import Resource, RoleTrust
from bot.iam.statement import Statement
from bot.late_pattern import late_pattern
from bot.review_config.settings import ReviewConfig

_SERVICE = late_pattern(r"[a-z0-9-]+")
_ACCOUNT = late_pattern(r"\d{12}|\$\{.*\}")


def own_accounts(rules: ReviewConfig) -> frozenset[str]:
    """The account ids that configuration calls ours."""
    return frozenset(rules.accounts) | {root.account_id for root in rules.roots if root.account_id}


def known_accounts(delta: HolderDelta) -> frozenset[str]:
    """The accounts that are ours for one holder.

    The one a resource's own ARN names, as its policy speaks of itself; those of whom a cluster or a data lake let in
    before, which are for people of their own account; those of whom a key was managed. And for a role's trust those
    that it let in before, where nobody else of them is let in now. Not another one that was let in before: no policy
    says whose account it is, and more access is more for it.
    """
    return frozenset(filter(str.isdigit, accounts_called_ours(delta)))


def accounts_called_ours(delta: HolderDelta) -> frozenset[str]:
    """The same, and those that only an expression names."""
    holder = delta.head or delta.base
    found = {account for statement, account in _let_in(delta.base_grants) if all(map(_is_of_owner, statement.actions))}
    if isinstance(holder, Resource):
        found.update(_named((*delta.grants, *delta.base_grants)))
    if isinstance(holder, RoleTrust):
        found.update(_still_trusted(delta))
    return frozenset(found)


def _still_trusted(delta: HolderDelta) -> Iterator[str]:
    """Those that were let in before and of whom nobody else is let in now."""
    before = set(_principals(delta.base_grants))
    new = {account_named(one) for one in _principals(delta.grants) if one not in before}
    trusted = _let_in(delta.base_grants)
    return (account for statement, account in trusted if account not in new and not _asks_for_id(statement))


def _is_of_owner(action: Text) -> bool:
    name = str(action).lower()
    return is_for_own_people(name) or name in ("kms:*", "kms:putkeypolicy")


def _asks_for_id(statement: Statement) -> bool:
    """Only strangers are given an external id."""
    return any(condition.key.lower() == "sts:externalid" for condition in statement.conditions)


def is_for_own_people(action: str) -> bool:
    """Whether an action is of a cluster's or a data lake's own access, which has no principal but by its ARN."""
    return service_of(action) == "lakeformation" or action.lower() == "eks:accesskubernetesapi"


def _named(grants: Iterable[Grant]) -> Iterator[str]:
    for grant in grants:
        for resource in grant.statement.resources:
            arn = Arn.parse(str(resource))
            if arn is not None and _SERVICE.fullmatch(arn.service) and _ACCOUNT.fullmatch(arn.account):
                yield arn.account


def _let_in(grants: Iterable[Grant]) -> Iterator[tuple[Statement, str]]:
    """Each statement with the accounts of whom it is about."""
    for grant in grants:
        principals = grant.statement.principals
        for entry in () if principals is None else principals.entries:
            account = account_named(str(entry.identifier))
            if account:
                yield grant.statement, account


def _principals(grants: Iterable[Grant]) -> Iterator[str]:
    every = (grant.statement.principals for grant in grants)
    yield from (str(entry.identifier) for one in every if one is not None for entry in one.entries)
