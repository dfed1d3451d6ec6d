"""IAM roles, users, groups and customer-managed policies: their documents, attachments, boundaries and members."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.evaluated.config import ResourceInstance
from bot.evaluated.value import ObjectValue, Value
from bot.extract.argument_reading import argument, entry_of, field, in_force, items, known, present, string
from bot.extract.choices import Guards, outcomes
from bot.extract.extracted import Membership
from bot.extract.facts import Attachment, Document, Fact, PolicyReference
from bot.extract.reference import ResourceIndex, holder_of, principals
from bot.iam.grant import AddressedSource, Credential, Edge
from bot.iam.policy_subject import Group, PolicySubject, Principal, Role, User
from bot.iam.statement import PolicyKind
from bot.resource_types.known import RESOURCE_TYPES

PRINCIPAL_ARGUMENTS: Mapping[str, type[Principal]] = {"role": Role, "user": User, "group": Group}
LIST_ARGUMENTS: Mapping[str, type[Principal]] = {"roles": Role, "users": User, "groups": Group}
OWN_ARGUMENTS = {**PRINCIPAL_ARGUMENTS, "role_name": Role, "user_name": User, "group_name": Group}


def role(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """A role: who may assume it, its inline and managed policies, its boundary."""
    holder = holder_of(instance, Role, index.root)
    trust = argument(instance, "assume_role_policy")
    if trust is not None:
        yield document(instance, trust, PolicyKind.TRUST, holder.trust)
    for guards, block in each(entry_of(instance.attributes, "inline_policy")):
        value = field(block, "policy") if isinstance(block, ObjectValue) else None
        if value is not None:
            yield document(instance, value, PolicyKind.IDENTITY, holder, guards)
    for guards, item in each(argument(instance, "managed_policy_arns")):
        yield from attachments(instance, index, holder, item, guards)
    yield from boundary(instance, index, holder, argument(instance, "permissions_boundary"))


def user(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """A user: its boundary."""
    holder = holder_of(instance, User, index.root)
    yield from boundary(instance, index, holder, argument(instance, "permissions_boundary"))


def attachable_policy(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """A customer-managed policy or one of IoT, held by whatever it is attached to."""
    value = argument(instance, "policy")
    if value is not None:
        yield document(instance, value, PolicyKind.IDENTITY, None)


def inline_policy(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """An inline policy of a role, user or group; judged alone if whose it is cannot be told."""
    value = argument(instance, "policy")
    if value is None:
        return
    owners = list(owners_of(instance, index))
    for guards, holder, written in owners:
        yield document(instance, value, PolicyKind.IDENTITY, holder, guards, written)
    if not owners:
        yield document(instance, value, PolicyKind.IDENTITY, None)


def attachment(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """One managed policy attached to one role, user or group."""
    for guards, holder, written in owners_of(instance, index):
        for more, item in each(argument(instance, "policy_arn")):
            yield from attachments(instance, index, holder, item, (*guards, *more), written)


def many_attachments(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """aws_iam_policy_attachment: one managed policy attached to lists of roles, users and groups."""
    for name, kind in LIST_ARGUMENTS.items():
        for guards, item in each(argument(instance, name)):
            for more, holder, written in principals(index, kind, item, instance.address):
                for last, policy in each(argument(instance, "policy_arn")):
                    together = (*guards, *more, *last)
                    yield from attachments(instance, index, holder, policy, together, written)


def exclusive_attachments(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """*_policy_attachments_exclusive: attaches every listed policy (and detaches all others)."""
    for guards, holder, written in owners_of(instance, index):
        for more, item in each(argument(instance, "policy_arns")):
            yield from attachments(instance, index, holder, item, (*guards, *more), written)


def group_membership(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """Users of a group: they hold what it holds."""
    for _, group, in_group in principals(index, Group, argument(instance, "group"), instance.address):
        for guards, item in each(argument(instance, "users")):
            for more, member, written in principals(index, User, item, instance.address):
                trail = in_force(instance, written, in_group)
                yield Membership(member, group, trail, (*instance.guards, *guards, *more), instance.repeated)


def user_group_membership(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """Groups of a user."""
    for _, member, who in principals(index, User, argument(instance, "user"), instance.address):
        for guards, item in each(argument(instance, "groups")):
            for more, group, written in principals(index, Group, item, instance.address):
                trail = in_force(instance, written, who)
                yield Membership(member, group, trail, (*instance.guards, *guards, *more), instance.repeated)


def instance_profile(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """An instance profile: whatever runs with it runs as its role."""
    for _, holder, written in principals(index, Role, argument(instance, "role", "roles"), instance.address):
        source = AddressedSource(instance.address)
        yield Edge(index.root, source, "instance profile", holder.address, in_force(instance, written))


def credential(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """A long-term credential of a user: an access key, a console password, a key or password for one service."""
    status = argument(instance, "status")
    if known(status) == "Inactive":
        return
    owner = argument(instance, "user", "user_name", "username")
    for _, holder, written in principals(index, User, owner, instance.address):
        # Whoever adds the block makes it; the user may be as new, but is no reason for it.
        trail = in_force(instance, written, status)
        trail = tuple(sorted(trail, key=lambda step: not step.span.begins_in(instance.span)))
        yield Credential(CREDENTIALS[instance.type], holder, instance.address, trail, instance.guards)


CREDENTIALS = {name: row.credential for name, row in RESOURCE_TYPES.items() if row.credential}
"""What each type makes, as a slug."""


def session_policy(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """A policy that users and groups of another service get for their sessions, held under the block's address."""
    holder = Group(index.root, instance.address, instance.address)
    for guards, item in each(argument(instance, "policy_arn", "session_policy_arn")):
        yield from attachments(instance, index, holder, item, guards)


