"""OIDC providers: the ARN follows from the URL, and the URL from the ARN."""

from __future__ import annotations

from bot.data_sources.aws_arn import arn_fields
from bot.data_sources.request_reading import account, attributes, given, text
from bot.evaluated.config import DataRequest
from bot.evaluated.value import ObjectValue, StringValue, Value
from bot.frontends.terraform.functions.maps import sorted_object
from bot.frontends.terraform.functions.pieces import cut

_SCHEME = "https://"
_KIND = "oidc-provider/"


def provider(request: DataRequest) -> ObjectValue:
    """What follows for the resource aws_iam_openid_connect_provider; its `url` reads back without the scheme."""
    arn = arn_of_url(given(request.arguments, "url"), request)
    return sorted_object({} if arn is None else {"arn": arn, "id": arn})


def looked_up(request: DataRequest) -> ObjectValue:
    """data.aws_iam_openid_connect_provider, by URL or by ARN."""
    arn, url = given(request.arguments, "arn"), given(request.arguments, "url")
    arn = arn if arn is not None else arn_of_url(url, request)
    host = _without_scheme(url) if url is not None else _host_of_arn(arn)
    found = {"arn": arn, "id": arn, "url": host}
    return attributes(request, {name: value for name, value in found.items() if value is not None})


def arn_of_url(url: Value | None, request: DataRequest) -> Value | None:
    """The provider's ARN, if its URL's host is known text."""
    host = _without_scheme(url) if url is not None else None
    if host is None:
        return None
    return text(f"arn:{request.settings.partition}:iam::", account(request), f":{_KIND}", host)


def _without_scheme(url: Value) -> StringValue | None:
    if not isinstance(url, StringValue) or not url.parts or not isinstance(url.parts[0].content, str):
        return None
    return cut(url, len(_SCHEME)) if url.parts[0].content.startswith(_SCHEME) else url


def _host_of_arn(arn: Value | None) -> Value | None:
    fields = arn_fields(arn) if arn is not None else None
    resource = fields["resource"] if fields is not None else None
    first = resource.parts[0].content if isinstance(resource, StringValue) and resource.parts else None
    if not isinstance(resource, StringValue) or not isinstance(first, str) or not first.startswith(_KIND):
        return None
    return cut(resource, len(_KIND))
