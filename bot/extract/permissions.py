"""Resource types that grant access by arguments instead of a policy document, as a table of equivalent statements."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping

from bot.evaluated.config import ResourceInstance
from bot.evaluated.diagnostic import join_trails
from bot.evaluated.document import Symbol, Text, text
from bot.evaluated.trails import entries
from bot.evaluated.value import ObjectValue, Value
from bot.extract.argument_reading import argument, blocks, field, header, in_force, items, nested, origin, string
from bot.extract.choices import spelled_out
from bot.extract.facts import Fact, ImpliedStatement
from bot.extract.identities import each
from bot.extract.reference import ResourceIndex
from bot.extract.resource_policies import standing_on
from bot.iam.arn import Arn, is_arn
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


_ORGANIZATION = late_pattern(r"(organization|ou|root)/(o-[a-z0-9]+)(?:/([a-z0-9-]+))?")

_EVERYONE = "*"


def organisation(written: Text) -> tuple[PrincipalEntry, Condition] | None:
    """An organisation or unit, let in by its ARN: anyone who belongs to it; None for any other principal."""
    arn = Arn.parse(written.literal or "")
    match = _ORGANIZATION.fullmatch(arn.resource) if arn is not None else None
    if arn is None or match is None or arn.service != "organizations" or arn.region:
        return None
    anyone = PrincipalEntry(_EVERYONE, text("*", written.trail))
    kind, name, unit = match.groups()
    if kind == "organization" or unit is None:
        return anyone, Condition("StringEquals", "aws:PrincipalOrgID", (text(name, written.trail),), written.trail)
    path = text(f"{name}/*/{unit}/*", written.trail)
    return anyone, Condition("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", (path,), written.trail)


def written_out(instance: ResourceInstance, name: str) -> Iterator[Condition]:
    """Blocks of a condition's operator, key and value, as a permission of an event bus has them."""
    for block in nested(instance, name):
        operator, key, value = (string(field(block, part)) for part in ("type", "key", "value"))
        if operator is not None and key is not None and value is not None:
            yield Condition(str(operator), str(key), (value,), value.trail)


def encryption_context(instance: ResourceInstance, name: str) -> Iterator[Condition]:
    """The encryption context that a grant of a key asks for; one that must be equal has no further keys."""
    for block in nested(instance, name):
        for wanted in ("encryption_context_equals", "encryption_context_subset"):
            pairs = field(block, wanted)
            yield from _context(pairs)
            names = tuple(text(key, origin(value)) for key, value in _entries(pairs))
            if names and wanted == "encryption_context_equals":
                yield Condition("ForAllValues:StringEquals", "kms:EncryptionContextKeys", names, origin(pairs))


def _context(pairs: Value | None) -> Iterator[Condition]:
    for key, value in _entries(pairs):
        values = tuple(one for item in items(value) if (one := string(item)) is not None)
        if values:
            yield Condition("StringEquals", f"kms:EncryptionContext:{key}", values, origin(value))


def _entries(pairs: Value | None) -> tuple[tuple[str, Value], ...]:
    return tuple(entries(pairs)) if isinstance(pairs, ObjectValue) else ()


def accepted(instance: ResourceInstance, name: str) -> Iterator[Condition]:
    """That the service's owner has to accept each connection, by a plain argument."""
    value = argument(instance, name)
    written = string(value)
    if written is not None and written.literal != "false":
        yield Condition("Bool", name, (written,), origin(value))


BLOCKS: Mapping[str, Callable[[ResourceInstance, str], Iterator[Condition]]] = {
    "acceptance_required": accepted,
    "condition": written_out,
    "constraints": encryption_context,
}
"""Nested blocks and arguments that limit a permission, by their name, and what reads them."""
