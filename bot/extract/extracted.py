"""What one root says about access: grants, who can become whom, credentials, and what could not be read."""

from __future__ import annotations

from dataclasses import dataclass

from bot.evaluated.config import Moved
from bot.evaluated.diagnostic import Diagnostic, Span, Trail
from bot.evaluated.guard import Guard
from bot.iam.grant import Credential, Edge, Grant
from bot.iam.policy import PolicyProblem
from bot.iam.policy_subject import PolicySubject


@dataclass(frozen=True, slots=True)
class ExtractionGap:
    """Something that carries access and could not be read: a document, an attached policy, a module.

    `symbol` names what is unknown, equal on both sides if it is the same. `inputs` are the spans of what flowed into
    it, to decide whether a change touched it. `holders` are those whose statements are incomplete because of it.
    """

    diagnostic: Diagnostic
    address: str
    symbol: str
    inputs: tuple[Span, ...] = ()
    holders: tuple[PolicySubject, ...] = ()


@dataclass(frozen=True, slots=True)
class Membership:
    """`member` holds all that `group` holds: a user in a group, an assignment of a permission set.

    `trail` is where the membership is written.
    """

    member: PolicySubject
    group: PolicySubject
    trail: Trail = ()
    guards: tuple[Guard, ...] = ()
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class PublicAccessBlock:
    """Public `stops` ("policies" or "ACLs") of `bucket` (of every bucket if None) let nobody in while this is there."""

    bucket: PolicySubject | None
    address: str
    trail: Trail = ()
    stops: str = "policies"


@dataclass(frozen=True, slots=True)
class Extracted:
    """Everything about access in one evaluated root, in order of appearance.

    `policies` counts the documents seen, `complete` those read without a gap. `problems` are mistakes
    in documents that hide nothing. `moved` and `addresses` (of all managed resources) are there for pairing, `calls`
    are those of modules that are not here, `imported` those that existing things are put at. `latent_edges` are those
    that a variable's default rules out.
    """

    root: str
    grants: tuple[Grant, ...] = ()
    edges: tuple[Edge, ...] = ()
    latent_edges: tuple[Edge, ...] = ()
    credentials: tuple[Credential, ...] = ()
    members: tuple[Membership, ...] = ()
    public_access_blocks: tuple[PublicAccessBlock, ...] = ()
    gaps: tuple[ExtractionGap, ...] = ()
    problems: tuple[PolicyProblem, ...] = ()
    policies: int = 0
    complete: int = 0
    moved: tuple[Moved, ...] = ()
    addresses: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()
    imported: frozenset[str] = frozenset()
