"""Calls of modules that are not in the repository: what their policy-shaped arguments give to principal `module.x`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.diagnostics import join_trails
from bot.document import Symbol, Text, text
from bot.extract.facts import Document, Fact, Given
from bot.extract.identity import attachments, document, each
from bot.extract.permissions import principal_entry
from bot.extract.reading import argument, blocks, entry_of, field, header, in_force, items, present, string
from bot.extract.reference import Index
from bot.extract.shapes import documents_in, kind_by_shape
from bot.iam.grant import Holder, HolderKind
from bot.iam.statement import Condition, Effect, PolicyKind, PrincipalEntry, Principals, Statement
from bot.terraform.config import ResourceInstance
from bot.terraform.value import ListValue, ObjectValue, Part, StringValue, Value

POLICY_ARNS = re.compile(r"(^|_)(policy_arns?|policies|managed_policies)$")
BOUNDARY = re.compile(r"permissions_boundary")
TRUSTED = re.compile(
    r"^(trusted_(role_)?(arns|services|principals)|principals|assume_role_principals|trusted_entities)$"
)
SUBJECTS = {
    "oidc_fully_qualified_subjects": "StringEquals",
    "oidc_subjects_with_wildcards": "StringLike",
    "subjects": "StringLike",
}
STATEMENTS = re.compile(r"^(policy_statements?|statements|iam_policy_statements|inline_policy_statements)$")
IS_POLICY_ARN = re.compile(r":policy/|^\$\{(.*\.)?aws_iam_policy\.")

HOLDERS = {
    PolicyKind.IDENTITY: HolderKind.MODULE,
    PolicyKind.TRUST: HolderKind.TRUST,
    PolicyKind.RESOURCE: HolderKind.RESOURCE,
}


def remote_module(instance: ResourceInstance, index: Index) -> Iterator[Fact]:
    """What a call of an unread module gives, by the shape and the names of its arguments."""
    for name, value in instance.attributes.entries:
        if present(value) is None:
            continue
        yield from _documents(instance, index, value)
        if POLICY_ARNS.search(name):
            yield from _policies(instance, index, value, cap=False)
        if BOUNDARY.search(name):
            yield from _policies(instance, index, value, cap=True)
        if TRUSTED.match(name):
            yield from _trusted(instance, index, value)
        if STATEMENTS.match(name):
            yield from _statements(instance, index, value)
    yield from _federated(instance, index)


def _holder(instance: ResourceInstance, index: Index, kind: PolicyKind) -> Holder:
    return Holder(HOLDERS[kind], index.root, instance.address, instance.address)


def _documents(instance: ResourceInstance, index: Index, value: Value) -> Iterator[Document]:
    for one in documents_in(value):
        kind = kind_by_shape(one)
        yield document(instance, one, kind, _holder(instance, index, kind))


def _policies(instance: ResourceInstance, index: Index, value: Value, *, cap: bool) -> Iterator[Fact]:
    holder = _holder(instance, index, PolicyKind.IDENTITY)
    for guards, item in each(value):
        written = string(item)
        if written is not None and (cap or IS_POLICY_ARN.search(str(written))):
            yield from attachments(instance, index, holder, item, guards, cap=cap)


def _trusted(instance: ResourceInstance, index: Index, value: Value) -> Iterator[Given]:
    for guards, item in each(value):
        written = string(item)
        if written is not None:
            who = Principals((principal_entry(written),), trail=written.trail)
            yield _trust(instance, index, "sts:AssumeRole", who, (), guards)


def _federated(instance: ResourceInstance, index: Index) -> Iterator[Given]:
    """Trust in an OIDC provider, limited to subjects."""
    for name, operator in SUBJECTS.items():
        values = tuple(one for _, item in each(argument(instance, name)) if (one := string(item)) is not None)
        if not values:
            continue
        provider = string(argument(instance, "provider_url", "provider_arn", "oidc_provider_arn"))
        identifier = provider or Text((Symbol(f"{instance.address} provider"),))
        trail = join_trails(*(one.trail for one in values))
        condition = Condition(operator, f"{identifier}:sub", values, trail)
        who = Principals((PrincipalEntry("Federated", identifier),), trail=identifier.trail)
        yield _trust(instance, index, "sts:AssumeRoleWithWebIdentity", who, (condition,), ())


def _trust(
    instance: ResourceInstance,
    index: Index,
    action: str,
    who: Principals,
    conditions: tuple[Condition, ...],
    guards: tuple[str, ...],
) -> Given:
    statement = Statement(
        effect=Effect.ALLOW,
        actions=(text(action),),
        principals=who,
        conditions=conditions,
        trail=(header(instance),),
    )
    return Given(
        holder=_holder(instance, index, PolicyKind.TRUST),
        kind=PolicyKind.TRUST,
        statement=statement,
        policy=instance.address,
        attachment=in_force(instance),
        guards=(*instance.guards, *guards),
        repeated=instance.repeated,
    )


def _statements(instance: ResourceInstance, index: Index, value: Value) -> Iterator[Document]:
    """`policy_statements` of lists or maps of objects with `effect`, `actions`, `resources`."""
    written = tuple(
        _statement(one)
        for _, one in each(value)
        if isinstance(one, ObjectValue) and entry_of(one, "actions") is not None
    )
    if not written:
        return
    version: Value = StringValue((Part("2012-10-17"),))
    encoded = ObjectValue((("Statement", ListValue(written)), ("Version", version)))
    policy = StringValue((Part("{}"),), value.trail, encoded)
    kind = kind_by_shape(policy)
    yield document(instance, policy, kind, _holder(instance, index, kind))


ELEMENTS = {
    "sid": "Sid",
    "effect": "Effect",
    "actions": "Action",
    "not_actions": "NotAction",
    "resources": "Resource",
    "not_resources": "NotResource",
}


def _statement(block: ObjectValue) -> Value:
    entries: list[tuple[str, Value]] = [
        (element, value) for name, element in ELEMENTS.items() if (value := field(block, name)) is not None
    ]
    if not any(element == "Effect" for element, _ in entries):
        entries.append(("Effect", StringValue((Part("Allow"),), block.trail)))
    for name in ("principals", "principal"):
        entries.extend(_principal_entries(field(block, name)))
    for name in ("condition", "conditions"):
        entries.extend(_condition_entries(field(block, name)))
    return ObjectValue(tuple(entries), block.trail)


def _principal_entries(value: Value | None) -> Iterator[tuple[str, Value]]:
    types: dict[str, list[Value]] = {}
    for block in blocks(value):
        kind = string(field(block, "type"))
        if kind is not None:
            types.setdefault(str(kind), []).extend(items(field(block, "identifiers")))
    if types:
        yield "Principal", ObjectValue(tuple((kind, ListValue(tuple(who))) for kind, who in types.items()))


def _condition_entries(value: Value | None) -> Iterator[tuple[str, Value]]:
    operators: dict[str, dict[str, Value]] = {}
    for block in blocks(value):
        test, variable = string(field(block, "test")), string(field(block, "variable"))
        values = field(block, "values")
        if test is not None and variable is not None and values is not None:
            operators.setdefault(str(test), {})[str(variable)] = values
    if operators:
        yield (
            "Condition",
            ObjectValue(tuple((test, ObjectValue(tuple(keys.items()))) for test, keys in operators.items())),
        )
