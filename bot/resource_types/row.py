"""One row of knowledge: everything that any room knows of one resource type."""

from __future__ import annotations

import enum

from bot.frozen import dataclass
from bot.iam.policy_subject import Principal


@dataclass(frozen=True, slots=True)
class PolicyArgument:
    """The argument with a resource policy, and the argument naming the resource it stands on.

    Without `stands_on` the block is the resource itself. `limits` marks a policy without which everything passes;
    `within` names what the limited thing is part of, with which it goes without letting anything pass. `without` says
    what is in force where there is no such policy and AWS lets in more than nobody; "" where it does not.
    """

    policy: str = "policy"
    stands_on: str = ""
    limits: bool = False
    within: str = ""
    without: str = ""


@dataclass(frozen=True, slots=True)
class PermissionType:
    """How a block reads as a statement.

    `principal` names the argument (or list) with who is let in; `stands_on` the one naming the resource.
    Actions are `actions`, or those in the argument `action_from` with `prefix` before them.
    `conditions` are (operator, condition key, argument), `block` is a nested block with further ones. An argument of a
    nested block is written `block.argument`. A principal may also be the ARN of an organisation or unit.
    `only_if` is an (argument, value) that must hold, `only_with` an argument without which nothing is granted.
    `resource` is written instead of the resource itself, for actions that have no such resource.
    """

    actions: tuple[str, ...] = ()
    principal: str = "principal"
    stands_on: str = ""
    action_from: str = ""
    prefix: str = ""
    conditions: tuple[tuple[str, str, str], ...] = ()
    only_if: tuple[str, str] | None = None
    only_with: str = ""
    resource: str = ""
    block: str = ""

    @property
    def arguments(self) -> tuple[str, ...]:
        """The arguments that the statement depends on."""
        names = (self.principal, self.stands_on, self.action_from, *(self.only_if or ())[:1], self.block)
        return tuple(name.partition(".")[0] for name in (*names, *(name for _, _, name in self.conditions)))


@dataclass(frozen=True, slots=True)
class ArnShape:
    """How the ARN and other attributes follow from arguments; a type with a random part in its ARN has none.

    Templates hold `{partition}`, `{region}`, `{account}`, `{suffix}` (the partition's DNS suffix), `{path}` (default
    `/`) and names of the `required` arguments; `arn` is what follows `arn:{partition}:`, `more` are (attribute,
    template). `looked_up` if the data source of the same name finds a thing by the same arguments.
    """

    arn: str
    required: tuple[str, ...]
    more: tuple[tuple[str, str], ...] = ()
    looked_up: bool = False


class Reading(enum.Enum):
    """What a block is read by where neither a policy argument nor permissions say it all."""

    SESSIONS = enum.auto()
    IDENTITY_POOL_ROLES = enum.auto()
    USER_GROUP_ROLE = enum.auto()
    SESSION_POLICY = enum.auto()
    CREDENTIAL = enum.auto()
    NOTHING = enum.auto()
    GROUP_MEMBERSHIP = enum.auto()
    INLINE_POLICY = enum.auto()
    ATTACHMENT = enum.auto()
    EXCLUSIVE_ATTACHMENTS = enum.auto()
    EXCLUSIVE_POLICIES = enum.auto()
    INSTANCE_PROFILE = enum.auto()
    CUSTOMER_POLICY = enum.auto()
    MANY_ATTACHMENTS = enum.auto()
    ROLE = enum.auto()
    USER = enum.auto()
    USER_GROUP_MEMBERSHIP = enum.auto()
    DIRECTORY_MEMBERSHIP = enum.auto()
    THING_POLICY = enum.auto()
    THING_POLICY_ATTACHMENT = enum.auto()
    CERTIFICATES = enum.auto()
    IDENTITY_PROVIDER = enum.auto()
    PERMISSION_SET_ASSIGNMENT = enum.auto()
    PERMISSION_SET_CUSTOMER_POLICY = enum.auto()
    PERMISSION_SET_MANAGED_POLICY = enum.auto()
    PERMISSION_SET_INLINE_POLICY = enum.auto()
    PERMISSION_SET_BOUNDARY = enum.auto()
    CONTROL_POLICY = enum.auto()
    CONTROL_POLICY_ATTACHMENT = enum.auto()
    PLACE_IN_ORGANIZATION = enum.auto()
    POLICY_TYPES = enum.auto()
    SHARED_RESOURCE = enum.auto()
    PUBLIC_ACCESS_BLOCK = enum.auto()
    BUCKET = enum.auto()
    ACL = enum.auto()
    ACCESS_GRANT = enum.auto()
    SERVICE_AUTHENTICATION = enum.auto()
    MULTI_REGION_ACCESS_POINT = enum.auto()
    LAKE_SETTINGS = enum.auto()
    LAKE_PERMISSIONS = enum.auto()
    POD_IDENTITY = enum.auto()
    ENTERED_TASKS = enum.auto()
    CLUSTER_USERS = enum.auto()
    CLUSTER_BINDING = enum.auto()
    CLUSTER_OBJECT = enum.auto()
    SERVICE_ACCOUNT = enum.auto()
    COPIED_IMAGES = enum.auto()
    COPIED_OBJECTS = enum.auto()


@dataclass(frozen=True, slots=True)
class ResourceType:
    """Everything that is known of one type; whatever a row leaves out is found by the shape of its arguments.

    `policy` is its resource policy and `longest` how many characters that may have, `permissions` are the statements
    that it stands for; `reading` is what else reads it. `implied` if nobody wrote its statements down, `tells_roles`
    if its reading says which roles are used.

    `arn` tells its ARN; `spelled` as much of it as is known where AWS makes up a part. `runs` is how the ARN of what
    it runs begins, for what runs as its role; `templates` are (argument, argument inside that block) naming the
    template that it is made from, `is_template` if it is one.

    `principal` is the kind of principal it makes, `credential` the kind of credential. `service` is the prefix of
    the actions on what its `arn` attribute names. `named_after` is the type that it names by a plain string, if its
    own name does not begin with that.
    """

    name: str
    policy: PolicyArgument | None = None
    permissions: tuple[PermissionType, ...] = ()
    reading: Reading | None = None
    implied: bool = False
    tells_roles: bool = False
    arn: ArnShape | None = None
    spelled: ArnShape | None = None
    runs: str = ""
    templates: tuple[tuple[str, str], ...] = ()
    is_template: bool = False
    principal: type[Principal] | None = None
    credential: str = ""
    service: str = ""
    named_after: str = ""
    longest: int = 0
