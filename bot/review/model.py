"""The result of a review: the JSON contract of `iam-review diff --format json`, as frozen values.

Field names and their order are the contract; `bot.review.codec` writes and reads them. Later versions add fields.
"""

from __future__ import annotations

import dataclasses
from dataclasses import field
from typing import Literal

from msgspec import UNSET, UnsetType

from bot.evaluated.diagnostic import Side
from bot.frozen import dataclass
from bot.review.acceptors import Acceptors
from bot.review.access_table import AccessEdge, HolderAccess
from bot.review.called_module import CalledModule
from bot.review.changed_arguments import Dispositions
from bot.review.identity import Fingerprint, Identity, read_fingerprint
from bot.review.prose import Prose, nothing_said

SCHEMA = 1
"""The version of the contract."""

GradeName = Literal["none", "low", "medium", "high", "critical"]
GRADES: tuple[GradeName, ...] = ("none", "low", "medium", "high", "critical")
"""From harmless to worst; compare grades by their index here."""

FindingKind = Literal["grant", "trust", "resource", "reach", "escalation", "exposure", "guardrail", "config"]
Block = Literal["gained", "gaps", "guardrail", "config", "fault"]
GapCause = Literal["open", "fault", "limit"]
OnError = Literal["fail", "neutral"]


@dataclass(frozen=True, slots=True)
class Location:
    """Lines of a file on one side, both ends included, counting from 1."""

    file: str
    line: int
    end_line: int
    side: Side


@dataclass(frozen=True, slots=True)
class TrailStep:
    """One line the cause came through, innermost first."""

    file: str
    line: int
    side: Side
    what: str


@dataclass(frozen=True, slots=True)
class ExcerptLine:
    """One line of the source around a finding; `causes` for those of its location."""

    line: int
    text: str
    causes: bool


@dataclass(frozen=True, slots=True)
class FindingPrincipal:
    """Who gains."""

    kind: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class FindingCondition:
    """One condition under which the access is held."""

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FindingWitness:
    """A request that was denied at base and is allowed at head."""

    principal: str
    action: str
    resource: str
    context: dict[str, tuple[str, ...]] = field(default_factory=dict)
    assumes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PathStep:
    """One hop of a path from one principal to another."""

    source: str = field(metadata={"name": "from"})
    via: str
    to: str


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """One action that an escalation path needs, on what it is allowed; not `new` if the base allowed it already."""

    action: str
    on: tuple[str, ...]
    new: bool
    witness: FindingWitness
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class FindingEscalation:
    """A way of the table of escalation paths that the change completes: `path` is its id, `becomes` where it leads."""

    path: str
    name: str
    becomes: str
    grade: GradeName
    steps: tuple[EscalationStep, ...]
    assumes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingProof:
    """One request that proves a part of a finding, as the evaluator was asked it, and whose access it is about.

    `holder` is a kind of holder, `counts` says how its statements count. `met` are conditions that are taken to hold.
    `reached_from` are the things that come to what the holder has by running as it, where the finding is about that.
    So many of the resource's first characters as `written` says stand in the policy; the others are made up.
    """

    holder: str
    counts: str
    root: str
    address: str
    name: str
    principal: str
    action: str
    resource: str
    context: dict[str, tuple[str, ...]] = field(default_factory=dict)
    met: tuple[str, ...] = ()
    reached_from: tuple[str, ...] = ()
    written: int = 0


@dataclass(frozen=True, slots=True)
class FindingGrant:
    """One grant of a finding, on the line that gives it.

    The lists are what is new of it; `said` is what the statement says, in words, `witness` its own request.
    """

    grade: GradeName
    said: Prose
    actions: tuple[str, ...]
    except_actions: tuple[str, ...]
    resources: tuple[str, ...]
    except_resources: tuple[str, ...]
    conditions: tuple[FindingCondition, ...]
    location: Location
    witness: FindingWitness | None


