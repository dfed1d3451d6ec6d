"""Service and resource control policies: they allow nothing, they limit whole accounts."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

from bot.evaluated.config import ResourceInstance
from bot.evaluated.diagnostic import join_trails
from bot.evaluated.document import Symbol, Text
from bot.extract.argument_reading import argument, in_force, known, string
from bot.extract.extracted import Membership
from bot.extract.facts import Attachment, Fact, PolicyReference
from bot.extract.identities import document, each
from bot.extract.reference import ResourceIndex, holder_of
from bot.iam.policy_subject import Organization, Resource
from bot.iam.statement import PolicyKind

HOLDERS: Mapping[str, type[Organization] | type[Resource]] = {
    "SERVICE_CONTROL_POLICY": Organization,
    "RESOURCE_CONTROL_POLICY": Resource,
}
"""Types of organization policy that are written in IAM's language; a resource control policy names principals."""

ATTACHMENT = "aws_organizations_policy_attachment"
UNIT = "aws_organizations_organizational_unit"
PLACED: Mapping[str, str] = {"aws_organizations_account": "account", UNIT: "unit"}
"""What has a place in the organisation's tree, as people call it."""

MAX_UNITS = 8
"""AWS nests units five deep."""


def control_policy(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """An organization's control policy, judged by what it holds back."""
    holder, value = _holder(instance, index), argument(instance, "content")
    if holder is not None and value is not None:
        read_as = PolicyKind.RESOURCE if isinstance(holder, Resource) else PolicyKind.LIMIT
        yield document(instance, value, read_as, holder, counts_as=PolicyKind.LIMIT)


def attachment(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """A control policy attached to an account, a unit or the root: that one is limited by it."""
    target, policy = string(argument(instance, "target_id")), _attached(instance, index)
    if target is not None and policy is not None:
        trail = in_force(instance, argument(instance, "target_id"), argument(instance, "policy_id"))
        yield Membership(_limited(policy, target), policy, trail, instance.guards, instance.repeated)


def placed(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """An account or unit: every control policy on the units that it is in limits it, all of them together."""
    above = list(_units_above(instance, index))
    ids = [Text((Symbol(f"{instance.address}.id"),)), *above]
    units = [found for unit in above if (found := index.find(unit, (UNIT,), instance.address)) is not None]
    place = in_force(instance, argument(instance, "parent_id"))
    for one in index.by_address.values():
        target = string(argument(one, "target_id")) if one.type == ATTACHMENT else None
        policy = _attached(one, index) if target is not None and _is_one_of(target, ids) else None
        if policy is None or target is None:
            continue
        member = _place(instance, index, type(policy))
        trail = join_trails(place, in_force(one, argument(one, "target_id"), argument(one, "policy_id")))
        guards, repeated = (*instance.guards, *one.guards), instance.repeated or one.repeated
        # What is said of the policy, its target or a unit above is not said again of everything below.
        for limited in (policy, _limited(policy, target), *(_place(unit, index, type(policy)) for unit in units)):
            yield Membership(member, limited, trail, guards, repeated)


def policy_types(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """The types of policy that an organization has switched on: without its type no policy limits anybody."""
    for guards, item in each(argument(instance, "enabled_policy_types")):
        kind = known(item)
        if kind in HOLDERS:
            yield Attachment(
                holder=Organization(index.root, f"{instance.address} {kind}", f"type {kind}"),
                policy=PolicyReference("", Text((Symbol(f"every {kind}"),))),
                address=instance.address,
                span=instance.span,
                trail=in_force(instance, item),
                guards=(*instance.guards, *guards),
                repeated=instance.repeated,
                limits=True,
            )


def _units_above(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Text]:
    """The ids of what an account or unit is in, from the innermost outwards, as far as they are here."""
    here: ResourceInstance | None = instance
    for _ in range(MAX_UNITS):
        parent = None if here is None else string(argument(here, "parent_id"))
        if parent is None or here is None:
            return
        yield parent
        here = index.find(parent, (UNIT,), here.address)


def _place(
    instance: ResourceInstance, index: ResourceIndex, kind: type[Organization] | type[Resource]
) -> Organization | Resource:
    """All control policies of one kind that limit an account or unit."""
    name = string(argument(instance, "name"))
    called = f"on {PLACED[instance.type]} {name if name is not None else instance.address}"
    return kind(index.root, instance.address, called)


def _is_one_of(target: Text, ids: list[Text]) -> bool:
    return any(target.parts == one.parts for one in ids)


def _attached(instance: ResourceInstance, index: ResourceIndex) -> Organization | Resource | None:
    """The control policy that an attachment names, if it is here."""
    policy = string(argument(instance, "policy_id"))
    found = None if policy is None else index.find(policy, ("aws_organizations_policy",), instance.address)
    return None if found is None else _holder(found, index)


def _limited(policy: Organization | Resource, target: Text) -> Organization | Resource:
    """A control policy on one of its targets."""
    return dataclasses.replace(policy, address=f"{policy.address} on {target}", name=f"{policy.name} on {target}")


def _holder(instance: ResourceInstance, index: ResourceIndex) -> Organization | Resource | None:
    kind = HOLDERS.get(known(argument(instance, "type")) or "SERVICE_CONTROL_POLICY")
    return None if kind is None else holder_of(instance, kind, index.root)
