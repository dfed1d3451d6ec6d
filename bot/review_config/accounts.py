"""Which account ids are no strangers: those that configuration calls ours, and those a holder's own ARN names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.access_diff.delta import HolderDelta
from bot.iam.arn import Arn, account_of, service_of
from bot.iam.grant import Grant
from bot.iam.policy_subject import Resource
from bot.review_config.settings import ReviewConfig

_SERVICE = re.compile(r"[a-z0-9-]+")
_ACCOUNT = re.compile(r"\d{12}")


def own_accounts(rules: ReviewConfig) -> frozenset[str]:
    """The account ids that configuration calls ours."""
    return frozenset(rules.accounts) | {root.account_id for root in rules.roots if root.account_id}


def known_accounts(delta: HolderDelta) -> frozenset[str]:
    """The accounts that are ours for one holder.

    The one a resource's own ARN names, as its policy speaks of itself; and those of whom a cluster or a data lake let
    in before, which are for people of their own account. Not another one that was let in before: no policy says whose
    account it is, and more access is more for it.
    """
    found = set(_let_in(delta.base_grants))
    if isinstance(delta.head or delta.base, Resource):
        found.update(_named((*delta.grants, *delta.base_grants)))
    return frozenset(found)


def is_for_own_people(action: str) -> bool:
    """Whether an action is of a cluster's or a data lake's own access, which has no principal but by its ARN."""
    return service_of(action) == "lakeformation" or action.lower() == "eks:accesskubernetesapi"


def _named(grants: Iterable[Grant]) -> Iterator[str]:
    for grant in grants:
        for resource in grant.statement.resources:
            arn = Arn.parse(str(resource))
            if arn is not None and _SERVICE.fullmatch(arn.service) and _ACCOUNT.fullmatch(arn.account):
                yield arn.account


def _let_in(grants: Iterable[Grant]) -> Iterator[str]:
    for grant in grants:
        statement = grant.statement
        if statement.principals is not None and all(is_for_own_people(str(one)) for one in statement.actions):
            accounts = (account_of(str(entry.identifier)) for entry in statement.principals.entries)
            yield from filter(None, accounts)
