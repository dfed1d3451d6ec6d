"""What a principal holds on both sides of a resource: within one account either side's permission is enough.

What a resource policy lets a role of the same root do is not new if the role's own policies allowed it before, nor is
what its own policies now allow if the resource let it in before. The other side's base statements stand beside both
revisions of the side that is compared, so that they are neither gained nor lost. What a resource lets its own account
do as a whole gives nobody anything.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping

from bot.access_diff.delta import Change, HolderDelta
from bot.access_diff.pairing import is_named
from bot.access_diff.subjects import Grants, Side
from bot.evaluated.document import Symbol, Text, text
from bot.extract.account_names import AccountNames
from bot.extract.extracted import Extracted
from bot.iam.arn import Arn, is_arn, is_everything, split_principal, whole_account
from bot.iam.grant import Grant
from bot.iam.policy_subject import PolicySubject, Resource, Role, User
from bot.iam.statement import Effect, PolicyKind, PrincipalEntry, Principals, Statement
from bot.late_pattern import late_pattern

_APART = late_pattern(r"(^|\.)aws_(kms|eks|lakeformation|ram|vpc|organizations|ssoadmin)_")
"""Types whose own permission is always needed, or which are no resource policy."""


_BUCKET = late_pattern(r"(^|\.)aws_s3_bucket\.|^module\.")
_ANY = (text("*"),)


def beside(holder: PolicySubject, grants: Grants, before: Side) -> Grants:
    """The statements of the other side that already count for `holder` at base; `grants` are its own, of both sides."""
    if isinstance(holder, Resource):
        return tuple(_of_principals(holder, grants, before))
    if isinstance(holder, Role | User) and grants:
        return tuple(_of_resources(holder, before))
    return ()


def _of_principals(resource: PolicySubject, grants: Grants, before: Side) -> Iterator[Grant]:
    """What the principals that a resource names hold by their own policies."""
    if not any(map(_counts_alone, grants)):
        return
    entries = {entry for grant in grants if _lets_in(grant) for entry in _entries(grant.statement)}
    for entry in entries:
        named = [holder for holder in before.grants if isinstance(holder, Role | User) and _is(entry, holder)]
        held = before.grants[named[0]] if len(named) == 1 else ()
        if any(grant.kind is PolicyKind.LIMIT or grant.statement.effect is Effect.DENY for grant in held):
            continue
        for grant in held:
            for statement in _on(resource, grant.statement):
                let_in = dataclasses.replace(statement, principals=Principals((entry,)))
                yield dataclasses.replace(grant, holder=resource, kind=PolicyKind.RESOURCE, statement=let_in)


def _on(resource: PolicySubject, statement: Statement) -> Iterator[Statement]:
    """The statement, and what it says of this very resource in the words of a policy that stands on it."""
    yield statement
    itself = any(_names(one, resource) for one in statement.resources)
    if itself and not statement.not_resource and not _BUCKET.search(resource.address):
        yield dataclasses.replace(statement, resources=_ANY)


def _names(written: Text, resource: PolicySubject) -> bool:
    if is_everything(written.literal or ""):
        return True
    if written.parts == (Symbol(f"{resource.address}.arn"),):
        return True
    known = is_named(resource) and "${" not in resource.name
    return known and is_arn(str(written)) and str(written).endswith((f":{resource.name}", f"/{resource.name}"))


def _of_resources(principal: PolicySubject, before: Side) -> Iterator[Grant]:
    """What resources of the root let a principal do by their policies; a policy that also denies is left out."""
    for resource, grants in before.grants.items():
        if not isinstance(resource, Resource) or any(one.statement.effect is Effect.DENY for one in grants):
            continue
        for grant in grants:
            statement = grant.statement
            named = _lets_in(grant) and _counts_alone(grant) and any(_is(one, principal) for one in _entries(statement))
            if named and statement.resources and not any(_is_any(one) for one in statement.resources):
                own = dataclasses.replace(statement, principals=None)
                yield dataclasses.replace(grant, holder=principal, kind=PolicyKind.IDENTITY, statement=own)


def let_in(principal: PolicySubject, where: Side) -> Iterator[tuple[Grants, str]]:
    """What resources say whose own policy names a role or user, with the name it calls the principal by."""
    for resource, grants in where.grants.items():
        if isinstance(resource, Resource) and isinstance(principal, Role | User):
            named = (
                one for grant in grants if _lets_in(grant) and _counts_alone(grant) for one in _entries(grant.statement)
            )
            yield from ((grants, f"{one.type}:{one.identifier}") for one in named if _is(one, principal))


def is_called(principal: PolicySubject, called: str) -> bool:
    """Whether a request's principal (`AWS:...`) is a role or user of the configuration."""
    kind, identifier = split_principal(called)
    if identifier == str(Symbol(f"{principal.address}.arn")):
        return isinstance(principal, Role | User) and kind == "AWS"
    return isinstance(principal, Role | User) and _is(PrincipalEntry(kind, text(identifier)), principal)


def stands_alone(resource: PolicySubject) -> bool:
    """Whether a principal's own permission is enough for what is done to the resource from its own account."""
    return isinstance(resource, Resource) and not _APART.search(resource.address)


def _is_any(written: Text) -> bool:
    return str(written).startswith("*")


def _lets_in(grant: Grant) -> bool:
    principals = grant.statement.principals
    return grant.statement.effect is Effect.ALLOW and principals is not None and not principals.negated


def _counts_alone(grant: Grant) -> bool:
    return grant.kind is PolicyKind.RESOURCE and not _APART.search(grant.policy)


def _entries(statement: Statement) -> Iterable[PrincipalEntry]:
    return statement.principals.entries if statement.principals else ()


def _is(entry: PrincipalEntry, holder: PolicySubject) -> bool:
    """Whether an entry is a role or user of this root: by its symbol, or by its name in the caller's account."""
    if entry.type != "AWS":
        return False
    if entry.identifier.parts == (Symbol(f"{holder.address}.arn"),):
        return True
    arn = Arn.parse(str(entry.identifier))
    if arn is None or not arn.is_named("role", "user") or not is_named(holder):
        return False
    return arn.name == holder.name and "aws_caller_identity" in arn.account


_EITHER = late_pattern(
    r"(?:^|\.)aws_(?:cloudwatch_event_bus|dynamodb_table|ecr_repository|kinesis_stream|lambda_function|s3_bucket"
    r"|secretsmanager_secret|sns_topic|sqs_queue)\.[^.]+$"
)
"""The addresses of what asks for either policy."""

_CALLER = late_pattern(r"\$\{data\.aws_caller_identity\.[\w-]+(?:\[\d+\])?\.account_id\}")
"""How the account is printed that whoever applies the root is of."""


def but_for_own_accounts(deltas: Iterable[HolderDelta], head: Iterable[Extracted]) -> Iterator[HolderDelta]:
    """The deltas without what only a resource's own account as a whole has more or less of.

    IAM User Guide, "Policy evaluation logic", requests within one account: an allow in the identity policy is enough
    by itself. The account that is named leaves it to those policies, which decide without that as well; but for keys,
    roles and services that ask their own policy besides. A Deny counts for everybody in the account, whoever allows;
    and a module may have a provider of its own, which goes to another account.
    """
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
