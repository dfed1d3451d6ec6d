"""Service and resource control policies: they allow nothing, they limit whole accounts."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

from bot.evaluated.config import ResourceInstance
from bot.extract.argument_reading import argument, in_force, known, string
from bot.extract.extracted import Membership
from bot.extract.facts import Fact
from bot.extract.identities import document
from bot.extract.reference import ResourceIndex, holder_of
from bot.iam.policy_subject import Organization, Resource
from bot.iam.statement import PolicyKind

HOLDERS: Mapping[str, type[Organization] | type[Resource]] = {
    "SERVICE_CONTROL_POLICY": Organization,
    "RESOURCE_CONTROL_POLICY": Resource,
}
"""Types of organization policy that are written in IAM's language; a resource control policy names principals."""


def control_policy(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """An organization's control policy, judged by what it holds back."""
    holder, value = _holder(instance, index), argument(instance, "content")
    if holder is not None and value is not None:
        read_as = PolicyKind.RESOURCE if isinstance(holder, Resource) else PolicyKind.LIMIT
        yield document(instance, value, read_as, holder, counts_as=PolicyKind.LIMIT)


def attachment(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """A control policy attached to an account, a unit or the root: that one is limited by it."""
    policy, target = string(argument(instance, "policy_id")), string(argument(instance, "target_id"))
    if policy is None or target is None:
        return
    found = index.find(policy, ("aws_organizations_policy",), instance.address)
    holder = None if found is None else _holder(found, index)
    if holder is not None:
        limited = dataclasses.replace(
            holder, address=f"{holder.address} on {target}", name=f"{holder.name} on {target}"
        )
        trail = in_force(instance, argument(instance, "target_id"), argument(instance, "policy_id"))
        yield Membership(limited, holder, trail, instance.guards, instance.repeated)


def _holder(instance: ResourceInstance, index: ResourceIndex) -> Organization | Resource | None:
    kind = HOLDERS.get(known(argument(instance, "type")) or "SERVICE_CONTROL_POLICY")
    return None if kind is None else holder_of(instance, kind, index.root)
