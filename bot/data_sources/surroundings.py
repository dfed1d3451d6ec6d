"""Data sources about where Terraform runs: account, partition, region, services."""

from __future__ import annotations

from bot.data_sources.aws_arn import suffix
from bot.data_sources.request_reading import REGION, account, attributes, given, known, region, symbol_at, text
from bot.evaluated.config import DataRequest
from bot.evaluated.value import ObjectValue, Value
from bot.iam.load_balancing import ELB_ACCOUNTS


def caller_identity(request: DataRequest) -> ObjectValue:
    """data.aws_caller_identity: the configured account, else a symbol that is the same in the whole root."""
    own = account(request)
    found: dict[str, Value] = {"account_id": own, "id": own}
    return attributes(request, found | {name: symbol_at(request, name) for name in ("arn", "user_id")})


def partition(request: DataRequest) -> ObjectValue:
    """data.aws_partition."""
    name = request.settings.partition
    return attributes(
        request,
        {
            "id": text(name),
            "partition": text(name),
            "dns_suffix": text(suffix(name)),
            "reverse_dns_prefix": text(".".join(reversed(suffix(name).split(".")))),
        },
    )


def current_region(request: DataRequest) -> ObjectValue:
    """data.aws_region: the one named by an argument, else the provider's."""
    named = given(request.arguments, "name") or region(request)
    return attributes(
        request,
        {"id": named, "name": named, "region": named, "description": symbol_at(request, "description")},
    )


def elb_service_account(request: DataRequest) -> ObjectValue:
    """data.aws_elb_service_account: the account of a region, from ELB's own list."""
    name = known(request.arguments, "region") or request.settings.region
    number = ELB_ACCOUNTS.get(name or "")
    if number is None:
        reason = f"there is no such account for region {name}" if name else f"it depends on {REGION}"
        return attributes(request, {key: symbol_at(request, key, reason) for key in ("arn", "id")})
    arn = text(f"arn:{request.settings.partition}:iam::{number}:root")
    return attributes(request, {"id": text(number), "arn": arn})


def service_principal(request: DataRequest) -> ObjectValue:
    """data.aws_service_principal: a service's name with its suffix."""
    service = given(request.arguments, "service_name")
    if service is None:
        return attributes(request, {"name": symbol_at(request, "name")})
    where = region(request)
    ending = suffix(request.settings.partition)
    return attributes(
        request,
        {
            "name": text(service, ".", "amazonaws.com"),
            "id": text(service, ".", where, ".", ending),
            "region": where,
            "suffix": text("amazonaws.com"),
        },
    )
