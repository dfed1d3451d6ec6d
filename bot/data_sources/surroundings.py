"""Data sources about where Terraform runs: account, partition, region, services."""

from __future__ import annotations

from bot.data_sources.aws_arn import suffix
from bot.data_sources.request_reading import REGION, account, attributes, given, known, region, symbol_at, text
from bot.evaluated.config import DataRequest
from bot.evaluated.value import ObjectValue, Value

ELB_ACCOUNTS = {
    "af-south-1": "098369216593",
    "ap-east-1": "754344448648",
    "ap-northeast-1": "582318560864",
    "ap-northeast-2": "600734575887",
    "ap-northeast-3": "383597477331",
    "ap-south-1": "718504428378",
    "ap-southeast-1": "114774131450",
    "ap-southeast-2": "783225319266",
    "ap-southeast-3": "589379963580",
    "ca-central-1": "985666609251",
    "cn-north-1": "638102146993",
    "cn-northwest-1": "037604701340",
    "eu-central-1": "054676820928",
    "eu-north-1": "897822967062",
    "eu-south-1": "635631232127",
    "eu-west-1": "156460612806",
    "eu-west-2": "652711504416",
    "eu-west-3": "009996457667",
    "me-south-1": "076674570225",
    "sa-east-1": "507241528517",
    "us-east-1": "127311923021",
    "us-east-2": "033677994240",
    "us-gov-east-1": "190560391635",
    "us-gov-west-1": "048591011584",
    "us-west-1": "027434742980",
    "us-west-2": "797873946194",
}
"""Accounts that Elastic Load Balancing writes access logs from, by region; from its user guide."""


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
