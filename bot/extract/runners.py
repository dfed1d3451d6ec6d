"""Who runs as which role: compute, functions, jobs and whatever else is given a role or an instance profile."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping

from bot.evaluated.config import ResourceInstance
from bot.evaluated.document import Text, text
from bot.evaluated.trails import with_trail
from bot.evaluated.value import BoolValue, Choice, ListValue, ObjectValue, StringValue, Unknown, Value
from bot.extract.argument_reading import argument, blocks, field, in_force, known, nested, string
from bot.extract.facts import Fact
from bot.extract.identities import each
from bot.extract.reference import ResourceIndex, elsewhere
from bot.iam.arn import name_after
from bot.iam.grant import (
    AddressedSource,
    Edge,
    EdgeSource,
    EdgeTarget,
    Entrants,
    PoolGroup,
    PoolIdentities,
    ServiceAccount,
)
from bot.iam.policy_subject import Resource, Role
from bot.late_pattern import late_pattern
from bot.resource_types.known import RESOURCE_TYPES
from bot.resource_types.row import Reading

ROLE_TYPES = tuple(name for name, row in RESOURCE_TYPES.items() if row.principal is Role)
PROFILE_TYPES = tuple(name for name, row in RESOURCE_TYPES.items() if row.reading is Reading.INSTANCE_PROFILE)
TEMPLATE_TYPES = tuple(name for name, row in RESOURCE_TYPES.items() if row.is_template)

ENTERED = "ECS Exec"
"""By what whoever may run commands in containers comes to their role."""

ANNOTATED = "service account annotation"
HANDED = ("pod identity", "node role", ANNOTATED)
"""By what pods and nodes are handed a role, which counts also where nobody here knows which it is."""

MAX_DEPTH = 6
"""How deep in nested blocks and encoded JSON arguments are looked at."""

ROLE_ARGUMENTS: Mapping[str, str] = {
    "role": "execution role",
    "role_arn": "execution role",
    "iam_role_arn": "execution role",
    "iam_role": "execution role",
    "execution_role": "execution role",
    "execution_role_arn": "execution role",
    "lambda_role_arn": "execution role",
    "service_execution_role": "execution role",
    "pod_execution_role_arn": "execution role",
    "credentials": "execution role",
    "credentials_arn": "execution role",
    "service_role": "service role",
    "service_role_arn": "service role",
    "iam_service_role_arn": "service role",
    "task_role_arn": "task role",
    "node_role_arn": "node role",
    "job_role_arn": "job role",
    "instance_role_arn": "instance role",
    "role_arns": "role",
    "roles": "role",
    "iam_roles": "role",
    "iam_role_arns": "role",
}
"""Words for arguments that say what role a thing runs as; any other that is called a role is called what it is."""

PROFILE_BLOCKS = ("iam_instance_profile", "instance_profile_name", "instance_profile_arn", "iam_instance_profile_arn")

USES: Mapping[str, tuple[tuple[str, str], ...]] = {
    name: row.templates for name, row in RESOURCE_TYPES.items() if row.templates
}
"""Where a thing says what template it is made from: an argument, or one inside a nested block."""

_ROLE = late_pattern(r"roles?(arns?|names?|id)?$|credentials(arn)?$")
_PROFILE = late_pattern(r"instanceprofile(name|arn)?$|^instancerole$")
_TEMPLATE = late_pattern(r"^(launchconfiguration|launchtemplate(id|name)|taskdefinition(arn)?|jobdefinition)$")
_IN_TEMPLATE = late_pattern(r"^launchtemplate(specification)?\.(id|name)$")
_HOSTS = "/ssm/managed-instance/default-ec2-instance-management-role"
_NOT_RUN_AS = late_pattern(r"^(principal|trusted|allowed|grant|assume)")
"""Arguments that name roles which are let in, not used."""


def runs_with(name: str, within: str = "") -> bool:
    """Whether an argument of this name, in a block of that name, is read as a role or profile that is run with."""
    plain = _plain(name)
    return _is_profile(plain, within) or _is_role(plain)


def runs_as(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """The edges from a resource to the roles, instance profiles and templates that it runs with."""
    found: dict[tuple[EdgeSource, str, EdgeTarget], Edge] = {}
    for name, within, value in _arguments(instance.attributes, "", MAX_DEPTH):
        for edge in _edges_of(instance, index, name, within, value):
            found.setdefault((edge.source, edge.via, edge.target), edge)
    yield from found.values()


def _edges_of(instance: ResourceInstance, index: ResourceIndex, name: str, within: str, value: Value) -> Iterator[Edge]:
    plain = _plain(name)
    if _is_profile(plain, within):
        yield from edges_to(instance, index, value, "instance profile", PROFILE_TYPES)
        if plain == "instancerole":
            yield from edges_to(instance, index, value, "instance role", ROLE_TYPES)
    elif _TEMPLATE.match(plain) or _IN_TEMPLATE.match(f"{_plain(within)}.{plain}"):
        yield from edges_to(instance, index, value, "template", TEMPLATE_TYPES)
    elif _is_role(plain):
        yield from edges_to(instance, index, value, ROLE_ARGUMENTS.get(name, _words(name)), ROLE_TYPES)


def _is_profile(plain: str, within: str) -> bool:
    return bool(_PROFILE.search(plain)) or (_plain(within) == "iaminstanceprofile" and plain in ("name", "arn"))


def _is_role(plain: str) -> bool:
    return bool(_ROLE.search(plain)) and not _NOT_RUN_AS.match(plain)


def _arguments(value: Value, within: str, depth: int) -> Iterator[tuple[str, str, Value]]:
    """The strings inside a value with the name of their argument and of the block it is in; lists item by item."""
    if not depth or not isinstance(value, ObjectValue):
        return
    for name, written in value.entries:
        inner = with_trail(written, value.trail) if value.trail else written
        yield from _strings(name, within, inner, depth)
    yield from _setting(value)


def _strings(name: str, within: str, value: Value, depth: int) -> Iterator[tuple[str, str, Value]]:
    match value:
        case ObjectValue():
            yield from _arguments(value, name, depth - 1)
        case ListValue():
            for item in value.items:
                yield from _strings(name, within, with_trail(item, value.trail), depth)
        case Choice():
            for alternative in value.alternatives:
                yield from _strings(name, within, with_trail(alternative.value, value.trail), depth)
        case StringValue() if value.known == "":
            return  # What is left empty is left out: the provider does not send it, and nobody is called so.
        case StringValue() | Unknown():
            yield name, within, value
            encoded = value.encoded if isinstance(value, StringValue) else None
            if encoded is not None:
                yield from _strings(name, within, with_trail(encoded, value.trail), depth - 1)


def _setting(block: ObjectValue) -> Iterator[tuple[str, str, Value]]:
    """Elastic Beanstalk's settings are blocks of a name and a value; the role of all instances that have none is one of
    Systems Manager's."""
    setting = known(field(block, "setting_id")) or ""
    if setting.endswith(_HOSTS) and (role := field(block, "setting_value")) is not None:
        yield "default_instance_role", "setting", role
    written, value = string(field(block, "name")), field(block, "value")
    if written is not None and value is not None and written.literal in ("IamInstanceProfile", "ServiceRole"):
        yield written.literal or "", "setting", value


