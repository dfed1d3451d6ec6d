"""What the `awscc` provider makes in IAM, as the blocks of the `aws` provider that say the same."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping

from bot.evaluated.config import EvaluatedConfig, ResourceInstance
from bot.evaluated.document import Symbol
from bot.evaluated.symbol_names import shown
from bot.evaluated.value import ListValue, ObjectValue, Unknown, Value
from bot.extract.argument_reading import argument, blocks, field, items, known

_LEAD = "awscc_iam_"

_CALLED: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "group": ("aws_iam_group", {"group_name": "name"}),
    "group_policy": ("aws_iam_group_policy", {"group_name": "group", "policy_name": "name"}),
    "instance_profile": ("aws_iam_instance_profile", {"instance_profile_name": "name"}),
    "managed_policy": ("aws_iam_policy", {"managed_policy_name": "name"}),
    "oidc_provider": ("aws_iam_openid_connect_provider", {}),
    "role": ("aws_iam_role", {"role_name": "name", "assume_role_policy_document": "assume_role_policy"}),
    "role_policy": ("aws_iam_role_policy", {"role_name": "role", "policy_name": "name"}),
    "saml_provider": ("aws_iam_saml_provider", {}),
    "service_linked_role": ("aws_iam_service_linked_role", {}),
    "user": ("aws_iam_user", {"user_name": "name"}),
    "user_policy": ("aws_iam_user_policy", {"user_name": "user", "policy_name": "name"}),
}
"""By the type without its lead: the `aws` provider's type, and the arguments that it calls otherwise.

Source: the schemas of both providers (bot/type_registry).
"""

_DOCUMENT = "policy_document"
_PRINCIPALS = ("group", "role", "user")
_LISTED = ("groups", "login_profile", "managed_policy_arns", "policies", "roles", "users")
"""Arguments whose elements are blocks of their own there, each below the block's address."""


def with_cloud_control(config: EvaluatedConfig) -> EvaluatedConfig:
    """The root with `awscc_iam_*` as the other provider's blocks at the same addresses, all values where they were."""
    if not any(one.type.startswith(_LEAD) and one.mode == "managed" for one in (*config.resources, *config.latent)):
        return config
    resources, latent = (tuple(_translated(side)) for side in (config.resources, config.latent))
    return dataclasses.replace(config, resources=resources, latent=latent)


def _translated(instances: Iterable[ResourceInstance]) -> Iterator[ResourceInstance]:
    for one in instances:
        kind = one.type.removeprefix(_LEAD) if one.type.startswith(_LEAD) else ""
        if one.mode != "managed" or kind not in _CALLED:
            yield one
            continue
        type_, names = _CALLED[kind]
        alone = frozenset(names.get(name, name) for name in one.left_alone)
        yield dataclasses.replace(_block(one, type_, dict(_arguments(one, kind, names))), left_alone=alone)
        yield from _elements(one, kind)


def _arguments(one: ResourceInstance, kind: str, names: Mapping[str, str]) -> Iterator[tuple[str, Value | None]]:
    """The block's own arguments by the other provider's names."""
    for name, value in one.attributes.entries:
        if name == "tags":
            yield name, _tags(value)
        elif not _is_listed(kind, name):
            yield "policy" if name == _DOCUMENT else names.get(name, name), value
    if kind == "instance_profile":
        yield "role", next((role for _, role in _listed(one, "roles")), None)  # AWS lets it have one


def _is_listed(kind: str, name: str) -> bool:
    return name in _LISTED and kind in (*_PRINCIPALS, "managed_policy", "instance_profile")


def _elements(one: ResourceInstance, kind: str) -> Iterator[ResourceInstance]:
    """What the block's lists make besides it: inline policies, attachments, memberships, a password."""
    itself, arn = (Unknown(Symbol(f"{one.address}.{attribute}")) for attribute in ("name", "arn"))
    if kind in _PRINCIPALS:
        for place, inline in _listed(one, "policies"):
            said = {kind: itself, **_inline(inline)}
            yield _block(one, f"aws_iam_{kind}_policy", said, place)
        for place, policy in _listed(one, "managed_policy_arns"):
            yield _block(one, f"aws_iam_{kind}_policy_attachment", {kind: itself, "policy_arn": policy}, place)
        for place, group in _listed(one, "groups"):
            joined: dict[str, Value | None] = {"user": itself, "groups": ListValue((group,))}
            yield _block(one, "aws_iam_user_group_membership", joined, place)
        if argument(one, "login_profile") is not None:
            yield _block(one, "aws_iam_user_login_profile", {"user": itself}, "login_profile")
    elif kind == "managed_policy":
        for holder in _PRINCIPALS:
            for place, named in _listed(one, f"{holder}s"):
                yield _block(one, f"aws_iam_{holder}_policy_attachment", {holder: named, "policy_arn": arn}, place)


def _listed(one: ResourceInstance, name: str) -> Iterator[tuple[str, Value]]:
    """Each element of a list and where it is; one that is not written out is one element that stands for all."""
    value = argument(one, name)
    for place, item in enumerate(items(value)):
        is_said = isinstance(value, ListValue | Unknown)
        yield f"{name}.{place}", item if is_said else Unknown(Symbol(f"{one.address}.{shown(item)}"), item.trail)


def _inline(policy: Value) -> Mapping[str, Value | None]:
    if not isinstance(policy, ObjectValue):
        return {"policy": policy}
    return {"policy": field(policy, _DOCUMENT), "name": field(policy, "policy_name")}


def _block(one: ResourceInstance, type_: str, said: Mapping[str, Value | None], below: str = "") -> ResourceInstance:
    """A block in place of one, or of what is below it."""
    given = tuple(sorted((name, value) for name, value in said.items() if value is not None))
    if not below:
        return dataclasses.replace(one, type=type_, attributes=dataclasses.replace(one.attributes, entries=given))
    return dataclasses.replace(
        one,
        address=f"{one.address}.{below}",
        type=type_,
        attributes=ObjectValue(given, one.attributes.trail),
        thing=None,
        written=f"{one.written}.{below}" if one.written else "",
        runs=ObjectValue(()),
    )


def _tags(value: Value) -> Value:
    """Tags by their names, as the other provider has them; what is no list of them stays."""
    found = [(known(field(tag, "key")), field(tag, "value")) for tag in blocks(value)]
    named = sorted((key, said) for key, said in found if key is not None and said is not None)
    return ObjectValue(tuple(named)) if isinstance(value, ListValue) and len(named) == len(value.items) else value