@dataclass(frozen=True, slots=True)
class AppliedWaiver:
    """Why a finding does not count: who accepted it, why, until when (ISO date).

    `given_for` is the fingerprint it was given for, if it was bound to another one since; `approved` the commit whose
    approval accepted it, if no comment and no rules did.
    """

    reason: str
    approver: str
    until: str
    source: str = ""
    given_for: str | UnsetType = UNSET
    approved: str | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class Finding:
    """One gain of one principal through one causing edit.

    `points` add up to the review's score before saturation; `arithmetic` shows how they came about. `before` and
    `after` are one line each, for people; `fix` is the smallest remedy. `why` is set on undecided ones only. `who` is
    who is let in by a resource or trust policy, or can become a new role, in words. `excerpt` is the source around the
    location; in var files the location only, as neighbouring values may be sensitive. `fingerprint` is what people are
    shown of `full_fingerprint`, which is what is compared where something is decided: of the short one two alike can be
    made. Reviews kept before there was a full one have none. `formerly` are those that earlier versions of fingerprints
    give it, where there are any; `part_of` those of bigger findings that it was a part of before each cause was its
    own. `thread_keys` stand for whom it is about, by which rule and statement: a comment goes on with what has one of
    them. `loosens` are the settings that a change of the rules loosens; the file's own name where it cannot be read any
    more. `grants` are what it is made of, worst first, the one that it is named after among them; 50 at most, 200 of
    calls. `proofs` are the requests that all have to be refused before it is fixed, `unproved` counts the parts of it
    that none of them stands for. `variants` are the root's variants that it is about, where there are several. One that
    may not block is told only: nobody has it unless they choose to (an example, or what a module leaves off by
    default). `in_example`: only an example or test has it, `by_call` by modules that did not change: told together,
    without a comment. `examples` are those instances of a module's that are in examples and tests.
    `disabled_by_default`: a variable's default keeps all of it out today; `not_today` are those of the instances of
    which alone that is so. `held_where`: what callers have to choose, or what has to be so, for all of it to be
    held. `restores`: the suggestion only says again what stood there before. `owners` are the logins and teams
    whose file it stands in, by the base's CODEOWNERS.
    """

    fingerprint: str
    kind: FindingKind
    rule: str
    also: tuple[str, ...]
    grade: GradeName
    points: int
    title: Prose
    principal: FindingPrincipal | None
    principals: tuple[str, ...]
    instances: tuple[str, ...]
    repeated: bool
    actions: tuple[str, ...]
    except_actions: tuple[str, ...]
    resources: tuple[str, ...]
    except_resources: tuple[str, ...]
    conditions: tuple[FindingCondition, ...]
    before: Prose
    after: Prose
    witness: FindingWitness | None
    path: tuple[PathStep, ...]
    location: Location
    trail: tuple[TrailStep, ...]
    suggestion: str | None
    waiver: AppliedWaiver | None
    help: str
    why: Prose = field(default_factory=nothing_said)
    arithmetic: tuple[Prose, ...] = ()
    fix: Prose = field(default_factory=nothing_said)
    who: tuple[Prose, ...] = ()
    excerpt: tuple[ExcerptLine, ...] = ()
    escalations: tuple[FindingEscalation, ...] = ()
    full_fingerprint: str = ""
    loosens: tuple[str, ...] = ()
    proofs: tuple[FindingProof, ...] = ()
    unproved: int = 0
    formerly: tuple[str, ...] | UnsetType = UNSET
    grants: tuple[FindingGrant, ...] = ()
    variants: tuple[str, ...] = ()
    may_block: bool = True
    disabled_by_default: bool = False
    part_of: tuple[str, ...] | UnsetType = UNSET
    thread_keys: tuple[str, ...] = ()
    restores: bool = False
    owners: tuple[str, ...] | UnsetType = UNSET
    in_example: bool = False
    by_call: bool = False
    examples: tuple[str, ...] = ()
    held_where: Prose = field(default_factory=nothing_said)
    not_today: tuple[str, ...] = ()

    @property
    def identity(self) -> Identity:
        """What it is recognised by. Raises ValueError if no version of fingerprints makes such."""
        earlier, wholes = (() if one is UNSET else tuple(map(_known, one)) for one in (self.formerly, self.part_of))
        return Identity(_known(self.full_fingerprint or self.fingerprint), earlier, wholes)

    def known_as(self, identity: Identity) -> Finding:
        """The same, recognised by that."""
        return dataclasses.replace(
            self,
            fingerprint=identity.newest.shown,
            full_fingerprint=str(identity.newest),
            formerly=tuple(map(str, identity.earlier)) or UNSET,
            part_of=tuple(map(str, identity.wholes)) or UNSET,
        )


