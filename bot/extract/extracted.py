"""What one root says about access: grants, who can become whom, credentials, and what could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace

from bot.evaluated.config import Moved
from bot.evaluated.derived import falls_back, roots
from bot.evaluated.diagnostic import Diagnostic, Span, Trail
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.document import Symbol, Text
from bot.evaluated.guard import Guard
from bot.evaluated.symbol_origin import SymbolOrigin, origin_of
from bot.extract.account_names import AccountNames
from bot.extract.arn_names import Called
from bot.frozen import dataclass
from bot.iam.arn import Arn
from bot.iam.grant import Credential, Edge, Grant
from bot.iam.policy import PolicyProblem
from bot.iam.policy_subject import PolicySubject, UnattachedPolicy
from bot.iam.statement import Statement

_HOLE = "\0"
"""Stands for a symbol where only the written text counts."""


@dataclass(frozen=True, slots=True)
class UnseenPolicy:
    """An attached policy whose text is not here: its ARN as it is written, symbols for what of it is not known."""

    written: Text

    @property
    def is_one_policy(self) -> bool:
        """Whether equal words mean one policy: literal ones do, and what whoever applies the root says from outside."""
        origins = {origin_of(part) for part in self.written.parts if isinstance(part, Symbol)}
        return origins <= {SymbolOrigin.VARIABLE, SymbolOrigin.REMOTE_STATE}

    @property
    def is_named(self) -> bool:
        """Whether some of its name is written, whatever account it is of: who says the rest does not say that."""
        text = "".join(part if isinstance(part, str) else _HOLE for part in self.written.parts)
        return any(each.isalnum() for each in text.partition("policy/")[2].replace(_HOLE, ""))

    @property
    def is_of_an_account(self) -> bool:
        """Whether an account made it, so that it is certainly none of AWS's own."""
        match Arn.parse(str(self.written)):
            case Arn(_, "iam", "", account, resource):
                return account not in ("", "aws") and resource.startswith("policy/")
        return False


@dataclass(frozen=True, slots=True)
class UnreadElement:
    """What of a policy document could not be read, and why."""

    kind: DiagnosticKind
    reason: str


@dataclass(frozen=True, slots=True)
class UnseenModule:
    """A module that is not here, by its `source`."""

    source: str


@dataclass(frozen=True, slots=True)
class UnseenPlace:
    """A group, permission set or role that is not here, and who is put into it; both by their names.

    `comes` if who that is can do what it allows from then on.
    """

    who: str
    what: str
    comes: bool = False


Unread = UnseenPolicy | UnreadElement | UnseenModule | UnseenPlace
"""What a gap is of; equal on both sides if the same is not known there, as far as words tell."""


@dataclass(frozen=True, slots=True)
class Holding:
    """Somebody who comes to what is not known, in which cases, and where it is written that it is so.

    `holder` is None for what is no principal: it has no other name than what the gap is of.
    """

    holder: PolicySubject | None
    guards: tuple[Guard, ...] = ()
    trail: Trail = ()


@dataclass(frozen=True, slots=True)
class ExtractionGap:
    """Something that carries access and could not be read: a document, an attached policy, a module.

    `unread` is what of it. `inputs` are the spans of what flowed into
    it, to decide whether a change touched it. `holders` are those whose statements are incomplete because of it.
    `unknown` are the symbols that it is unknown by, as far as it is by any; `off` if a default keeps it out today.
    `held` is who comes to what it hides, members of groups too; nobody where that is not asked. `beside` is what a
    limit says besides, which counts for nothing while a part of it is not known; None of anything else.
    """

    diagnostic: Diagnostic
    address: str
    unread: Unread
    inputs: tuple[Span, ...] = ()
    holders: tuple[PolicySubject, ...] = ()
    unknown: frozenset[Symbol] = field(default=frozenset(), compare=False)
    off: bool = False
    held: tuple[Holding, ...] = field(default=(), compare=False)
    beside: tuple[Statement, ...] | None = field(default=None, compare=False)

    @property
    def is_given(self) -> bool:
        """Whether whoever applies the root or calls the module says all that is not known, with no default beside."""
        if isinstance(self.unread, UnseenPolicy) and self.unread.is_named:
            return False
        known_by = {origin_of(each) for symbol in self.unknown for each in roots(symbol)}
        return known_by == {SymbolOrigin.VARIABLE} and not any(map(falls_back, self.unknown))


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
    """Public `stops` ("policies" or "ACLs") of `bucket` (of every bucket if None) let nobody in while this is there.

    `only_new` if it keeps from writing more of them alone: those that stand let in whom they name. `refuses_new` if it
    keeps from that at all. `beyond` are the addresses of blocks that are made in another account than it.
    """

    bucket: PolicySubject | None
    address: str
    trail: Trail = ()
    stops: str = "policies"
    only_new: bool = False
    refuses_new: bool = False
    beyond: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class NamedRoles:
    """The roles of other roots that are only named here, under the names that edges lead to: what they hold and who
    may use them, and which instance profiles have them. `called` says whose of which root each name is, `whole` are the
    names of which all that they stand for is read.
    """

    grants: tuple[Grant, ...] = ()
    edges: tuple[Edge, ...] = ()
    called: Mapping[str, str] = field(default_factory=dict)
    whole: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Extracted:
    """Everything about access in one evaluated root, in order of appearance.

    `policies` counts the documents seen, `complete` those read without a gap. `problems` are mistakes in documents
    that hide nothing. `moved` and `addresses` (of all managed resources) are there for pairing, `calls` are those
    of modules that are not here, `imported` those that existing things are put at. `latent_edges` are those that a
    variable's default rules out. `abroad` are the addresses of what the other side has in another account.
    `arn_names` say what blocks are called that are the same ones to their users under another name, `own_arns` what
    all are called; `called` what blocks and look-ups are the thing of a type by. `handed` are the statements by
    which keys are handed to their own account, as AWS does: no grant of anybody, but news where they are added.
    `held_back` are what a block of new public statements alone keeps out. `within` says what a limited thing is
    part of. `ceilings` are the boundaries that a policy asks for of whoever is made. `accounts` are the names of
    those that its providers work in. `named_roles` hold nothing here: that is their own roots' matter; they say
    what is gained by running as them.
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
    abroad: frozenset[str] = frozenset()
    handed: tuple[Grant, ...] = ()
    ceilings: tuple[UnattachedPolicy, ...] = ()
    held_back: tuple[Grant, ...] = ()
    within: Mapping[str, str] = field(default_factory=dict)
    arn_names: Mapping[str, Arn] = field(default_factory=dict, compare=False)
    own_arns: Mapping[str, Arn] = field(default_factory=dict, compare=False)
    called: Mapping[str, Called] = field(default_factory=dict, compare=False)
    accounts: AccountNames = field(default=AccountNames(), compare=False)
    named_roles: NamedRoles = NamedRoles()

    def with_named_roles(self) -> Extracted:
        """The root as if the roles of others that it names were its own."""
        named = self.named_roles
        if not named.grants:
            return self
        return replace(self, grants=(*self.grants, *named.grants), edges=(*self.edges, *named.edges))
