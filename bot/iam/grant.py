"""A grant: one statement, held by one principal or standing on one resource."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import field

from bot.evaluated.diagnostic import Trail
from bot.evaluated.document import Text
from bot.evaluated.guard import Guard
from bot.frozen import dataclass
from bot.iam.policy_subject import PolicySubject
from bot.iam.statement import Effect, PolicyKind, Statement


@dataclass(frozen=True, slots=True)
class Grant:
    """One statement in force for one holder.

    `kind` says how it counts: an identity statement, a resource or trust statement, or a limit (a
    permissions boundary or SCP). `policy` is the address of the resource whose text it is;
    `attachment` the trail of what puts it in force here (the attachment block and its arguments,
    the resource's own existence). `guards` are unknown conditions it depends on; base and head
    are compared under the same outcome, `text_guards` those of them that its text depends on wherever it is attached.
    `named` is the trail of what names the policy where it is attached.
    `repeated` marks a holder or attachment that stands for an unknown number. `assumes` says what is taken for granted
    of where the text is from, "" if nothing.
    """

    holder: PolicySubject
    kind: PolicyKind
    statement: Statement
    policy: str
    attachment: Trail = field(default=(), compare=False)
    named: Trail = field(default=(), compare=False)
    guards: tuple[Guard, ...] = ()
    text_guards: tuple[Guard, ...] = field(default=(), compare=False)
    repeated: bool = False
    assumes: str = field(default="", compare=False)

    @property
    def gives(self) -> bool:
        """Whether it takes nothing away: an Allow that is no limit."""
        return self.kind is not PolicyKind.LIMIT and self.statement.effect is Effect.ALLOW


@dataclass(frozen=True, slots=True)
class AddressedSource:
    """A block of the root, by its address."""

    address: str


@dataclass(frozen=True, slots=True)
class TrustedSource:
    """A principal that a trust policy names and that no block of the root is: its `type`, and as it is written."""

    type: str
    identifier: Text


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """A service account of a Kubernetes cluster; None for what is not written."""

    namespace: Text | None
    name: Text | None
    cluster: Text | None


POOLS = "cognito-identity.amazonaws.com"
"""Who vouches in a trust policy for the identities of Cognito's identity pools."""

GUESTS = "unauthenticated"
"""The identities of a Cognito identity pool that are given to whoever asks, without signing in."""


@dataclass(frozen=True, slots=True)
class PoolIdentities:
    """Some identities of a Cognito identity pool: `which` is "authenticated", "unauthenticated" or "mapped"."""

    which: str
    pool: Text | None

    @property
    def guests(self) -> bool:
        """Whether anybody can be one of them."""
        return self.which == GUESTS


@dataclass(frozen=True, slots=True)
class PoolGroup:
    """The members of a group of a Cognito user pool."""

    group: Text | None
    pool: Text | None


@dataclass(frozen=True, slots=True)
class Entrants:
    """Whoever may run commands in the containers of a service, by its block's address."""

    service: str


EdgeSource = AddressedSource | TrustedSource | ServiceAccount | PoolIdentities | PoolGroup | Entrants
EdgeNode = str | ServiceAccount | PoolIdentities | PoolGroup | Entrants
"""What edges meet in: an address, or the ARN or name of what has none here; else the source itself."""

EdgeTarget = str | ServiceAccount
"""What edges lead to: an address, the name of what has none here, or whom pods run as."""


@dataclass(frozen=True, slots=True)
class Edge:
    """Who can become or run as whom: trust, instance profile, execution role.

    `via` names the means, a few words that hold nothing of the configuration. `doubts` are what nobody can see
    and must be so for it (a condition of the trust), `guards` the defaults that rule it out today.
    """

    root: str
    source: EdgeSource
    via: str
    target: EdgeTarget
    trail: Trail = field(default=(), compare=False)
    doubts: tuple[str, ...] = field(default=(), compare=False)
    guards: tuple[Guard, ...] = ()

    @property
    def node(self) -> EdgeNode:
        """The source, as targets name it."""
        match self.source:
            case AddressedSource(address):
                return address
            case TrustedSource(identifier=identifier):
                return str(identifier)
        return self.source


@dataclass(frozen=True, slots=True)
class Credential:
    """A long-term credential of a user, such as an access key, or what lets others sign in: an identity provider.

    `kind` is a slug ("access-key", "console-password"); `trail` is where it is created. `guards` are the undecided
    conditions that its existence depends on. `says` is all that a provider says: one that says the same is the same.
    `outside` if others decide whom it signs in: a forge, a company's directory; not a cluster of one's own.
    `issuer`: who that is, where a document says so, however its keys change.
    """

    kind: str
    owner: PolicySubject
    address: str
    trail: Trail = field(default=(), compare=False)
    guards: tuple[Guard, ...] = ()
    says: Hashable = field(default=None, compare=False)
    outside: bool = field(default=False, compare=False)
    issuer: str = field(default="", compare=False)
