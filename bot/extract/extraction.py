"""The extraction of one root: every resource block through its family, then put together."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator

from bot.evaluated.config import EvaluatedConfig, ResourceInstance, Root, Sought
from bot.evaluated.diagnostic import Diagnostic
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.guard import disabled_by_default, ordered
from bot.evaluated.mentions import plain, symbols
from bot.evaluated.value import NullValue, Value
from bot.extract.account_names import account_names
from bot.extract.argument_reading import entry_of, present
from bot.extract.arn_names import arn_names, called, own_arns
from bot.extract.assemble import assemble
from bot.extract.attach import Managed
from bot.extract.choices import spelled_out
from bot.extract.cloud_control import with_cloud_control
from bot.extract.cloudformation import with_stacks
from bot.extract.elsewhere import KnownByName, Named, SaidElsewhere, held_elsewhere, named_by, named_roles
from bot.extract.extracted import Extracted, ExtractionGap, Membership, UnseenModule, UnseenPlace
from bot.extract.facts import Attachment, Document, Fact, ImpliedStatement
from bot.extract.identities import document
from bot.extract.pod_runners import pod_edges
from bot.extract.policy_shapes import documents_in, holds_chosen_policy, kind_by_shape
from bot.extract.readers import FAMILIES, TELL_ROLES
from bot.extract.reference import ResourceIndex, holder_of, index
from bot.extract.remote_gap import spans_of
from bot.extract.remote_modules import remote_module
from bot.extract.run_by import with_runners
from bot.extract.runners import PROFILE_TYPES, runs_as
from bot.extract.trust_edges import as_trusted, trust_edges
from bot.iam.grant import Credential, Edge
from bot.iam.policy_subject import PolicySubject, Resource, Role, UnattachedPolicy
from bot.iam.statement import PolicyKind
from bot.late_pattern import late_pattern
from bot.resource_types.known import RESOURCE_TYPES


def extract(config: EvaluatedConfig, managed: Managed) -> Extracted:
    """Who holds what in one evaluated root. Never raises on content: what cannot be read is a gap."""
    name, config = root_name(config.root), with_stacks(with_cloud_control(config))
    resources = index(config, name)
    facts = [*_facts(config.resources, resources), *_latent_facts(config, name)]
    named = _named(config, name, managed)
    roles = named_roles(facts, resources, named)
    held = held_elsewhere(facts, resources, managed, named, roles.whole)
    besides = (*_attached_elsewhere(config, resources, facts), *held)
    extracted = assemble(name, (*facts, *besides), managed)
    today = tuple(grant for grant in extracted.grants if not disabled_by_default(grant.guards))
    stated, latent = (tuple(edge for edge in extracted.edges if bool(edge.guards) is late) for late in (False, True))
    edges = tuple(as_trusted((*stated, *trust_edges(today, resources)), today))
    pods = pod_edges(today, edges, resources)
    instances = (*config.resources, *config.latent)
    managed_resources = frozenset(one.address for one in instances if one.mode == "managed")
    calls = frozenset(one.address for one in instances if one.mode == "module")
    return dataclasses.replace(
        extracted,
        edges=(*edges, *pods.edges),
        gaps=tuple(with_runners((*extracted.gaps, *pods.gaps), (*stated, *latent), name)),
        latent_edges=latent,
        moved=config.moved,
        addresses=managed_resources,
        calls=calls,
        imported=config.imported,
        arn_names=dict(arn_names(config.resources)),
        own_arns=dict(own_arns(config.resources)),
        called=dict(called(instances, config.providers)),
        accounts=account_names(config),
        within=dict(_within(instances, managed_resources)),
        abroad=frozenset(one.address for one in instances if one.mode == "managed" and one.unlike),
        named_roles=roles,
    )


def _within(instances: Iterable[ResourceInstance], known: Collection[str]) -> Iterator[tuple[str, str]]:
    """Each limited thing with what it is part of, by their addresses."""
    for one in instances:
        row = RESOURCE_TYPES.get(one.type)
        if row is not None and row.policy is not None and row.policy.within:
            named = symbols(entry_of(one.attributes, row.policy.within) or NullValue())
            wholes = (symbol.name.rpartition(".")[0] for symbol in named)
            yield from ((one.address, whole) for whole in wholes if whole in known)


def documents(config: EvaluatedConfig) -> tuple[Document, ...]:
    """Every policy document of the root's resources, in order of appearance."""
    config = with_stacks(with_cloud_control(config))
    found = _facts(config.resources, index(config, root_name(config.root)))
    return tuple(fact for fact in found if isinstance(fact, Document))


def root_name(root: Root) -> str:
    """How holders name their root: its directory, and the choice of var files if there is one."""
    return f"{root.directory} ({root.variant})" if root.variant else root.directory


def _latent_facts(config: EvaluatedConfig, root: str) -> Iterator[Fact]:
    """What would be in force besides, as far as guards can say so; nobody has it today."""
    if not config.latent:
        return
    resources = index(config, root, config.latent)
    for instance in config.latent:
        guards = ordered(disabled_by_default(instance.guards))
        for fact in _facts((instance,), resources):
            if isinstance(fact, Edge) and guards:
                yield dataclasses.replace(fact, guards=guards)
            elif isinstance(fact, _GUARDED) and disabled_by_default(fact.guards):
                yield fact
            elif isinstance(fact, ExtractionGap) and isinstance(fact.unread, UnseenModule) and guards:
                yield dataclasses.replace(fact, off=True)


