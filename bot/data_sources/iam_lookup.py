"""Data sources that look IAM's own things up: policies, roles, users, sessions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

from bot.data_sources.aws_arn import arn_fields
from bot.data_sources.request_reading import attributes, given, known, symbol_at, text
from bot.evaluated.config import DataRequest
from bot.evaluated.trails import string
from bot.evaluated.value import ObjectValue, StringValue, Value
from bot.frontends.terraform.functions.arguments import trail_of
from bot.frontends.terraform.functions.pieces import split_pieces
from bot.iam.managed import managed_path, managed_policy, managed_policy_arns


def policy(request: DataRequest) -> ObjectValue:
    """data.aws_iam_policy by ARN or by name; an AWS-managed one is known with its document."""
    arn = given(request.arguments, "arn")
    name = known(request.arguments, "name")
    if arn is None and name is not None and (path := _managed_names().get(name)) is not None:
        found = f"arn:{request.settings.partition}:iam::aws:policy/{path}"
        arn = string(found, trail_of(given(request.arguments, "name") or string("")))
    if arn is None:
        return attributes(
            request, {key: symbol_at(request, key) for key in ("arn", "id", "policy", "path", "policy_id")}
        )
    return attributes(request, {"arn": arn, "id": arn, **_of_arn(arn, request)})


@cache
def _managed_names() -> Mapping[str, str]:
    """The path of each AWS-managed policy by its name, if only one has that name."""
    paths: dict[str, list[str]] = {}
    for arn in managed_policy_arns():
        path = managed_path(arn) or ""
        paths.setdefault(path.rpartition("/")[2], []).append(path)
    return {name: found[0] for name, found in paths.items() if len(found) == 1}


def _of_arn(arn: Value, request: DataRequest) -> dict[str, Value]:
    fields = arn_fields(arn)
    found: dict[str, Value] = {key: symbol_at(request, key) for key in ("policy", "policy_id")}
    if fields is not None and isinstance(fields["resource"], StringValue) and fields["resource"].known is not None:
        path = fields["resource"].known.removeprefix("policy")
        found |= {"name": text(path.rpartition("/")[2]), "path": text(path.rpartition("/")[0] + "/")}
    document = managed_policy(arn.known) if isinstance(arn, StringValue) and arn.known is not None else None
    if document is not None:
        found["policy"] = string(json.dumps(document), trail_of(arn))
    return found


def role(request: DataRequest) -> ObjectValue:
    """data.aws_iam_role: its id is its name; its ARN has a path that only AWS knows."""
    name = given(request.arguments, "name") or given(request.arguments, "role_name")
    found: dict[str, Value] = {
        key: symbol_at(request, key) for key in ("arn", "path", "unique_id", "assume_role_policy")
    }
    return attributes(request, found | {"id": name if name is not None else symbol_at(request, "id")})


def session_context(request: DataRequest) -> ObjectValue:
    """data.aws_iam_session_context: the role behind an assumed-role ARN; any other ARN is its own issuer."""
    arn = given(request.arguments, "arn")
    fields = arn_fields(arn) if arn is not None else None
    symbols: dict[str, Value] = {
        key: symbol_at(request, key) for key in ("issuer_arn", "issuer_id", "issuer_name", "session_name")
    }
    if arn is None or fields is None or not isinstance(fields["resource"], StringValue):
        return attributes(request, symbols)
    resource = split_pieces(fields["resource"], "/")
    if resource[0].known == "assumed-role" and len(resource) == 3:
        return attributes(request, symbols | {"issuer_name": resource[1], "session_name": resource[2]})
    empty = {"issuer_id": text(""), "issuer_name": text(""), "session_name": text("")}
    return attributes(request, {"issuer_arn": arn, **empty})