def _plain(name: str) -> str:
    """`jobRoleArn` and `job_role_arn` are one name."""
    return name.replace("_", "").lower()


def _words(name: str) -> str:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    return re.sub(r"_(arns?|names?|id)$", "", spaced).replace("_", " ")


def edges_to(
    instance: ResourceInstance,
    index: ResourceIndex,
    value: Value,
    via: str,
    types: tuple[str, ...],
    source: EdgeSource | None = None,
    because: Value | None = None,
) -> Iterator[Edge]:
    """The edge from a block, or another `source`, to the thing of one of `types` that an argument names."""
    written = string(value)
    if written is None:
        return
    called = (written, *_without_path(written))
    found = next((made for one in called if (made := index.made(one, types, instance.address)) is not None), None)
    if found is not None:
        target = found.address
    elif types is ROLE_TYPES and (via in HANDED or name_after(str(written), "role/") is not None):
        target = elsewhere(index, Role, written, instance.address).address
    elif types is PROFILE_TYPES:
        target = elsewhere(index, Resource, written, instance.address).address
    else:
        return
    yield Edge(index.root, source or AddressedSource(instance.address), via, target, in_force(instance, value, because))


def _without_path(written: Text) -> Iterator[Text]:
    """The name alone of what is called by its path too: `service-role/name`."""
    path, _, name = (written.literal or "").rpartition("/")
    if path and ":" not in path:
        yield text(name, written.trail)


