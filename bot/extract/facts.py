"""What single resource blocks state, before it is put together per holder."""

from __future__ import annotations

from bot.evaluated.diagnostic import Span, Trail
from bot.evaluated.document import Text
from bot.evaluated.guard import Guard
from bot.evaluated.value import Value
from bot.extract.extracted import ExtractionGap, Membership, PublicAccessBlock
from bot.frozen import dataclass
from bot.iam.grant import Credential, Edge
from bot.iam.policy_subject import PolicySubject
from bot.iam.statement import PolicyKind, Statement


@dataclass(frozen=True, slots=True)
class Document:
    """A policy's text. Without a `holder` it is held by whatever principal `policy` is attached to.

    `policy` is the address of the resource whose text it is. It is read as a document of `kind`; its statements
    count as `counts_as` (a limit for one that only limits; limits `together` with others of that name are one). What it
    denies does not count unless it `denies`. `assumes` says what is taken for granted of one that is only named, "" if
    it is this one for certain, and it may be `another` one yet.
    """

    policy: str
    name: str
    kind: PolicyKind
    value: Value
    span: Span
    holder: PolicySubject | None = None
    attachment: Trail = ()
    guards: tuple[Guard, ...] = ()
    repeated: bool = False
    counts_as: PolicyKind = PolicyKind.IDENTITY
    together: str = ""
    denies: bool = True
    assumes: str = ""
    another: bool = False


@dataclass(frozen=True, slots=True)
class PolicyReference:
    """A policy named by someone: the address of one in this root, or what is written there (ARN, symbol)."""

    address: str
    written: Text


@dataclass(frozen=True, slots=True)
class Attachment:
    """`holder` holds what `policy` says; with `limits` it limits the holder instead (a permissions boundary).

    Limits `together` with others of that name are one: what any of them allows passes (session policies). `assumes` is
    what is taken for granted of who holds it, "" if nothing.
    """

    holder: PolicySubject
    policy: PolicyReference
    address: str
    span: Span
    trail: Trail = ()
    guards: tuple[Guard, ...] = ()
    repeated: bool = False
    limits: bool = False
    together: str = ""
    assumes: str = ""


@dataclass(frozen=True, slots=True)
class ImpliedStatement:
    """A statement that follows from arguments without a policy document."""

    holder: PolicySubject
    kind: PolicyKind
    statement: Statement
    policy: str
    attachment: Trail = ()
    guards: tuple[Guard, ...] = ()
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class ExclusiveList:
    """The only inline policies that `holder` keeps, each by its address or name, and where it is listed."""

    holder: PolicySubject
    kept: tuple[tuple[str, Trail], ...]


Fact = (
    Document
    | ExclusiveList
    | Attachment
    | ImpliedStatement
    | Membership
    | Edge
    | Credential
    | PublicAccessBlock
    | ExtractionGap
)
