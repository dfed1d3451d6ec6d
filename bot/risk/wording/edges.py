"""Where edges begin, in a reader's words."""

from __future__ import annotations

from bot.evaluated.document import Text
from bot.iam.grant import AddressedSource, EdgeSource, PoolGroup, PoolIdentities, ServiceAccount, TrustedSource


def source_words(source: EdgeSource) -> str:
    """Who or what an edge comes from: an address or a principal, "service account jobs/web in prod"."""
    match source:
        case AddressedSource(address):
            return address
        case TrustedSource(identifier=identifier):
            return str(identifier)
        case ServiceAccount():
            return f"service account {_said(source.namespace)}/{_said(source.name)} in {_said(source.cluster)}"
        case PoolIdentities():
            return f"{source.which} identities of {_said(source.pool)}"
        case PoolGroup():
            return f"members of {_said(source.group)} in {_said(source.pool)}"


def _said(written: Text | None) -> str:
    return str(written or "?")
