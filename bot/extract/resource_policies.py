"""Resource types whose argument is a resource policy: which argument, and which resource it stands on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.evaluated.config import ResourceInstance
from bot.evaluated.value import Value
from bot.extract.argument_reading import argument, field, nested, present, string
from bot.extract.choices import Guards, outcomes
from bot.extract.facts import Fact
from bot.extract.identities import document
from bot.extract.reference import ResourceIndex, elsewhere, holder_of
from bot.iam.policy_subject import PolicySubject, Resource
from bot.iam.statement import PolicyKind
from bot.resource_types.known import RESOURCE_TYPES
from bot.resource_types.row import PolicyArgument

ROWS: Mapping[str, PolicyArgument] = {
    name: row.policy for name, row in RESOURCE_TYPES.items() if row.policy is not None
}


def resource_policy(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """The resource policy a block carries, held by the resource it stands on."""
    row = ROWS[instance.type]
    value = argument(instance, row.policy)
    if value is None:
        return
    counts = PolicyKind.LIMIT if row.limits else PolicyKind.RESOURCE
    for guards, holder, through in standing_on(instance, index, row.stands_on):
        yield document(instance, value, PolicyKind.RESOURCE, holder, guards, through, counts_as=counts)


def multi_region_access_point(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """The policy of an S3 Multi-Region Access Point, in a block with the point's name."""
    for block in nested(instance, "details"):
        name, value = field(block, "name"), field(block, "policy")
        written = string(name)
        if value is not None and written is not None:
            found = index.find(written, ("aws_s3control_multi_region_access_point",), instance.address)
            holder = elsewhere(index, Resource, written, instance.address)
            holder = holder if found is None else holder_of(found, Resource, index.root)
            yield document(instance, value, PolicyKind.RESOURCE, holder, (), name)


def standing_on(
    instance: ResourceInstance, index: ResourceIndex, stands_on: str
) -> Iterator[tuple[Guards, PolicySubject, Value | None]]:
    """The resource that `instance` is about: the one its argument `stands_on` names, or itself."""
    named = argument(instance, stands_on) if stands_on else None
    if named is None:
        yield (), holder_of(instance, Resource, index.root), None
        return
    for guards, one in outcomes(named):
        written = string(present(one))
        if written is None:
            continue
        found = index.find(written, (), instance.address)
        if found is None or found is instance:
            found = index.find(written, _types_named_by(instance.type), instance.address)
        if found is None:
            yield guards, elsewhere(index, Resource, written, instance.address), one
        else:
            yield guards, holder_of(found, Resource, index.root), one


NAMED_TYPES: Mapping[str, str] = {name: row.named_after for name, row in RESOURCE_TYPES.items() if row.named_after}
"""Types whose resource is not called as their own type begins."""


def _types_named_by(resource_type: str) -> tuple[str, ...]:
    """Types a block may name by a plain string: `aws_s3_bucket` for `aws_s3_bucket_acl`."""
    words = resource_type.split("_")
    beginnings = ("_".join(words[:end]) for end in range(len(words) - 1, 2, -1))
    return (*filter(None, (NAMED_TYPES.get(resource_type),)), *beginnings)
