"""Resource types that grant access by arguments instead of a policy document, as a table of equivalent statements."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

from bot.evaluated.config import ResourceInstance
from bot.evaluated.diagnostic import join_trails
from bot.evaluated.document import Symbol, Text, text
from bot.evaluated.value import Value
from bot.extract.argument_reading import argument, blocks, field, header, in_force, items, string
from bot.extract.choices import spelled_out
from bot.extract.facts import Fact, ImpliedStatement
from bot.extract.identities import each
from bot.extract.permission_conditions import BLOCKS, organisation
from bot.extract.reference import ResourceIndex
from bot.extract.resource_policies import standing_on
from bot.iam.arn import is_arn
from bot.iam.policy_subject import PolicySubject
from bot.iam.statement import Condition, Effect, PolicyKind, PrincipalEntry, Principals, Statement
from bot.late_pattern import late_pattern
from bot.resource_types.known import RESOURCE_TYPES
from bot.resource_types.row import PermissionType

_SERVICE = late_pattern(r"^[a-z0-9.${}_-]+\.(amazonaws\.com(\.cn)?|amazon\.com|aws)$")
_LIST = late_pattern(r"\A\d{12}(\s*,\s*\d{12})+\Z")


PERMISSIONS: Mapping[str, tuple[PermissionType, ...]] = {
    name: row.permissions for name, row in RESOURCE_TYPES.items() if row.permissions
}


def permission(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """The statements equivalent to a block of one of the types in `PERMISSIONS`."""
    for row in PERMISSIONS[instance.type]:
        for one in spelled_out(instance, row.arguments):
            yield from _given(one, index, row)


def _given(instance: ResourceInstance, index: ResourceIndex, row: PermissionType) -> Iterator[ImpliedStatement]:
    actions = _actions(instance, row) if _applies(instance, row) else ()
    if not actions:
        return
    for principals, further in _principals(instance, row):
        for _, holder, through in standing_on(instance, index, row.stands_on):
            statement = Statement(
                effect=Effect.ALLOW,
                actions=tuple(one if one.trail else Text(one.parts, principals.trail) for one in actions),
                resources=(text(row.resource) if row.resource else resource_text(holder, through),),
                principals=principals,
                conditions=(*_conditions(instance, row), *_limits(instance, index, row), *further),
                trail=join_trails(instance.existence, (header(instance),)),
            )
            yield given(instance, holder, statement, through)


def _applies(instance: ResourceInstance, row: PermissionType) -> bool:
    if row.only_with and not items(argument(instance, row.only_with)):
        return False
    if row.only_if is None:
        return True
    needed = string(argument(instance, row.only_if[0]))
    return needed is not None and needed.literal == row.only_if[1]


def given(
    instance: ResourceInstance, holder: PolicySubject, statement: Statement, *through: Value | None
) -> ImpliedStatement:
    """The fact that `instance` puts a resource statement in force on `holder`."""
    return ImpliedStatement(
        holder=holder,
        kind=PolicyKind.RESOURCE,
        statement=statement,
        policy=instance.address,
        attachment=in_force(instance, *through),
        guards=instance.guards,
        repeated=instance.repeated,
    )


def resource_text(holder: PolicySubject, through: Value | None) -> Text:
    """The resource a statement is about: an ARN if one is written, else a symbol for the holder's.

    It has no trail: that the block names its resource is no reason for what it lets in.
    """
    written = string(through)
    if written is not None and is_arn(str(written)):
        return Text(written.parts)
    return Text((Symbol(f"{holder.address}.arn"),))


def principal_entry(written: Text) -> PrincipalEntry:
    """An account, ARN, service, `*` or `all` (accounts) as an entry of a Principal element."""
    if (written.literal or "").lower() in ("*", "all"):
        return PrincipalEntry("*", text("*", written.trail))
    return PrincipalEntry("Service" if _SERVICE.match(str(written)) else "AWS", written)


ANYONE = Principals((PrincipalEntry("*", text("*")),))


def _principals(instance: ResourceInstance, row: PermissionType) -> Iterator[tuple[Principals, tuple[Condition, ...]]]:
    """Those let in, together as far as nothing but who they are is asked of them."""
    if not row.principal:
        trail = in_force(instance, argument(instance, row.only_if[0]) if row.only_if else None)
        yield dataclasses.replace(ANYONE, trail=trail), ()
        return
    values = [item for value in _written(instance, row.principal) for _, item in each(value)]
    written = [one for value in values if (found := string(value)) is not None for one in _accounts(found)]
    plain = [one for one in written if organisation(one) is None]
    if plain:
        yield Principals(tuple(map(principal_entry, plain)), trail=join_trails(*(one.trail for one in plain))), ()
    for entry, member in filter(None, map(organisation, written)):
        yield Principals((entry,), trail=entry.identifier.trail), (member,)


def _accounts(written: Text) -> tuple[Text, ...]:
    """Several account ids in one string, which some arguments are, apart."""
    if not _LIST.match(written.literal or ""):
        return (written,)
    return tuple(text(one.strip(), written.trail) for one in (written.literal or "").split(","))


def _actions(instance: ResourceInstance, row: PermissionType) -> tuple[Text, ...]:
    values = [item for _, item in each(argument(instance, row.action_from))] if row.action_from else []
    written = tuple(one for value in values if (one := string(value)) is not None)
    if not written:
        return tuple(text(action) for action in row.actions)
    if not row.prefix:
        return written
    return tuple(text(row.prefix + str(one), one.trail) for one in written)


def _conditions(instance: ResourceInstance, row: PermissionType) -> tuple[Condition, ...]:
    conditions = []
    for operator, key, name in row.conditions:
        written = (one for value in _written(instance, name) for _, one in each(value))
        values = tuple(one for item in written if (one := string(item)) is not None)
        if values:
            conditions.append(Condition(operator, key, values, join_trails(*(one.trail for one in values))))
    return tuple(conditions)


def _limits(instance: ResourceInstance, index: ResourceIndex, row: PermissionType) -> Iterator[Condition]:
    """What a block, or an argument of the resource that it is about, asks for."""
    named = string(argument(instance, row.stands_on)) if row.stands_on else None
    about = None if named is None else index.find(named, (), instance.address)
    for one in (instance, about) if row.block else ():
        yield from () if one is None else BLOCKS[row.block](one, row.block)


def _written(instance: ResourceInstance, name: str) -> list[Value | None]:
    first, *inner = name.split(".")
    found: list[Value | None] = [argument(instance, first)]
    for part in inner:
        found = [field(block, part) for value in found for block in blocks(value)]
    return found
