"""Data sources that look IAM's own things up: policies, roles, users, sessions; and what is named of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache

from bot.data_sources.aws_arn import arn_fields
from bot.data_sources.request_reading import attributes, given, known, symbol_at, text
from bot.evaluated.config import DataRequest, EvaluatedConfig, ResourceInstance, Sought
from bot.evaluated.mentions import inside
from bot.evaluated.thing import HERE
from bot.evaluated.trails import string, trail_of
from bot.evaluated.value import ObjectValue, StringValue, Unknown, Value, known_text
from bot.frontends.terraform.functions.pieces import split_pieces
from bot.iam.arn import Arn
from bot.iam.managed import managed_path, managed_policy, managed_policy_arns
from bot.resource_types.known import RESOURCE_TYPES
from bot.resource_types.row import Reading


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


_POLICY = "aws_iam_policy"
_GROUP = "aws_iam_group"
_ATTACHED = ("managed_policy_arns", "policy_arn", "policy_arns")
"""Arguments that give somebody policies; what only limits (a boundary) is never known by its name alone."""

_JOINING = frozenset(
    row.name
    for row in RESOURCE_TYPES.values()
    if row.reading in (Reading.GROUP_MEMBERSHIP, Reading.USER_GROUP_MEMBERSHIP)
)
_JOINED = ("group", "groups")
"""Arguments of those by which users are put into groups."""


def sought(config: EvaluatedConfig) -> tuple[Sought, ...]:
    """What a root names of IAM and does not make itself: the policies of an account that it attaches, by their names
    or ARNs, and the groups that it puts users into."""
    looked_up = {one.address: one for one in config.resources if (one.mode, one.type) == ("data", _POLICY)}
    made = {(one.type, known(one.attributes, "name")) for one in config.resources if one.mode == "managed"}
    named = (one for block in config.resources for one in (*_policies(block, looked_up), *_groups(block)))
    found = {(one.type, one.text): one for one in named if (one.type, one.name) not in made}
    return tuple(found.values())


def _policies(block: ResourceInstance, looked_up: Mapping[str, ResourceInstance]) -> Iterator[Sought]:
    for value in _attached(block):
        one = _by_data(value, looked_up) if isinstance(value, Unknown) else _by_arn(value, block)
        if one is not None:
            yield one


def _groups(block: ResourceInstance) -> Iterator[Sought]:
    joined = [block.attribute(name) for name in _JOINED] if block.mode == "managed" and block.type in _JOINING else []
    for value in (each for one in joined if one is not None for each in inside(one)):
        name = known_text(value)
        if name:
            yield Sought(name, _GROUP, name, None, *_where(block))


def _attached(block: ResourceInstance) -> Iterator[Value]:
    if block.mode == "managed" and block.type.startswith("aws_iam_"):
        for name in _ATTACHED:
            value = block.attribute(name)
            yield from () if value is None else inside(value)


def _by_data(value: Unknown, looked_up: Mapping[str, ResourceInstance]) -> Sought | None:
    """What a look-up asks for whose ARN it is."""
    address, _, attribute = value.symbol.reference.rpartition(".")
    block = looked_up.get(address) if attribute in ("arn", "id") else None
    name = None if block is None else known(block.attributes, "name")
    if block is None or not name:
        return None
    return Sought(value.symbol.reference, _POLICY, name, None, *_where(block))


def _by_arn(value: Value, block: ResourceInstance) -> Sought | None:
    """The policy of an account whose ARN it is, up to the account."""
    printed = "".join(map(str, value.pieces)) if isinstance(value, StringValue) else ""
    arn = Arn.parse(printed) if printed else None
    if arn is None or not arn.is_global_iam or arn.kind != "policy" or "${" in arn.resource or arn.account == "aws":
        return None
    account, here = _where(block)
    path = arn.path_and_name.removesuffix(arn.name)
    return Sought(printed, _POLICY, arn.name, f"/{path}", arn.account if arn.account.isdecimal() else account, here)


def _where(block: ResourceInstance) -> tuple[str, bool]:
    """The id of the account that a block is in, and whether that is where its root is at home."""
    return block.home.number, block.home.key == HERE.key
