"""Long-term credentials that are new at head."""

from __future__ import annotations

from collections.abc import Iterator

from bot.access_diff.delta import CredentialChange
from bot.access_diff.renames import Renames, renamed, renamed_holder
from bot.extract import Extracted


def new_credentials(base: Extracted, head: Extracted, mapping: Renames) -> Iterator[CredentialChange]:
    """Every credential whose block was not there; a rotation replaces one of the same owner and kind."""
    known = {renamed(credential.address, mapping) for credential in base.credentials}
    held = {(credential.kind, renamed_holder(credential.owner, mapping)) for credential in base.credentials}
    for credential in head.credentials:
        if credential.address not in known:
            yield CredentialChange(credential, (credential.kind, credential.owner) in held)
