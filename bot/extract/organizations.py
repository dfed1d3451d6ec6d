"""Service and resource control policies: they allow nothing, they limit whole accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.evaluated.config import ResourceInstance
from bot.extract.argument_reading import argument, in_force, known, string
from bot.extract.extracted import Membership
from bot.extract.facts import Fact
from bot.extract.identities import document
from bot.extract.reference import ResourceIndex, holder_of
from bot.iam.grant import PolicySubject, PolicySubjectKind
from bot.iam.statement import PolicyKind

HOLDERS: Mapping[str, PolicySubjectKind] = {
    "SERVICE_CONTROL_POLICY": PolicySubjectKind.ORGANIZATION,
    "RESOURCE_CONTROL_POLICY": PolicySubjectKind.RESOURCE,
}
"""Types of organization policy that are written in IAM's language; a resource control policy names principals."""

READ_AS: Mapping[PolicySubjectKind, PolicyKind] = {
    PolicySubjectKind.ORGANIZATION: PolicyKind.CAP,
    PolicySubjectKind.RESOURCE: PolicyKind.RESOURCE,
}


def control_policy(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """An organization's control policy, judged by what it holds back."""
    holder, value = _holder(instance, index), argument(instance, "content")
    if holder is not None and value is not None:
        yield document(instance, value, READ_AS[holder.kind], holder, counts_as=PolicyKind.CAP)


def attachment(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """A control policy attached to an account, a unit or the root: that one is limited by it."""
    policy, target = string(argument(instance, "policy_id")), string(argument(instance, "target_id"))
    if policy is None or target is None:
        return
    found = index.find(policy, ("aws_organizations_policy",), instance.address)
    holder = None if found is None else _holder(found, index)
    if holder is not None:
        limited = PolicySubject(holder.kind, index.root, f"{holder.address} on {target}", f"{holder.name} on {target}")
        trail = in_force(instance, argument(instance, "target_id"), argument(instance, "policy_id"))
        yield Membership(limited, holder, trail, instance.guards, instance.repeated)


def _holder(instance: ResourceInstance, index: ResourceIndex) -> PolicySubject | None:
    kind = HOLDERS.get(known(argument(instance, "type")) or "SERVICE_CONTROL_POLICY")
    return None if kind is None else holder_of(instance, kind, index.root)
