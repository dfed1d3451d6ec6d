"""Who runs as which role: compute, functions, jobs and whatever else is given a role or an instance profile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.extract.facts import Fact
from bot.extract.identity import each
from bot.extract.reading import argument, field, in_force, nested, string
from bot.extract.reference import Index, elsewhere
from bot.iam.grant import Edge, HolderKind
from bot.terraform.config import ResourceInstance
from bot.terraform.value import ObjectValue, Value

ROLE_TYPES = ("aws_iam_role", "aws_iam_service_linked_role")
PROFILE_TYPES = ("aws_iam_instance_profile",)
TEMPLATE_TYPES = ("aws_launch_template", "aws_launch_configuration", "aws_ecs_task_definition")

ROLE_ARGUMENTS: Mapping[str, str] = {
    "role": "execution role",
    "role_arn": "execution role",
    "iam_role_arn": "execution role",
    "iam_role": "execution role",
    "service_role": "service role",
    "service_role_arn": "service role",
    "execution_role_arn": "execution role",
    "task_role_arn": "task role",
    "node_role_arn": "node role",
    "job_role_arn": "job role",
    "lambda_role_arn": "execution role",
    "role_arns": "role",
    "roles": "role",
}
"""Arguments that say what role a thing runs as, in any resource type that is not IAM's own."""

PROFILE_BLOCKS = ("iam_instance_profile",)

USES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "aws_autoscaling_group": (("launch_configuration", ""), ("launch_template", "id"), ("launch_template", "name")),
    "aws_instance": (("launch_template", "id"), ("launch_template", "name")),
    "aws_ecs_service": (("task_definition", ""),),
}
"""Where a thing says what template it is made from: an argument, or an argument of a nested block."""


def runs_as(instance: ResourceInstance, index: Index) -> Iterator[Fact]:
    """The edges from a resource to the roles, instance profiles and templates that it runs with."""
    for name, via in ROLE_ARGUMENTS.items():
        for _, value in each(argument(instance, name)):
            yield from _edge(instance, index, value, via, ROLE_TYPES)
    for value in _profiles(instance):
        yield from _edge(instance, index, value, "instance profile", PROFILE_TYPES)
    for argument_name, inner in USES.get(instance.type, ()):
        for value in _values(instance, argument_name, inner):
            yield from _edge(instance, index, value, "template", TEMPLATE_TYPES)


def _profiles(instance: ResourceInstance) -> Iterator[Value]:
    for name in PROFILE_BLOCKS:
        yield from (value for _, value in each(argument(instance, name)) if string(value) is not None)
        for inner in ("name", "arn"):
            yield from _values(instance, name, inner)


def _values(instance: ResourceInstance, name: str, inner: str) -> Iterator[Value]:
    if not inner:
        yield from (value for _, value in each(argument(instance, name)))
        return
    for block in nested(instance, name):
        value = field(block, inner)
        if value is not None:
            yield value


def _edge(
    instance: ResourceInstance, index: Index, value: Value, via: str, types: tuple[str, ...], source: str = ""
) -> Iterator[Edge]:
    written = string(value)
    if written is None:
        return
    found = index.find(written, types, instance.address)
    if found is not None:
        target = found.address
    elif types is ROLE_TYPES and ":role/" in str(written):
        target = elsewhere(index, HolderKind.ROLE, written).address
    elif types is PROFILE_TYPES:
        target = elsewhere(index, HolderKind.RESOURCE, written).address
    else:
        return
    yield Edge(index.root, source or instance.address, via, target, in_force(instance, value))


def pod_identity(instance: ResourceInstance, index: Index) -> Iterator[Fact]:
    """Pods of a Kubernetes service account run as a role."""
    names = [_printed(instance, name) for name in ("namespace", "service_account", "cluster_name")]
    source = "service account {}/{} in {}".format(*names)
    for _, value in each(argument(instance, "role_arn")):
        yield from _edge(instance, index, value, "pod identity", ROLE_TYPES, source)


def identity_pool_roles(instance: ResourceInstance, index: Index) -> Iterator[Fact]:
    """Whoever has an identity of a Cognito pool, signed in or not, gets a role."""
    roles = argument(instance, "roles")
    if not isinstance(roles, ObjectValue):
        return
    for name, _ in roles.entries:
        value = field(roles, name)
        source = f"{name} identities of {_printed(instance, 'identity_pool_id')}"
        if value is not None:
            yield from _edge(instance, index, value, "identity pool", ROLE_TYPES, source)


def _printed(instance: ResourceInstance, name: str) -> str:
    return str(string(argument(instance, name)) or "?")
