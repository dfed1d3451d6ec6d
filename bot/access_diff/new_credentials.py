"""Long-term credentials that are new at head."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bot.access_diff.delta import CredentialChange
from bot.access_diff.renames import Renames, renamed, renamed_holder
from bot.extract import Extracted


def new_credentials(base: Extracted, head: Extracted, mapping: Renames) -> Iterator[CredentialChange]:
    """Every credential whose block was not there; in place of another only if one of the same owner and kind goes."""
    before = {renamed(each.address, mapping): each for each in base.credentials}
    after = {each.address for each in head.credentials}
    gone = Counter(
        (each.kind, renamed_holder(each.owner, mapping)) for address, each in before.items() if address not in after
    )
    for credential in head.credentials:
        if credential.address not in before:
            which = (credential.kind, credential.owner)
            yield CredentialChange(credential, gone[which] > 0)
            gone[which] -= 1
