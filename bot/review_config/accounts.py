"""Which account ids are no strangers: those that configuration calls ours, and those a holder shows to be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.access_diff.delta import HolderDelta
from bot.iam.arn import Arn, account_of
from bot.iam.grant import Grant
from bot.iam.policy_subject import Resource
from bot.review_config.settings import ReviewConfig

_SERVICE = re.compile(r"[a-z0-9-]+")
_ACCOUNT = re.compile(r"\d{12}")


def own_accounts(rules: ReviewConfig) -> frozenset[str]:
    """The account ids that configuration calls ours."""
    return frozenset(rules.accounts) | {root.account_id for root in rules.roots if root.account_id}


def known_accounts(delta: HolderDelta) -> frozenset[str]:
    """The accounts that are no news for one holder.

    The one a resource's own ARN names, as its policy can only speak of itself; and those that were let
    in before, unless an external id was asked of them, which only strangers are given.
    """
    holder = delta.head or delta.base
    found = set(_let_in(delta.base_grants))
    if isinstance(holder, Resource):
        found.update(_named((*delta.grants, *delta.base_grants)))
    return frozenset(found)


def _named(grants: Iterable[Grant]) -> Iterator[str]:
    for grant in grants:
        for resource in grant.statement.resources:
            arn = Arn.parse(str(resource))
            if arn is not None and _SERVICE.fullmatch(arn.service) and _ACCOUNT.fullmatch(arn.account):
                yield arn.account


def _let_in(grants: Iterable[Grant]) -> Iterator[str]:
    for grant in grants:
        statement = grant.statement
        if statement.principals is None or any(c.key.lower() == "sts:externalid" for c in statement.conditions):
            continue
        for entry in statement.principals.entries:
            account = account_of(str(entry.identifier))
            if account:
                yield account
