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
    after = {each.address: each for each in head.credentials}
    left = [each for name, each in before.items() if not (_is_off(each) or _is_one(after.get(name), each))]
    gone = Counter((each.kind, renamed_holder(each.owner, mapping)) for each in left)
    said = Counter(_said(each) for each in left if each.says is not None)
    for credential in head.credentials:
        if _is_one(credential, before.get(credential.address)):
            continue
        if said[_said(credential)] > 0:
            said[_said(credential)] -= 1  # the same provider under another label
        elif credential.says is not None:
            yield from _provider(credential, base, head, mapping)
        else:
            which = (credential.kind, credential.owner)
            yield CredentialChange(credential, gone[which] > 0)
            gone[which] -= 1


def _is_one(credential: Credential | None, there: Credential | None) -> bool:
    """Whether a credential was there under its address: what an identity provider is called makes it another, and one
    that a default kept out was not there."""
    if credential is None or there is None or (_is_off(there) and not _is_off(credential)):
        return False
    return credential.says is None or credential.owner.name == there.owner.name


def _is_off(credential: Credential) -> bool:
    return bool(disabled_by_default(credential.guards))


def _said(credential: Credential) -> Hashable:
    return credential.kind, credential.owner.root, credential.says


def _provider(credential: Credential, base: Extracted, head: Extracted, mapping: Renames) -> Iterator[CredentialChange]:
    """A provider of identities, but where each role that trusts it does so from now on: that is told of the role."""
    before, after = _that_trust(credential, base, mapping), _that_trust(credential, head, {})
    if before or not after:
        yield CredentialChange(credential, opens=before)


def _that_trust(credential: Credential, side: Extracted, mapping: Mapping[str, str]) -> tuple[PolicySubject, ...]:
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
