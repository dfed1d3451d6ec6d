"""IAM Identity Center: permission sets, what they hold, and who is assigned them in which account."""

from __future__ import annotations

from collections.abc import Iterator

from bot.evaluated.config import ResourceInstance
from bot.evaluated.document import Text
from bot.evaluated.value import Value
from bot.extract.argument_reading import argument, blocks, field, in_force, known, nested, present, string
from bot.extract.choices import Guards, outcomes
from bot.extract.extracted import Membership
from bot.extract.facts import Document, Fact
from bot.extract.identities import attachments, document, each
from bot.extract.reference import ResourceIndex, principals
from bot.iam.policy_subject import Group, PermissionSet, PolicySubject, User
from bot.iam.statement import PolicyKind

ASSIGNMENT = "aws_ssoadmin_account_assignment"
DIRECTORY = ("aws_identitystore_group", "aws_identitystore_user")


def inline_policy(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Document]:
    """A permission set's inline policy."""
    value = argument(instance, "inline_policy")
    for guards, holder, written in _permission_sets(instance, index):
        if value is not None:
            yield document(instance, value, PolicyKind.IDENTITY, holder, guards, written)


def managed_attachment(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """An AWS-managed policy of a permission set."""
    for guards, holder, written in _permission_sets(instance, index):
        for more, item in each(argument(instance, "managed_policy_arn")):
            yield from attachments(instance, index, holder, item, (*guards, *more), written)


def customer_attachment(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """A customer-managed policy of a permission set, by the name it has in every account."""
    for guards, holder, written in _permission_sets(instance, index):
        for block in nested(instance, "customer_managed_policy_reference"):
            name = field(block, "name")
            if name is not None:
                yield from attachments(instance, index, holder, name, guards, written)


def boundary(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """A permission set's permissions boundary."""
    for guards, holder, written in _permission_sets(instance, index):
        for block in nested(instance, "permissions_boundary"):
            named = [field(one, "name") for one in blocks(field(block, "customer_managed_policy_reference"))]
            for policy in (field(block, "managed_policy_arn"), *named):
                if policy is not None:
                    yield from attachments(instance, index, holder, policy, guards, written, limits=True)


def assignment(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """A user or group that holds a permission set in one account."""
    for guards, who, _ in _named(instance, "principal_id"):
        yield from _assigned(instance, index, who, instance, guards)


def group_membership(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """A user put into a group of the identity store: it holds what the group is assigned."""
    for which, group, in_group in _named(instance, "group_id"):
        assignments = tuple(_assignments(group, index))
        for more, member, written in _named(instance, "member_id", which):
            for guards, one in assignments:
                yield from _assigned(one, index, member, instance, (*which, *more, *guards))
            if all(guards for guards, _ in assignments):
                trail = in_force(instance, in_group, written)
                user = User(index.root, str(member), _called(member, index))
                whole = Group(index.root, str(group), _called(group, index))
                yield Membership(user, whole, trail, (*instance.guards, *which, *more), instance.repeated)


def _named(instance: ResourceInstance, name: str, given: Guards = ()) -> Iterator[tuple[Guards, Text, Value]]:
    """What an argument names, once for each way its choices can go."""
    value = argument(instance, name)
    for guards, one in () if value is None else outcomes(value, given):
        written = string(present(one))
        if written is not None:
            yield guards, written, one


def _assignments(group: Text, index: ResourceIndex) -> Iterator[tuple[Guards, ResourceInstance]]:
    """What a group is assigned, and in which cases it is that one."""
    for one in index.by_address.values():
        if one.type == ASSIGNMENT:
            yield from ((guards, one) for guards, who, _ in _named(one, "principal_id") if who == group)


def _assigned(
    instance: ResourceInstance, index: ResourceIndex, who: Text, because: ResourceInstance, which: Guards
) -> Iterator[Membership]:
    account = string(argument(instance, "target_id"))
    kind = _kind_of(instance) if because is instance else User
    where = "" if account is None else f" in account {account}"
    member = kind(index.root, f"{who}{where}", f"{_called(who, index)}{where}")
    arguments = [argument(because, name) for name in ("principal_id", "member_id", "group_id", "target_id")]
    own = () if because is instance else because.guards
    for guards, permission_set, written in _permission_sets(instance, index):
        together = (*instance.guards, *own, *which, *guards)
        trail = in_force(because, *arguments, written if because is instance else None)
        yield Membership(member, permission_set, trail, together, instance.repeated or because.repeated)


def _called(who: Text, index: ResourceIndex) -> str:
    """The name by which people know a group or user of the identity store, if it is here or looked up by that.

    One that is looked up otherwise than at head, in another store say, is another one of that name.
    """
    found = index.find(who, DIRECTORY)
    if found is None:
        return str(who)
    asked = [*nested(found, "filter")]
    for block in nested(found, "alternate_identifier"):
        asked += blocks(field(block, "unique_attribute"))
    names = [argument(found, "user_name", "display_name"), *(field(block, "attribute_value") for block in asked)]
    return next((f"{text}{found.unlike.suffix}" for value in names if (text := known(value))), str(who))


def _kind_of(instance: ResourceInstance) -> type[User] | type[Group]:
    written = string(argument(instance, "principal_type"))
    return User if written is not None and written.literal == "USER" else Group


def _permission_sets(instance: ResourceInstance, index: ResourceIndex) -> Iterator[tuple[Guards, PolicySubject, Value]]:
    return principals(index, PermissionSet, argument(instance, "permission_set_arn"), instance.address)
