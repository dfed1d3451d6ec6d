"""A grant: one statement, held by one principal or standing on one resource."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from bot.evaluated.diagnostic import Trail
from bot.evaluated.guard import Guard
from bot.iam.statement import PolicyKind, Statement


class PolicySubjectKind(enum.StrEnum):
    """Whose access a set of statements is."""

    ROLE = "role"
    USER = "user"
    GROUP = "group"
    PERMISSION_SET = "permission_set"
    POLICY = "policy"
    MODULE = "module"
    TRUST = "trust"
    RESOURCE = "resource"
    ORGANIZATION = "organization"


@dataclass(frozen=True, slots=True)
class PolicySubject:
    """A principal (or a policy attached to nothing known), or a resource or role that lets others in.

    `address` is the Terraform address without the root; `root` the root's directory (plus variant);
    `name` the AWS name, symbolic where unknown. For TRUST, the address is the role's.
    """

    kind: PolicySubjectKind
    root: str
    address: str
    name: str


@dataclass(frozen=True, slots=True)
class Grant:
    """One statement in force for one holder.

    `kind` says how it counts: an identity statement, a resource or trust statement, or a cap (a
    permissions boundary or SCP). `policy` is the address of the resource whose text it is;
    `attachment` the trail of what puts it in force here (the attachment block and its arguments,
    the resource's own existence). `guards` are unknown conditions it depends on; base and head
    are compared under the same outcome.
    `repeated` marks a holder or attachment that stands for an unknown number.
    """

    holder: PolicySubject
    kind: PolicyKind
    statement: Statement
    policy: str
    attachment: Trail = field(default=(), compare=False)
    guards: tuple[Guard, ...] = ()
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """Who can become or run as whom: trust, instance profile, execution role.

    `source` and `target` are addresses or principals in text; `via` names the means. `doubts` are what nobody can see
    and must be so for it (a condition of the trust), `guards` the defaults that rule it out today.
    """

    root: str
    source: str
    via: str
    target: str
    trail: Trail = field(default=(), compare=False)
    doubts: tuple[str, ...] = field(default=(), compare=False)
    guards: tuple[Guard, ...] = ()


@dataclass(frozen=True, slots=True)
class Credential:
    """A long-term credential of a user: an access key or a console password.

    `kind` is a slug ("access-key", "console-password"); `trail` is where it is created. `guards` are the undecided
    conditions that its existence depends on.
    """

    kind: str
    owner: PolicySubject
    address: str
    trail: Trail = field(default=(), compare=False)
    guards: tuple[Guard, ...] = ()
