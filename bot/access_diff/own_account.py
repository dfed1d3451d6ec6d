"""What a resource's policy lets the resource's own account do as a whole, which gives nobody anything.

IAM User Guide, "Policy evaluation logic", requests within one account: an allow in the identity policy is enough by
itself. The account that is named leaves it to those policies, which decide without that as well; but for keys, roles
and services that ask their own policy besides. A Deny counts for everybody in the account, whoever allows; and a module
may have a provider of its own, which goes to another account.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping

from bot.access_diff.delta import Change, HolderDelta
from bot.extract.account_names import AccountNames
from bot.extract.extracted import Extracted
from bot.iam.arn import whole_account
from bot.iam.policy_subject import Resource
from bot.iam.statement import Effect
from bot.late_pattern import late_pattern

_EITHER = late_pattern(
    r"(?:^|\.)aws_(?:cloudwatch_event_bus|dynamodb_table|ecr_repository|kinesis_stream|lambda_function|s3_bucket"
    r"|secretsmanager_secret|sns_topic|sqs_queue)\.[^.]+$"
)
"""The addresses of what asks for either policy."""

_CALLER = late_pattern(r"\$\{data\.aws_caller_identity\.[\w-]+(?:\[\d+\])?\.account_id\}")
"""How the account is printed that whoever applies the root is of."""


def but_for_own_accounts(deltas: Iterable[HolderDelta], head: Iterable[Extracted]) -> Iterator[HolderDelta]:
    """The deltas without what only a resource's own account as a whole has more or less of."""
    accounts = {one.root: one.accounts for one in head}
    return (_without(delta, accounts) for delta in deltas)


def _without(delta: HolderDelta, accounts: Mapping[str, AccountNames]) -> HolderDelta:
    holder = delta.head
    if not isinstance(holder, Resource) or holder.root not in accounts or not _EITHER.search(holder.address):
        return delta
    known = accounts[holder.root]
    denies = any(one.statement.effect is Effect.DENY for one in (*delta.base_grants, *delta.grants))
    if denies or holder.address.startswith("module.") or known.is_elsewhere(holder.address):
        return delta
    own = known.of(holder.address)
    gained, lost, undecided = (
        tuple(one for one in some if not _is_own(one, own))
        for some in (delta.delta.gained, delta.delta.lost, delta.delta.undecided)
    )
    told = dataclasses.replace(delta.delta, gained=gained, lost=lost, undecided=undecided)
    return dataclasses.replace(delta, delta=told)


def _is_own(change: Change, own: frozenset[str]) -> bool:
    """Whether nobody is let in but the account, by the identity that Terraform runs as or its provider's one number."""
    principals = change.row.principals
    accounts = [whole_account(one.name) or one.name for one in principals if one.kind == "AWS"]
    if not principals or len(accounts) != len(principals):
        return False
    return all(_CALLER.fullmatch(one) or (one.isdigit() and own == {one}) for one in accounts)
