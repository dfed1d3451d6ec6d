"""Calls of modules that are not in the repository: what their policy-shaped arguments give to principal `module.x`."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping

from bot.evaluated.config import ResourceInstance
from bot.evaluated.diagnostic import Trail, join_trails
from bot.evaluated.document import Symbol, Text, text
from bot.evaluated.guard import Guard
from bot.evaluated.value import BoolValue, ListValue, NullValue, ObjectValue, Part, StringValue, Value, is_false
from bot.extract.argument_reading import (
    argument,
    entry_of,
    header,
    in_force,
    items,
    known,
    named_within,
    origin,
    present,
    string,
)
from bot.extract.choices import is_choice_among, spelled_out
from bot.extract.facts import Attachment, Document, Fact, ImpliedStatement
from bot.extract.identities import attachments, document, each
from bot.extract.managed_arns import by_arn
from bot.extract.permissions import principal_entry
from bot.extract.policy_shapes import documents_in, holds_chosen_policy, kind_by_shape
from bot.extract.reference import (
    ResourceIndex,
    holder_of,
    makes_policy,
    named_holder,
    role_given,
    role_part,
    role_parts,
    unread_module,
)
from bot.extract.remote_gap import unread
from bot.extract.remote_statements import access_of, conditions_of, nested_statements, statements_in
from bot.extract.remote_subjects import (
    PROVIDERS,
    TokenSubject,
    accounts_by_provider,
    of_repositories,
    subjects_of,
)
from bot.extract.remote_table import ArgumentMeaning, Meaning, ModuleRow, carries_no_policy, meaning_of, row_of
from bot.iam.arn import name_after
from bot.iam.policy_subject import PolicySubject, Resource, Role
from bot.iam.statement import Condition, Effect, PolicyKind, PrincipalEntry, Principals, Statement
from bot.late_pattern import late_pattern

_POLICY_SYMBOL = late_pattern(r"\$\{(.*\.)?aws_iam_policy\.")

CHOOSES = ("source", "version")
"""Arguments that choose the module: no table says what another version of it does with the rest."""

_CONTAINERS = (ListValue, ObjectValue)
"""What hangs on a choice as a whole where its keys do: `policies = { "${local.environment}-read" = ... }`."""

MAX_DEPTH = 4
"""How deep in maps and lists named policies are looked for."""


def remote_module(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """What a call of an unread module gives: documents and statements by shape, the rest by table and name."""
    row = row_of(instance.type)
    understood: list[Value] = []
    for name, value in instance.attributes.entries:
        facts = list(_argument(instance, index, row, name, value))
        if (facts or row is not None) and name not in CHOOSES:
            understood.append(value)
        shaped = [] if facts else subjects_of(instance, name)
        understood += (one.value for one in shaped if one.alone)
        if not _without_effect(instance, row, name):
            yield from (_switched_by(fact, _switch(instance, row, name)) for fact in facts)
            yield from _of_tokens(instance, index, shaped)
            yield from _nested(instance, index, name, value)
    if not carries_no_policy(instance.type):
        yield unread(instance, understood)


def _nested(instance: ResourceInstance, index: ResourceIndex, name: str, value: Value) -> Iterator[Document]:
    """What statements deep in an argument give, to whom as far as that says it; what the module makes of it is open."""
    for one in nested_statements(name, value, instance.address):
        kind = kind_by_shape(one.policy)
        holder = _holder(instance, index, kind)
        if kind is PolicyKind.IDENTITY and one.kind is not None and one.name is not None:
            holder = named_holder(index, one.kind, one.name, instance.address)
        yield document(instance, one.policy, kind, holder)


def is_guessed(instance: ResourceInstance, index: ResourceIndex, name: str) -> bool:
    """Whether an argument of an unread module is read by its shape alone."""
    value, row = entry_of(instance.attributes, name), row_of(instance.type)
    read = value is not None and next(_argument(instance, index, row, name, value), None)
    return not read and bool(subjects_of(instance, name))


def _argument(
    instance: ResourceInstance, index: ResourceIndex, row: ModuleRow | None, name: str, value: Value
) -> Iterator[Fact]:
    if present(value) is None:
        return
    if holds_chosen_policy(value) or is_choice_among(value, _CONTAINERS):
        for one in spelled_out(instance, (name,)):
            yield from _argument(one, index, row, name, entry_of(one.attributes, name) or value)
        return
    yield from _documents(instance, index, value, name)
    meant = meaning_of(row, name)
    if meant is not None:
        yield from READERS[meant.meaning](instance, index, value, dataclasses.replace(meant, argument=name))
    for inner, nested_value in named_within(value, MAX_DEPTH):
        meant = meaning_of(None, inner)
        if meant is not None and meant.meaning in (Meaning.POLICIES, Meaning.BOUNDARY):
            yield from _policies(instance, index, nested_value, dataclasses.replace(meant, argument=inner))


def _without_effect(instance: ResourceInstance, row: ModuleRow | None, name: str) -> bool:
    """Whether a switch is off: the module's, or the argument's own; an unknown one counts as on."""
    known_gate = row is not None and name in row.gates
    switch = _switch(instance, row, name)
    whole = is_false(entry_of(instance.attributes, "create")) or is_false(_switch(instance, row, ""))
    return whole or is_false(switch) or (known_gate and present(switch) is None)


def _switch(instance: ResourceInstance, row: ModuleRow | None, name: str) -> Value | None:
    """The value of the switch that an argument needs."""
    gate = None if row is None else row.gates.get(name)
    return entry_of(instance.attributes, gate or f"attach_{name}")


def _switched_by(fact: Fact, switch: Value | None) -> Fact:
    """The fact, in force through the switch too."""
    match fact:
        case Document() | ImpliedStatement():
            return dataclasses.replace(fact, attachment=join_trails(origin(switch), fact.attachment))
        case Attachment():
            return dataclasses.replace(fact, trail=join_trails(origin(switch), fact.trail))
    return fact


def _holder(instance: ResourceInstance, index: ResourceIndex, kind: PolicyKind, name: str = "") -> PolicySubject:
    """Whose a policy of that kind is which the argument of that name gives."""
    module = unread_module(index, instance, name if kind is PolicyKind.IDENTITY else "")
    match kind:
        case PolicyKind.TRUST:
            return module.trust
        case PolicyKind.RESOURCE:
            return holder_of(instance, Resource, index.root)
    return role_given(index, instance) or module


def _documents(instance: ResourceInstance, index: ResourceIndex, value: Value, name: str) -> Iterator[Fact]:
    statements = statements_in(value, instance.address)
    for one in (*documents_in(value), *((statements,) if statements is not None else ())):
        kind = kind_by_shape(one)
        handed = kind is PolicyKind.IDENTITY and makes_policy(instance)  # whoever is given its ARN holds it
        yield document(instance, one, kind, None if handed else _holder(instance, index, kind, name))


def _policies(instance: ResourceInstance, index: ResourceIndex, value: Value, meant: ArgumentMeaning) -> Iterator[Fact]:
    limits = meant.meaning is Meaning.BOUNDARY
    whole = limits and not role_part(instance, meant.argument)
    holders = [_holder(instance, index, PolicyKind.IDENTITY, meant.argument)]
    holders += [_holder(instance, index, PolicyKind.IDENTITY, name) for name in role_parts(instance) if whole]
    for guards, one in each(value):
        item = by_arn(one)
        written = string(item)
        if written is not None and (limits or _is_policy(written, index, instance)):
            for holder in holders:
                yield from attachments(instance, index, holder, item, guards, limits=limits)


def _is_policy(written: Text, index: ResourceIndex, call: ResourceInstance) -> bool:
    if name_after(str(written), "policy/") is not None or _POLICY_SYMBOL.match(str(written)) is not None:
        return True
    made = index.policy_module(written, call.address)
    return made is not None and any(fact.holder is None for fact in _texts(made, index))


def _texts(call: ResourceInstance, index: ResourceIndex) -> Iterator[Document]:
    """The policies that a call is given as text or statements, whichever way its choices go."""
    for name, _ in call.attributes.entries:
        for one in spelled_out(call, (name,)):
            found = _documents(one, index, argument(one, name) or NullValue(), name)
            yield from (fact for fact in found if isinstance(fact, Document))


def _flag(instance: ResourceInstance, index: ResourceIndex, value: Value, meant: ArgumentMeaning) -> Iterator[Fact]:
    if isinstance(value, BoolValue) and value.value:
        policy = StringValue((Part(meant.arn),), value.trail)
        yield from attachments(instance, index, _holder(instance, index, PolicyKind.IDENTITY), policy)


def _trusted(instance: ResourceInstance, index: ResourceIndex, value: Value, meant: ArgumentMeaning) -> Iterator[Fact]:
    by_type = isinstance(value, ObjectValue) and {name for name, _ in value.entries} <= {"AWS", "Service", "Federated"}
    typed = value.entries if by_type and isinstance(value, ObjectValue) else (("", value),)
    for kind, listed in typed:
        for guards, item in each(listed):
            written = string(item)
            if written is not None:
                entry = PrincipalEntry(kind, written) if kind else principal_entry(written)
                yield _trust(instance, index, "sts:AssumeRole", entry, (), guards)


def _subjects(instance: ResourceInstance, index: ResourceIndex, value: Value, meant: ArgumentMeaning) -> Iterator[Fact]:
    """Trust in an OIDC provider, limited to subjects."""
    operator = "StringEquals" if meant.meaning is Meaning.SUBJECTS else "StringLike"
    values = tuple(one for _, item in each(value) if (one := string(item)) is not None)
    if values:
        yield _federated(instance, index, _provider(instance), operator, values)


def _github(instance: ResourceInstance, index: ResourceIndex, value: Value, meant: ArgumentMeaning) -> Iterator[Fact]:
    yield from _of_tokens(instance, index, of_repositories(value))


def _of_tokens(instance: ResourceInstance, index: ResourceIndex, found: Iterable[TokenSubject]) -> Iterator[Fact]:
    """Trust in providers of tokens, limited to the subjects that were found."""
    together: dict[tuple[Text, Text | None], list[Text]] = {}
    for one in found:
        together.setdefault((one.provider or _provider(instance), one.role), []).append(one.text)
    for (provider, role), subjects in together.items():
        trust = _federated(instance, index, provider, "StringLike", tuple(subjects))
        called = None if role is None else named_holder(index, Role, role, instance.address)
        yield trust if called is None else dataclasses.replace(trust, holder=called.trust)


def _provider(instance: ResourceInstance) -> Text:
    """The provider of tokens that the module is given, whichever argument names it."""
    listed = next(iter(items(argument(instance, *PROVIDERS))), None)
    return string(listed) or Text((Symbol(f"{instance.address} provider"),))


def _service_accounts(
    instance: ResourceInstance, index: ResourceIndex, value: Value, meant: ArgumentMeaning
) -> Iterator[Fact]:
    asked = argument(instance, "assume_role_condition_test")
    operator = "StringEquals" if asked is None else known(asked) or "StringLike"
    for provider, accounts in accounts_by_provider(value, instance.address):
        yield _federated(instance, index, provider, operator, accounts, _FOR_STS)


_FOR_STS = "sts.amazonaws.com"
"""The audience that modules of roles for service accounts ask for, whatever they are given."""


def _federated(
    instance: ResourceInstance,
    index: ResourceIndex,
    provider: Text,
    operator: str,
    subjects: tuple[Text, ...],
    audience: str = "",
) -> ImpliedStatement:
    issuer = name_after(str(provider), "oidc-provider/") or str(provider)
    conditions = [Condition(operator, f"{issuer}:sub", subjects, join_trails(*(one.trail for one in subjects)))]
    if audience:
        asked = text(audience, provider.trail)
        conditions.append(Condition("StringEquals", f"{issuer}:aud", (asked,), provider.trail))
    entry = PrincipalEntry("Federated", provider)
    return _trust(instance, index, "sts:AssumeRoleWithWebIdentity", entry, tuple(conditions), ())


def _let_in(instance: ResourceInstance, index: ResourceIndex, value: Value, meant: ArgumentMeaning) -> Iterator[Fact]:
    for guards, item in each(value):
        written = string(item)
        if written is not None:
            yield _resource(instance, index, meant.actions, principal_entry(written), (), guards)


def _functions(
    instance: ResourceInstance, index: ResourceIndex, value: Value, meant: ArgumentMeaning
) -> Iterator[Fact]:
    for guards, item in each(value):
        written = string(item)
        if written is not None:
            condition = Condition("StringLike", "aws:SourceArn", (written,), written.trail)
            entry = PrincipalEntry("Service", text("lambda.amazonaws.com", written.trail))
            yield _resource(instance, index, meant.actions, entry, (condition,), guards)


def _triggers(instance: ResourceInstance, index: ResourceIndex, value: Value, meant: ArgumentMeaning) -> Iterator[Fact]:
    for guards, item in each(value):
        if not isinstance(item, ObjectValue):
            continue
        principal, service = string(entry_of(item, "principal")), string(entry_of(item, "service"))
        if principal is None and service is not None:
            principal = Text((f"{service}.amazonaws.com",), service.trail)
        if principal is None:
            continue
        action = known(entry_of(item, "action")) or "lambda:InvokeFunction"
        conditions = conditions_of(item, {"source_arn": ("ArnLike", "aws:SourceArn")})
        yield _resource(instance, index, (action,), principal_entry(principal), conditions, guards)


_MAPPED = ("principal_arn", "userarn", "rolearn")
"""Whom an access entry, or a line of the older aws-auth map, lets in."""

_ACCESS = {
    "groups": ("ForAnyValue:StringEquals", "eks:kubernetesGroups"),
    "policy_arn": ("ArnEquals", "eks:policyArn"),
    "kubernetes_groups": ("ForAnyValue:StringEquals", "eks:kubernetesGroups"),
}
_ACCESS_SCOPE = {"namespaces": ("StringLike", "eks:namespaces")}


def _access_entries(
    instance: ResourceInstance, index: ResourceIndex, value: Value, meant: ArgumentMeaning
) -> Iterator[Fact]:
    for guards, item in each(value):
        if not isinstance(item, ObjectValue):
            continue
        who = next(filter(None, (string(entry_of(item, name)) for name in _MAPPED)), None)
        if who is None:
            continue
        for one in access_of(item):
            scope = entry_of(one, "access_scope")
            conditions = conditions_of(one, _ACCESS)
            if isinstance(scope, ObjectValue):
                conditions += conditions_of(scope, _ACCESS_SCOPE)
            yield _resource(instance, index, ("eks:AccessKubernetesApi",), principal_entry(who), conditions, guards)


def _trust(
    instance: ResourceInstance,
    index: ResourceIndex,
    action: str,
    entry: PrincipalEntry,
    conditions: tuple[Condition, ...],
    guards: tuple[Guard, ...],
) -> ImpliedStatement:
    return _given(instance, index, PolicyKind.TRUST, (action,), entry, conditions, guards)


def _resource(
    instance: ResourceInstance,
    index: ResourceIndex,
    actions: tuple[str, ...],
    entry: PrincipalEntry,
    conditions: tuple[Condition, ...],
    guards: tuple[Guard, ...],
) -> ImpliedStatement:
    return _given(instance, index, PolicyKind.RESOURCE, actions, entry, conditions, guards)


def _given(
    instance: ResourceInstance,
    index: ResourceIndex,
    kind: PolicyKind,
    actions: tuple[str, ...],
    entry: PrincipalEntry,
    conditions: tuple[Condition, ...],
    guards: tuple[Guard, ...],
) -> ImpliedStatement:
    trail: Trail = entry.identifier.trail
    on = () if kind is PolicyKind.TRUST else (Text((Symbol(f"{instance.address}.arn"),)),)
    statement = Statement(
        effect=Effect.ALLOW,
        actions=tuple(text(action, trail) for action in actions),
        resources=on,
        principals=Principals((entry,), trail=trail),
        conditions=conditions,
        trail=(header(instance),),
    )
    return ImpliedStatement(
        holder=_holder(instance, index, kind),
        kind=kind,
        statement=statement,
        policy=instance.address,
        attachment=in_force(instance),
        guards=(*instance.guards, *guards),
        repeated=instance.repeated,
    )


Reader = Callable[[ResourceInstance, ResourceIndex, Value, ArgumentMeaning], Iterator[Fact]]

READERS: Mapping[Meaning, Reader] = {
    Meaning.POLICIES: _policies,
    Meaning.BOUNDARY: _policies,
    Meaning.FLAG: _flag,
    Meaning.TRUSTED: _trusted,
    Meaning.SUBJECTS: _subjects,
    Meaning.SUBJECT_PATTERNS: _subjects,
    Meaning.GITHUB_SUBJECTS: _github,
    Meaning.SERVICE_ACCOUNTS: _service_accounts,
    Meaning.PRINCIPALS: _let_in,
    Meaning.FUNCTIONS: _functions,
    Meaning.TRIGGERS: _triggers,
    Meaning.ACCESS_ENTRIES: _access_entries,
}
