"""Where edges begin, in a reader's words."""

from __future__ import annotations

from bot.evaluated.address import block_of, block_type
from bot.evaluated.document import Text
from bot.iam.grant import (
    AddressedSource,
    EdgeSource,
    EdgeTarget,
    Entrants,
    PoolGroup,
    PoolIdentities,
    ServiceAccount,
    TrustedSource,
)


def source_words(source: EdgeSource) -> str:
    """Who or what an edge comes from: an address or a principal, "service account jobs/web in prod"."""
    match source:
        case AddressedSource(address):
            return address
        case TrustedSource(identifier=identifier):
            return str(identifier)
        case ServiceAccount():
            where = "" if source.cluster is None else f" in {source.cluster}"
            if _said(source.namespace) == _said(source.name) == "*":
                return f"any service account{where}"
            return f"service account {_said(source.namespace)}/{_said(source.name)}{where}"
        case PoolIdentities():
            return f"{source.which} identities of {_said(source.pool)}"
        case PoolGroup():
            return f"members of {_said(source.group)} in {_said(source.pool)}"
        case Entrants(service):
            return f"whoever may run commands in {service}"


def target_words(target: EdgeTarget) -> str:
    """What an edge leads to: an address, or a service account."""
    return target if isinstance(target, str) else source_words(target)


def runner_words(source: EdgeSource) -> str:
    """Who acts at the beginning of a path: whoever runs code on a resource or as pods, or the people that are named."""
    match source:
        case AddressedSource(address) if block_of(address).split(".")[-2:-1] == ["aws_iam_role"]:
            return address
        case AddressedSource(address) if block_type(block_of(address)) == "aws_ssm_service_setting":
            return "who runs code on any instance without a profile"
        case AddressedSource() | TrustedSource(type="Service"):
            return f"who runs code on {source_words(source)}"
        case ServiceAccount():
            return f"who runs code as {source_words(source)}"
        case PoolIdentities() if source.guests:
            return f"anyone ({source_words(source)})"
        case Entrants():
            return f"{source_words(source)} (ecs:ExecuteCommand)"
    return source_words(source)


def _said(written: Text | None) -> str:
    return str(written or "?")
