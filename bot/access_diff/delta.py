"""The difference of two sets of policy statements, in policy vocabulary, with proof."""

from __future__ import annotations

from dataclasses import field, replace

from bot.evaluated.diagnostic import Trail
from bot.evaluated.guard import Guard
from bot.frozen import dataclass
from bot.iam.arn import is_everything
from bot.iam.grant import Credential, Edge, Grant
from bot.iam.policy_subject import PolicySubject
from bot.iam.request import Request
from bot.iam.statement import PolicyKind, Statement


@dataclass(frozen=True, slots=True)
class PolicySet:
    """All statements that count together for one holder.

    `limits` are sets of statements each of which must also allow (boundary, SCP); an identity's access
    is `statements` limited by every limit. `created` are the addresses of what was not there on the other side.
    """

    kind: PolicyKind
    statements: tuple[Statement, ...]
    limits: tuple[tuple[Statement, ...], ...] = ()
    created: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Witness:
    """One concrete request; the evaluator finds it denied at base and allowed at head.

    `context` maps condition keys to their values (absent keys are missing from the request).
    `assumes` says what is taken for granted, in sentences. `request` is what the evaluator was asked.
    """

    principal: str
    action: str
    resource: str
    context: tuple[tuple[str, tuple[str, ...]], ...] = ()
    assumes: tuple[str, ...] = ()
    request: Request | None = field(default=None, compare=False)

    def assuming(self, assumes: tuple[str, ...]) -> Witness:
        """The same request, with more taken for granted."""
        return replace(self, assumes=(*self.assumes, *assumes)) if assumes else self


@dataclass(frozen=True, slots=True)
class ConditionView:
    """A condition as a reader sees it; `by_default` are those values that a variable has where nobody gives it any."""

    operator: str
    key: str
    values: tuple[str, ...]
    by_default: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class PrincipalPattern:
    """Principals that a row lets in: those that `name` names, but for `without`.

    `name` is an identifier as the policy writes it, "*" for everyone. `kind` is AWS, Service, Federated or
    CanonicalUser, "" for everyone. `written` is False where no policy writes the name: it comes of two that meet.
    `unset` is a variable whose default names nobody.
    """

    name: str
    kind: str = ""
    without: tuple[PrincipalPattern, ...] = ()
    written: bool = True
    unset: bool = field(default=False, compare=False)

    @property
    def everyone(self) -> bool:
        """Whether it is everybody, or everybody but some."""
        return bool(self.name) and is_everything(self.name)

    @property
    def printed(self) -> str:
        """In one text: what fingerprints are made of, and what sorts. Nothing reads it back."""
        name = self.name if self.written else f"{self.kind}:{self.name}"
        if not self.without:
            return name
        others = ", ".join(one.printed for one in self.without)
        return f"{'everyone' if name == '*' else name} except {others}"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of access: these actions on these resources under these conditions.

    Patterns are printed policy vocabulary (`s3:*`, `${aws_s3_bucket.b.arn}/*`); the `except_` lists
    take out of them. `principals` is empty for identity policies.
    """

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    except_actions: tuple[str, ...] = ()
    except_resources: tuple[str, ...] = ()
    conditions: tuple[ConditionView, ...] = ()
    principals: tuple[PrincipalPattern, ...] = ()


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """What the other side had that a reader compares a change with.

    It `stays` if this side allows all of it; it is `partly` gone where this side allows some. It is `taken` if the
    same change takes it away for it: from the holder where another condition on the same variables let it have it, or
    from a holder of its name that is gone. `of` whom it was, if not the holder's; `where` are the conditions on which
    alone it was held.
    """

    row: Row
    stays: bool = False
    partly: bool = False
    taken: bool = False
    of: PolicySubject | None = None
    where: tuple[Guard, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A row gained, lost or undecided, with what causes it.

    `statement` is the Allow that grants it (at head for gained, at base for lost). `causes` are the
    trails of the elements responsible on that side, most specific first (the action, the resource,
    then the statement); `removed` the trails on the other side whose absence matters (a condition,
    a Deny, an except-list item).
    `witness` is None for lost rows and for undecided ones, which say `why`.
    `before` is the closest row the other side had, None if it had nothing that meets this one; it `stays` if this side
    allows all of it, beside what is new or as a part of it; `compared` is what the same principals had of the same
    services. `further` are
    requests that prove the row's other elements: its actions, resources and principals one by one. `held_elsewhere` if
    it is new where its holder has it by policies that are not in view, which a limit held back. `unread` if what was
    allowed before could not be read.
    """

    row: Row
    statement: Statement
    causes: tuple[Trail, ...]
    removed: tuple[Trail, ...] = ()
    witness: Witness | None = None
    why: str = ""
    before: Row | None = None
    stays: bool = False
    why_new: str = ""
    held_elsewhere: bool = False
    unread: bool = False
    compared: ComparedRow | None = None
    further: tuple[Request, ...] = field(default=(), compare=False)

    def assuming(self, assumes: tuple[str, ...]) -> Change:
        """The change whose proof, if it has one, takes more for granted."""
        return self if self.witness is None else replace(self, witness=self.witness.assuming(assumes))


@dataclass(frozen=True, slots=True)
class Delta:
    """The difference between two policy sets. Gained changes always carry a confirmed witness."""

    gained: tuple[Change, ...] = ()
    lost: tuple[Change, ...] = ()
    undecided: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class HolderDelta:
    """The delta of one holder; `base` or `head` is None if the holder is new or gone.

    `grants` are the head's grants of the holder (for attachment trails), `base_grants` the base's.
    `trust` are the head's grants of a role's trust policy, None where it is not in view or not read whole. `created` if
    the holder itself comes into being, which is more than that it had nothing.
    """

    base: PolicySubject | None
    head: PolicySubject | None
    kind: PolicyKind
    delta: Delta
    grants: tuple[Grant, ...] = ()
    base_grants: tuple[Grant, ...] = ()
    guards: tuple[Guard, ...] = ()

    @property
    def disabled_by_default(self) -> bool:
        """Whether nobody has it today: it needs a root variable to be set that has only its default."""
        return any(guard.disabled_by_default for guard in self.guards)

    trust: tuple[Grant, ...] | None = None
    created: bool = False


@dataclass(frozen=True, slots=True)
class CredentialChange:
    """A long-term credential that is new; `replaces` if its owner had one of its kind before (a rotation).

    `opens` are the roles that trusted an identity provider of its name before, `opened` else those that do now.
    """

    credential: Credential
    replaces: bool = False
    opens: tuple[PolicySubject, ...] = ()
    opened: tuple[PolicySubject, ...] = ()


@dataclass(frozen=True, slots=True)
class Reach:
    """What was there at base now runs as a role that it did not reach.

    `path` leads from the thing (or from what uses it) to the role `holder`, the new edge among its steps
    being `path[new]`. `delta` is what the role may do beyond what the thing reached before; `grants` are the role's,
    `trust` those of its trust policy as a HolderDelta has them. `guards` are the defaults that rule it out today.
    """

    path: tuple[Edge, ...]
    new: int
    holder: PolicySubject
    delta: Delta
    grants: tuple[Grant, ...] = ()
    guards: tuple[Guard, ...] = ()
    trust: tuple[Grant, ...] | None = None


@dataclass(frozen=True, slots=True)
class PrivilegeDiff:
    """Every holder whose access differs, in order of address; new credentials; new reach over unchanged roles."""

    holders: tuple[HolderDelta, ...] = field(default=())
    credentials: tuple[CredentialChange, ...] = ()
    reaches: tuple[Reach, ...] = ()
