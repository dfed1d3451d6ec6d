"""Who is let in by a policy itself, where it only left the decision to the account's identity policies before.

IAM User Guide, "AWS account principals": an account that is named lets nobody in, it delegates to the policies of the
account. In the resource's own account a role or user that is named needs no such policy. In another account both
sides must allow, so that naming one of its roles in place of the account only narrows.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable, Iterable, Iterator

from bot.access_diff.delta import Change, Delta
from bot.access_diff.subjects import Grants
from bot.evaluated.diagnostic import Trail
from bot.extract.kms import CALLER
from bot.frozen import dataclass
from bot.iam.arn import Arn
from bot.iam.grant import Grant
from bot.iam.policy_subject import PolicySubject, Resource, RoleTrust
from bot.iam.statement import Effect, PolicyKind, PrincipalEntry, Principals

ASSUMES = "no identity policy of account {account} lets it"
WHY = "account {account} may be the resource's own, where whoever is named needs no policy of the account"


class Owner(enum.Enum):
    """Whether an account is the one that a resource is in."""

    OWN = enum.auto()
    PERHAPS = enum.auto()
    OTHER = enum.auto()


Owns = Callable[[str], Owner]


def owner_among(own_accounts: frozenset[str]) -> Owns:
    """How an account is judged where these are ours: of several any may be the resource's."""

    def owns(account: str) -> Owner:
        if CALLER in account or own_accounts == {account}:
            return Owner.OWN
        return Owner.PERHAPS if not own_accounts or account in own_accounts else Owner.OTHER

    return owns


@dataclass(frozen=True, slots=True)
class Delegation:
    """Both sides' grants without what only delegates, and the account that decides then; `certain` if it is ours."""

    before: Grants
    after: Grants
    account: str
    certain: bool


def delegation(holder: PolicySubject, before: Grants, after: Grants, owns: Owns) -> Delegation | None:
    """Both sides without the accounts that they name; None where the base names none that may be the resource's."""
    if not isinstance(holder, Resource | RoleTrust):
        return None
    accounts = {account: owns(account) for grant in before for account in _accounts(grant)}
    ours = {account for account, owner in accounts.items() if owner is not Owner.OTHER}
    if not ours:
        return None
    earlier, later = (tuple(_without(grants, ours)) for grants in (before, after))
    return Delegation(earlier, later, min(ours), all(accounts[one] is Owner.OWN for one in ours))


def let_in_directly(found: Delta, told: Delta, by: Delegation) -> Delta:
    """The changes that are new only because nobody was let in by name before."""
    # A statement that is told to let somebody in is not told again for what of it the account might have had.
    known = {one for change in (*told.gained, *told.undecided) for one in _let_in(change)}
    changes = [change for change in found.gained if not known.issuperset(_let_in(change))]
    if by.certain:
        assumes = ASSUMES.format(account=by.account)
        return Delta(gained=tuple(change.assuming((assumes,)) for change in changes))
    why = WHY.format(account=by.account)
    return Delta(undecided=tuple(dataclasses.replace(change, witness=None, why=why) for change in changes))


def _let_in(change: Change) -> Iterator[tuple[Trail, str, str]]:
    """Whom which statement lets in."""
    return ((change.statement.trail, one.kind, one.name) for one in change.row.principals)


def _without(grants: Grants, accounts: set[str]) -> Iterator[Grant]:
    for grant in grants:
        principals = grant.statement.principals
        if not _lets_in(grant) or principals is None:
            yield grant
            continue
        entries = tuple(one for one in principals.entries if _account(one) not in accounts)
        if entries:
            left = dataclasses.replace(grant.statement, principals=Principals(entries, False, principals.trail))
            yield dataclasses.replace(grant, statement=left)


def _accounts(grant: Grant) -> Iterable[str]:
    principals = grant.statement.principals
    return filter(None, map(_account, principals.entries)) if _lets_in(grant) and principals is not None else ()


def _lets_in(grant: Grant) -> bool:
    principals = grant.statement.principals
    allows = grant.statement.effect is Effect.ALLOW and grant.kind is not PolicyKind.LIMIT
    return allows and principals is not None and not principals.negated


def _account(entry: PrincipalEntry) -> str:
    """The account that an entry names as a whole; "" for anything else."""
    written = str(entry.identifier)
    if entry.type != "AWS":
        return ""
    if len(written) == 12 and written.isdigit():
        return written
    match Arn.parse(written):
        case Arn(_, "iam", _, account, "root"):
            return account
    return ""