def _known(text: str) -> Fingerprint:
    found = read_fingerprint(text)
    if found is None:
        raise ValueError(f"{text!r} is no fingerprint")
    return found


@dataclass(frozen=True, slots=True)
class Gap:
    """Something the review could not look into; `changed` if this change touched it or what flows into it. `cause`
    tells what the configuration leaves open from what is ours: an exception (`fault`), or a bound on time, memory,
    depth or steps (`limit`); for these `roots` names the roots that are not reviewed whole, and `waiver` is set if
    somebody accepts that for this head. `module` is one that is not here, where it is about its call.

    """

    id: str
    reason: str
    address: str
    file: str
    line: int
    side: Side
    changed: bool
    carries_policy: bool
    grade: GradeName
    kind: str = ""
    remedy: str = ""
    cause: GapCause = "open"
    roots: tuple[str, ...] = ()
    waiver: AppliedWaiver | None = None
    module: CalledModule | UnsetType = UNSET
    in_example: bool = False

    @property
    def ours(self) -> bool:
        """Whether it is one of ours that this change touched: it may hide new access."""
        return self.cause != "open" and self.is_open

    @property
    def is_open(self) -> bool:
        """Whether the change leaves it open: it blocks, or could, and somebody may take it on themselves."""
        return self.changed and self.carries_policy

    @property
    def same(self) -> tuple[GapCause, tuple[str, ...]]:
        """To accept one gap accepts all that are equal in this: of ours those that keep the same roots from being
        reviewed, of others none but itself."""
        return self.cause, (self.id,) if self.cause == "open" else self.roots


@dataclass(frozen=True, slots=True)
class Lint:
    """Advice about a changed statement that grants nothing new but is probably a mistake."""

    rule: str
    title: str
    location: Location
    help: str = ""


@dataclass(frozen=True, slots=True)
class Stats:
    """How much was looked at; `seconds` is filled in by whoever holds a clock.

    `confinement` is what the kernel held the process to that made the review; empty where it was none of its own.
    """

    roots: int = 0
    files_parsed: int = 0
    policies: int = 0
    complete: int = 0
    seconds: float = 0.0
    confinement: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RulesAsOf:
    """The base branch's commit whose rules count, and why the newest cannot be read."""

    commit: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """What a change newly grants, and whether that passes the rules.

    `fail_at` and `mode` are those of the rules it was judged by, and `on_error` is what becomes of what we could not
    review for a reason of ours; `access` and `edges` show what the findings are about
    before and after. `complete` means that every changed file was evaluated or cannot matter: only then may "no IAM
    privilege change" be said. `rules_problems` is why the rules in force cannot be read: nothing passes by such.
    `earlier_rules` is set where the base branch's newest cannot be read, and an earlier version of them counts.
    `base_branch` is the branch it is to be merged into, where a forge says.
    """

    schema: int
    base: str
    head: str
    verdict: Literal["pass", "fail"]
    blocked_by: tuple[Block, ...]
    complete: bool
    grade: GradeName
    score: int
    gained: tuple[Finding, ...]
    undecided: tuple[Finding, ...]
    lost: tuple[Finding, ...]
    gaps: tuple[Gap, ...]
    lint: tuple[Lint, ...]
    stats: Stats
    notes: tuple[str, ...] = ()
    access: tuple[HolderAccess, ...] = ()
    edges: tuple[AccessEdge, ...] = ()
    fail_at: Literal["low", "medium", "high", "critical", "never"] = "high"
    mode: Literal["observe", "comment", "enforce"] = "observe"
    on_error: OnError = "fail"
    rules_problems: tuple[str, ...] = ()
    earlier_rules: RulesAsOf | None = None
    dispositions: Dispositions = Dispositions()
    base_branch: str | UnsetType = UNSET
    acceptors: Acceptors | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class Need:
    """The review cannot be finished without these listed files' contents, and `modules` from elsewhere, by the `source`
    and `version` arguments of their calls."""

    paths: tuple[str, ...] = ()
    modules: tuple[tuple[str, str], ...] = ()