_GUARDED = Document | Attachment | ImpliedStatement | Membership | Credential


def _attached_elsewhere(config: EvaluatedConfig, resources: ResourceIndex, facts: Iterable[Fact]) -> Iterator[Fact]:
    """The policies of other roots that are attached here; what is not is their own root's matter."""
    attached = {fact.policy.address for fact in facts if isinstance(fact, Attachment)}
    for fact in _facts(config.elsewhere, resources):
        if isinstance(fact, Document) and fact.policy in attached:
            named = config.by_name.get(("aws_iam_policy", fact.policy))
            yield fact if named is None else dataclasses.replace(fact, assumes=named.assumes, another=named.new)


def _named(config: EvaluatedConfig, root: str, managed: Managed) -> Named:
    """The groups, roles and instance profiles that are only named here, as the roots that make them say."""
    said: dict[str, SaidElsewhere] = {}
    for made in config.by_name.values():
        if made.around and made.directory not in said:
            there = index(EvaluatedConfig(config.root, made.around), root)
            said[made.directory] = SaidElsewhere(root, tuple(_facts(made.around, there)), managed)
    return {
        (kind, called): KnownByName(kind, called, made, said[made.directory])
        for (kind, called), made in config.by_name.items()
        if made.around
    }


def roles_named(config: EvaluatedConfig) -> tuple[Sought, ...]:
    """The roles and instance profiles that something runs as in a root that does not make them, by their names."""
    resources = index(config, root_name(config.root))
    found: dict[tuple[str, str], Sought | None] = {}
    for block in config.resources:
        for one in named_by(block, resources, _runs(block, resources)):
            known = found.setdefault((one.type, one.text), one)
            if known != one:  # two of one name, in two accounts or under two paths
                found[one.type, one.text] = None
    return tuple(one for one in found.values() if one is not None)


def _runs(block: ResourceInstance, resources: ResourceIndex) -> Iterator[Fact]:
    if block.mode != "managed":
        return
    if block.type in TELL_ROLES or block.type in PROFILE_TYPES:
        yield from FAMILIES.get(block.type, generic)(block, resources)
    elif block.type.startswith("aws_") and not block.type.startswith("aws_iam_"):
        yield from runs_as(block, resources)


def facts_of(instance: ResourceInstance, resources: ResourceIndex) -> tuple[Fact, ...]:
    """What one block says about access, before it is put together."""
    return tuple(_facts((instance,), resources))


def _facts(instances: Iterable[ResourceInstance], resources: ResourceIndex) -> Iterator[Fact]:
    for instance in instances:
        if instance.mode == "module":
            yield from remote_module(instance, resources)
        elif instance.mode == "managed" and (instance.type.startswith("aws_") or instance.type in FAMILIES):
            yield from FAMILIES.get(instance.type, generic)(instance, resources)
            if instance.type not in TELL_ROLES and not instance.type.startswith("aws_iam_"):
                yield from runs_as(instance, resources)


NOT_IAM = late_pattern(
    r"^aws_(ecr(public)?_lifecycle_policy|dlm_.*|.*autoscaling.*_policy|(lb|elb|alb|load_balancer)_.*policy|.*_elb_.*policy"
    r"|cloudfront_.*_policy|fms_policy|cloudwatch_log_(data_protection|index|account)_policy.*|route53_traffic_policy"
    r"|sqs_queue_redrive.*_policy|organizations_policy.*|iam_.*|backup_plan)$"
)
"""Types whose `policy` is another language, or whose IAM meaning a table has already."""


FOR_CODE = ("environment",)
"""Arguments whose values code reads when it runs: a trust policy in them is of no role yet."""


def generic(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """The policy documents of a block of an unlisted type, held by itself."""
    if NOT_IAM.match(instance.type):
        return
    for name, argument in instance.attributes.entries:
        for one in spelled_out(instance, (name,)) if holds_chosen_policy(argument) else (instance,):
            yield from _of_argument(one, index, name)


def _of_argument(instance: ResourceInstance, index: ResourceIndex, name: str) -> Iterator[Fact]:
    for value in documents_in(present(entry_of(instance.attributes, name))):
        kind = kind_by_shape(value)
        if kind is PolicyKind.TRUST and name in FOR_CODE:
            yield _for_code(instance, value)
        else:
            yield document(instance, value, kind, _itself(instance, kind, index.root))


def _for_code(instance: ResourceInstance, value: Value) -> ExtractionGap:
    """The gap of a trust policy that code is given: of which role it will be, nobody here knows."""
    spans = tuple(dict.fromkeys(spans_of(value)))
    reason = f"{instance.address} is given a trust policy, and nobody here knows for which role"
    place, remedy = spans[0] if spans else instance.span, "Review which roles it makes or changes with that."
    told = Diagnostic(DiagnosticKind.HELD_ELSEWHERE, reason, "", place, remedy)
    return ExtractionGap(told, instance.address, UnseenPlace(instance.address, repr(plain(value))), spans)


def _itself(instance: ResourceInstance, kind: PolicyKind, root: str) -> PolicySubject:
    """The block as the holder of a policy of that kind."""
    match kind:
        case PolicyKind.TRUST:
            return holder_of(instance, Role, root).trust
        case PolicyKind.RESOURCE:
            return holder_of(instance, Resource, root)
    return holder_of(instance, UnattachedPolicy, root)
