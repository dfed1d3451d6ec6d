"""Long-term credentials that are new at head, and providers of identities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping

from bot.access_diff.delta import CredentialChange
from bot.access_diff.renames import Renames, renamed, renamed_holder
from bot.evaluated.guard import disabled_by_default
from bot.extract import Extracted
from bot.iam.grant import Credential
from bot.iam.policy_subject import PolicySubject, RoleTrust
from bot.iam.statement import Effect

_FEDERATED = "Federated"


def new_credentials(base: Extracted, head: Extracted, mapping: Renames) -> Iterator[CredentialChange]:
    """Every credential whose block was not there; in place of another only if one of the same owner and kind goes."""
    before = {renamed(each.address, mapping): each for each in base.credentials}
    come = [each for each in head.credentials if not _is_one(each, before.get(each.address))]
    left = list(_left(before, {each.address: each for each in head.credentials}))
    gone: Counter[Hashable] = Counter((each.kind, renamed_holder(each.owner, mapping)) for each in left)
    yield from (_other(each, gone) for each in come if each.says is None)
    said = Counter(_said(each) for each in left)
    for credential in (each for each in come if each.says is not None):
        if not (_take(said, _said(credential)) or _take(said, _said(credential, in_all_cases=True))):
            yield from _provider(credential, base, head, mapping)


def _left(before: Mapping[str, Credential], after: Mapping[str, Credential]) -> Iterator[Credential]:
    """The credentials that are there no more, but for what a default kept out."""
    for address, each in before.items():
        if not (_is_off(each) or _is_one(after.get(address), each)):
            yield each


def _other(credential: Credential, gone: Counter[Hashable]) -> CredentialChange:
    return CredentialChange(credential, _take(gone, (credential.kind, credential.owner)))


def _take(left: Counter[Hashable], which: Hashable) -> bool:
    """Whether one of them is left, which is none any more: an identity provider under another label is the same."""
    left[which] -= 1
    return left[which] >= 0


def _is_one(credential: Credential | None, there: Credential | None) -> bool:
    """Whether a credential was there under its address: what an identity provider is called makes it another, and who
    issues what it takes; one that a default kept out was not there, nor one in all cases that was there in some."""
    if credential is None or there is None or (_is_off(there) and not _is_off(credential)):
        return False
    if there.guards and not credential.guards:
        return False
    return credential.says is None or _is_called_alike(credential, there)


def issuers(side: Extracted) -> tuple[str, ...]:
    """Of whom providers take what is signed: credentials that differ in that alone are equal, as it may be unknown."""
    return tuple(each.issuer for each in side.credentials)


def _is_called_alike(one: Credential, other: Credential) -> bool:
    """Whether two providers have one name, and take what one issuer says, as far as both say of whom."""
    issuers = {one.issuer, other.issuer} - {""}
    return one.owner.name == other.owner.name and len(issuers) < 2


def _is_off(credential: Credential) -> bool:
    return bool(disabled_by_default(credential.guards))


def _said(credential: Credential, *, in_all_cases: bool = False) -> Hashable:
    guards = () if in_all_cases else credential.guards
    return credential.kind, credential.owner.root, credential.says, guards


def _provider(credential: Credential, base: Extracted, head: Extracted, mapping: Renames) -> Iterator[CredentialChange]:
    """A provider of identities, but a cluster's where each role that trusts it does so from now on: that is told of the
    role."""
    before, after = roles_that_trust(credential, base, mapping), roles_that_trust(credential, head, {})
    if before or not after or credential.outside:
        yield CredentialChange(credential, opens=before, opened=() if before else after)


def roles_that_trust(credential: Credential, side: Extracted, mapping: Renames) -> tuple[PolicySubject, ...]:
    """The roles whose trust names a provider, by its name or its block."""
    name, arn = f":{credential.owner.name}", f"${{{credential.address}.arn}}"
    found: dict[PolicySubject, None] = {}
    for grant in side.grants:
        if isinstance(grant.holder, RoleTrust) and grant.statement.effect is Effect.ALLOW:
            entries = () if grant.statement.principals is None else grant.statement.principals.entries
            named = [str(each.identifier) for each in entries if each.type == _FEDERATED]
            if any(each.endswith(name) or renamed(each, mapping) in (arn, "*") for each in named):
                found[grant.holder.role] = None
    return tuple(found)