def nothing(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """Nothing: the block gives nobody anything by itself."""
    yield from ()


def document(
    instance: ResourceInstance,
    value: Value,
    kind: PolicyKind,
    holder: PolicySubject | None,
    guards: Guards = (),
    *in_force_through: Value | None,
    counts_as: PolicyKind | None = None,
    together: str = "",
) -> Document:
    """The fact that `instance` carries a policy document."""
    written = string(argument(instance, "name"))
    return Document(
        policy=instance.address,
        name=str(written) if written is not None else "",
        kind=kind,
        value=value,
        span=instance.span,
        holder=holder,
        attachment=in_force(instance, *in_force_through),
        guards=(*instance.guards, *guards),
        repeated=instance.repeated,
        counts_as=counts_as or kind,
        together=together,
    )


def attachments(
    instance: ResourceInstance,
    index: ResourceIndex,
    holder: PolicySubject,
    policy: Value,
    guards: Guards = (),
    *through: Value | None,
    limits: bool = False,
    together: str = "",
    types: tuple[str, ...] = ("aws_iam_policy",),
) -> Iterator[Attachment]:
    """The facts that `holder` holds (or is limited by) the policies of `types` that one argument names."""
    for more, one in outcomes(policy, guards):
        written = string(present(one))
        if written is None:
            continue
        found = index.policy(written, types, instance.address)
        yield Attachment(
            holder=holder,
            policy=PolicyReference("" if found is None else found.address, written),
            address=instance.address,
            span=instance.span,
            trail=in_force(instance, one, *through),
            guards=(*instance.guards, *guards, *more),
            repeated=instance.repeated,
            limits=limits,
            together=together,
        )


def boundary(
    instance: ResourceInstance, index: ResourceIndex, holder: PolicySubject, value: Value | None
) -> Iterator[Attachment]:
    """The permissions boundary of a role or user."""
    if value is not None:
        yield from attachments(instance, index, holder, value, (), limits=True)


def owners_of(instance: ResourceInstance, index: ResourceIndex) -> Iterator[tuple[Guards, PolicySubject, Value]]:
    """The role, user or group that an inline policy or attachment belongs to."""
    for name, kind in OWN_ARGUMENTS.items():
        yield from principals(index, kind, argument(instance, name), instance.address)


def each(value: Value | None) -> Iterator[tuple[Guards, Value]]:
    """The elements of a list argument, under each way its choices can go."""
    if value is None:
        return
    for guards, one in outcomes(value):
        for item in items(one):
            if present(item) is not None:
                yield guards, item