def pod_identity(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """Pods of a Kubernetes service account run as a role."""
    names = ("namespace", "service_account", "cluster_name")
    source = ServiceAccount(*(string(argument(instance, name)) for name in names))
    for _, value in each(argument(instance, "role_arn")):
        yield from edges_to(instance, index, value, "pod identity", ROLE_TYPES, source)


def entered_tasks(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """Whoever may run commands in the containers of a service comes to the role of its tasks, and not to the one that
    starts them (Amazon ECS, Developer Guide, "Monitor Amazon ECS containers with ECS Exec")."""
    entered, named = argument(instance, "enable_execute_command"), string(argument(instance, "task_definition"))
    task = None if named is None else index.made(named, ("aws_ecs_task_definition",), instance.address)
    if task is None or entered is None or known(entered) == "false":
        return
    doubts = () if known(entered) == "true" else ("its containers may be entered (enable_execute_command)",)
    for _, value in each(argument(task, "task_role_arn")):
        for edge in edges_to(task, index, value, ENTERED, ROLE_TYPES, Entrants(instance.address)):
            yield dataclasses.replace(edge, trail=in_force(instance, entered), doubts=doubts)


def identity_pool_roles(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """Whoever has an identity of a Cognito pool, signed in or not, gets a role; so do those whom a rule matches."""
    pool, roles = string(argument(instance, "identity_pool_id")), argument(instance, "roles")
    for name, _ in roles.entries if isinstance(roles, ObjectValue) else ():
        role = field(roles, name) if isinstance(roles, ObjectValue) else None
        yield from _of_pool(instance, index, PoolIdentities(name, pool), role)
    for mapping in nested(instance, "role_mapping"):
        for rules in blocks(field(mapping, "mapping_rule")):
            yield from _of_pool(instance, index, PoolIdentities("mapped", pool), field(rules, "role_arn"))


def _of_pool(
    instance: ResourceInstance, index: ResourceIndex, source: PoolIdentities, role: Value | None
) -> Iterator[Edge]:
    """The edge to the role of some identities; of guests where the pool takes them, as far as that is known."""
    guests = _takes_guests(instance, index) if source.guests else BoolValue(True)
    if role is None or known(guests) == "false":
        return
    doubts = () if known(guests) == "true" else ("its pool takes guests (allow_unauthenticated_identities)",)
    for edge in edges_to(instance, index, role, "identity pool", ROLE_TYPES, source, guests if source.guests else None):
        yield dataclasses.replace(edge, doubts=doubts)


def _takes_guests(instance: ResourceInstance, index: ResourceIndex) -> Value | None:
    """Whether the pool of an attachment gives identities to those who do not sign in; None if it is elsewhere."""
    named = string(argument(instance, "identity_pool_id"))
    pool = None if named is None else index.find(named, ("aws_cognito_identity_pool",), instance.address)
    return None if pool is None else argument(pool, "allow_unauthenticated_identities") or BoolValue(False)


def user_group_role(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """Members of a group of a Cognito user pool get its role from an identity pool."""
    source = PoolGroup(string(argument(instance, "name")), string(argument(instance, "user_pool_id")))
    for _, value in each(argument(instance, "role_arn")):
        yield from edges_to(instance, index, value, "user group", ROLE_TYPES, source)
