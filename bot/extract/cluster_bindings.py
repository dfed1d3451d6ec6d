"""Who may do what in a cluster by the roles of Kubernetes that are bound to users, groups and service accounts."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from bot.evaluated.config import ResourceInstance
from bot.evaluated.diagnostic import Trail, join_trails
from bot.evaluated.document import Text, text
from bot.evaluated.value import ObjectValue, Value
from bot.extract.argument_reading import argument, blocks, field, known, string
from bot.extract.cluster_users import aws_auth, cluster_of, cluster_statement, members_of, texts
from bot.extract.facts import Fact
from bot.extract.permissions import given, principal_entry
from bot.extract.reference import ResourceIndex
from bot.iam.statement import Condition, PrincipalEntry

REQUESTS = "kubernetes:request"
"""What is asked of the API, as kubectl writes it: "get secrets", "create deployments.apps", "* *"."""
NAMES = "kubernetes:name"
ROLE = "kubernetes:role"
NAMESPACES = "eks:namespaces"

_EVERYTHING = "cluster-admin"
_MASTERS = "system:masters"
_STRANGERS = ("system:anonymous", "system:unauthenticated")
"""Who has not signed in (Kubernetes, "Using RBAC Authorization")."""

_END = {"": "", "*": "*"}
"""How a resource ends that is of the first group, or of any."""

MAX_REQUESTS = 200
"""A rule of more verbs times resources is read as far as this."""


def cluster_object(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """What a manifest says of access: the map of a cluster's users, or a binding."""
    yield from aws_auth(instance, index)
    yield from binding(instance, index)


def binding(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """What a binding lets its subjects do, and those of AWS that the root puts into its groups."""
    written = _manifest(instance)
    kind = _kind(instance, written)
    reference = next(blocks(_named(written, "role_ref", "roleRef")), None)
    entries = tuple(_subjects(written, index))
    if kind not in ("ClusterRoleBinding", "RoleBinding") or reference is None or not entries:
        return
    namespace = string(_metadata(written, "namespace")) or text("default")
    within = (
        () if kind == "ClusterRoleBinding" else (Condition("StringLike", NAMESPACES, (namespace,), namespace.trail),)
    )
    holder = cluster_of(instance, index)
    trail = join_trails(*(entry.identifier.trail for entry in entries))
    for conditions in _allowed(reference, "" if not within else str(namespace), index):
        statement = cluster_statement(instance, holder, entries, trail)
        yield given(instance, holder, dataclasses.replace(statement, conditions=(*conditions, *within)))


def _manifest(instance: ResourceInstance) -> ObjectValue:
    """What a block says: its own arguments, or the object that a manifest is."""
    manifest = argument(instance, "manifest") if instance.type == "kubernetes_manifest" else None
    return manifest if isinstance(manifest, ObjectValue) else instance.attributes


def _kind(instance: ResourceInstance, written: ObjectValue) -> str:
    """The object's kind in the words of Kubernetes; "" for what a manifest leaves open."""
    if instance.type == "kubernetes_manifest":
        return known(field(written, "kind")) or ""
    words = instance.type.removeprefix("kubernetes_").removesuffix("_v1").split("_")
    return "".join(word.capitalize() for word in words)


def _named(block: ObjectValue, *names: str) -> Value | None:
    """The first of these that is there: Terraform's name of an argument, or that of the manifest."""
    return next((value for name in names if (value := field(block, name)) is not None), None)


def _metadata(written: ObjectValue, name: str) -> Value | None:
    return next((field(block, name) for block in blocks(field(written, "metadata"))), None)


def _subjects(written: ObjectValue, index: ResourceIndex) -> Iterator[PrincipalEntry]:
    for block in blocks(_named(written, "subject", "subjects")):
        kind, name = known(field(block, "kind")), string(field(block, "name"))
        if name is None or str(name) == _MASTERS:  # nothing binds the masters, nor has to
            continue
        if str(name) in _STRANGERS:
            yield PrincipalEntry("*", text("*", name.trail))
        elif kind == "ServiceAccount":
            yield _called(f"service account {known(field(block, 'namespace')) or 'default'}/", name)
        else:
            yield _called(f"cluster {(kind or 'user').lower()} ", name)
        if kind == "Group":
            for member in members_of(str(name), index):
                yield principal_entry(Text(member.parts, join_trails(member.trail, name.trail)))


def _called(before: str, name: Text) -> PrincipalEntry:
    first, *rest = name.parts
    joined = (before + first, *rest) if isinstance(first, str) else (before, *name.parts)
    return PrincipalEntry("Kubernetes", Text(joined, name.trail))


def _allowed(reference: ObjectValue, namespace: str, index: ResourceIndex) -> Iterator[tuple[Condition, ...]]:
    """What the role that is bound allows, rule by rule; by its name where it is not in the root."""
    kind, name = known(field(reference, "kind")) or "ClusterRole", string(field(reference, "name"))
    if name is None:
        return
    if kind == "ClusterRole" and str(name) == _EVERYTHING:
        yield (Condition("StringLike", REQUESTS, (text("* *", name.trail),), name.trail),)
        return
    role = _role(kind, name, namespace, index)
    if role is None:
        yield (Condition("StringEquals", ROLE, (name,), name.trail),)
        return
    for rule in blocks(_named(role, "rule", "rules")):
        asked = tuple(_requests(rule))[:MAX_REQUESTS]
        names = texts(_named(rule, "resource_names", "resourceNames"))
        if asked:
            only = (Condition("StringEquals", NAMES, names, _trail(names)),) if names else ()
            yield (Condition("StringLike", REQUESTS, asked, _trail(asked)), *only)


def _trail(found: tuple[Text, ...]) -> Trail:
    return join_trails(*(one.trail for one in found))


def _role(kind: str, name: Text, namespace: str, index: ResourceIndex) -> ObjectValue | None:
    """The role of that name, if it is in the root: found by its name, or by the block that the name is of."""
    for instance in index.by_address.values():
        if instance.mode == "managed" and instance.type.startswith("kubernetes_"):
            written = _manifest(instance)
            same = kind == "ClusterRole" or (known(_metadata(written, "namespace")) or "default") == namespace
            called = str(string(_metadata(written, "name"))) == str(name) or _is_of(name, instance)
            if called and same and _kind(instance, written) == kind:
                return written
    return None


def _is_of(name: Text, instance: ResourceInstance) -> bool:
    """Whether a name is what a block says of itself, where nobody knows that yet."""
    return str(name).startswith(f"${{{instance.address}.metadata")


def _requests(rule: ObjectValue) -> Iterator[Text]:
    """Each verb on each resource, the group after a dot unless it is the first one, which has no name."""
    groups = [str(one) for one in texts(_named(rule, "api_groups", "apiGroups"))] or [""]
    for verb in texts(field(rule, "verbs")):
        for resource in texts(field(rule, "resources")):
            for group in groups:
                end = "" if str(resource) == "*" and group in ("", "*") else _END.get(group, f".{group}")
                yield text(f"{verb} {resource}{end}", join_trails(resource.trail, verb.trail))
