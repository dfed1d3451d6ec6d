"""Judges a privilege diff: findings with their lines, grades, points and words, and the score of all."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field

from bot.access_diff.delta import CredentialChange, HolderDelta, PrivilegeDiff, Reach
from bot.access_diff.over_variants import Variants
from bot.evaluated.config import RootKind
from bot.evaluated.diagnostic import Side
from bot.evaluated.named_things import NamedThing
from bot.evaluated.thing import Replacement
from bot.evaluated.touched import Touched
from bot.frozen import dataclass
from bot.iam.policy_subject import LettingIn, PolicySubject, RoleTrust, UnattachedPolicy, User
from bot.iam.statement import PolicyKind
from bot.review.model import GRADES, Finding, GradeName
from bot.review_config.accounts import known_accounts, own_accounts
from bot.review_config.settings import ReviewConfig
from bot.risk.assessed_grant import AssessedGrant
from bot.risk.cluster_groups import told_once
from bot.risk.compose import WORST_UNDECIDED, compose, compose_lost, compose_undecided, counted_cells
from bot.risk.credentials import credential_findings, joined
from bot.risk.escalation.iam_graph import EMPTY_GRAPH, IamGraph
from bot.risk.escalation.model import CompletedPaths
from bot.risk.escalation.role_worth import role_worth
from bot.risk.escalation.weight import completed_paths, ways_to, ways_to_runner
from bot.risk.foreign_accounts import foreign_accounts, unnamed_principals
from bot.risk.grading import grade_change, grade_reach
from bot.risk.grant_context import GrantContext, RoleWorth, own_arns
from bot.risk.group_identity import earlier_wholes, within
from bot.risk.grouping import BY_EDIT, GrantGroup, grouped, told_together
from bot.risk.guardrails.breach import breaches
from bot.risk.guardrails.reference_policies import NO_REFERENCES, ReferencePolicies
from bot.risk.naming import grade_by_rules, shown, switched_off, tells_paths, with_severity, without
from bot.risk.score import score_of, step_down, worst
from bot.risk.subject_news import RepositoryOwner, earlier_subjects


@dataclass(frozen=True, slots=True)
class Assessment:
    """The findings of a diff, each list worst first, and the grade and score of what was gained."""

    gained: tuple[Finding, ...] = ()
    undecided: tuple[Finding, ...] = ()
    lost: tuple[Finding, ...] = ()
    grade: GradeName = "none"
    score: int = 0
    notes: tuple[str, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that is said of access."""
        return (*self.gained, *self.undecided, *self.lost)

    def beside(self, gained: Iterable[Finding], undecided: Iterable[Finding]) -> Assessment:
        """The same with what no policy says, and no diff of them tells."""
        every = _worst_first((*self.gained, *gained))
        grade = worst([finding.grade for finding in every])
        score = score_of(grade, sum(finding.points for finding in every))
        both = (*self.undecided, *undecided)
        return dataclasses.replace(self, gained=every, undecided=both, grade=grade, score=score)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known beside a diff: what else is in view at head, to tell what gains lead to, the rules' reference
    policies, by root the names that stand for another thing than at base and what is looked up by its name, which roots
    are variants of one, which nobody applies, and whose repositories are no strangers'."""

    graph: IamGraph = EMPTY_GRAPH
    references: ReferencePolicies = NO_REFERENCES
    replaced: Mapping[str, tuple[Replacement, ...]] = field(default_factory=dict)
    named: Mapping[str, tuple[NamedThing, ...]] = field(default_factory=dict)
    variants: Variants = field(default_factory=dict)
    kinds: Mapping[str, RootKind] = field(default_factory=dict)
    owners: frozenset[RepositoryOwner] = frozenset()

    def variants_of(self, holder: PolicySubject | None) -> tuple[str, ...]:
        """The names of the variants that a holder's root is, where there are others."""
        known = None if holder is None else self.variants.get(holder.root)
        return () if known is None else known.told

    def kind_of(self, holder: PolicySubject | None) -> RootKind:
        """Whether a holder's root is applied."""
        return "root" if holder is None else self.kinds.get(holder.root, "root")


def assess(
    diff: PrivilegeDiff,
    touched: Touched,
    rules: ReviewConfig,
    others: Sequence[Finding] = (),
    beside: Surroundings | None = None,
) -> Assessment:
    """Judge what every holder gained and lost; `others` are findings that are not about access.

    The grade is "none" if and only if nothing was gained.
    """
    off = switched_off(rules)
    beside = beside or Surroundings()
    beside = dataclasses.replace(beside, graph=beside.graph.after(diff))
    graph = beside.graph
    ways = graph if tells_paths(off) else EMPTY_GRAPH
    reached = [gain for reach in diff.reaches for gain in _reaching(reach, touched, rules, ways, beside)]
    gains = told_together((*told_once(_gains(diff, touched, rules, beside)), *reached))
    groups, notes = shown(grouped(gains), off)
    wholes = earlier_wholes(gains, off)
    created = tuple(one for one in diff.credentials if beside.kind_of(one.credential.owner) != "interface")
    coming = [_coming_with(group, created) for group in groups]
    access = (
        joined(compose(group, cells, off, credentials=with_it, within=within(group, wholes)), with_it)
        for group, cells, with_it in zip(groups, counted_cells(groups), coming, strict=True)
    )
    told = {id(change) for with_it in coming for change in with_it}
    alone = (change for change in created if id(change) not in told)
    apart, more = without((*credential_findings(alone, touched, beside.variants, beside.kinds), *others), off, rules)
    gained = _worst_first(with_severity(finding, rules) for finding in (*access, *apart))
    grade = worst([finding.grade for finding in gained])
    return Assessment(
        gained=gained,
        undecided=tuple(map(compose_undecided, grouped(_others(diff, touched, rules, beside, "head"), BY_EDIT))),
        lost=tuple(map(compose_lost, grouped(_others(diff, touched, rules, beside, "base"), BY_EDIT))),
        grade=grade,
        score=score_of(grade, sum(finding.points for finding in gained)),
        notes=(*notes, *more),
    )


def graded_alone(
    diff: PrivilegeDiff, rules: ReviewConfig, beside: Surroundings
) -> Iterator[tuple[AssessedGrant, GradeName, str]]:
    """Each gain, and each that may be one, with the grade of the finding that it would be alone, and why that."""
    beside = dataclasses.replace(beside, graph=beside.graph.after(diff))
    for gain in _gains(diff, Touched(), rules, beside):
        yield gain, *grade_by_rules(gain, rules)
    for doubt in _others(diff, Touched(), rules, beside, "head"):
        grade, why = grade_by_rules(doubt, rules)
        lowered = step_down(grade, WORST_UNDECIDED)
        yield doubt, lowered, f"perhaps {why}{f', as it is not known {lowered} at most' if lowered != grade else ''}"


def _gains(diff: PrivilegeDiff, touched: Touched, rules: ReviewConfig, beside: Surroundings) -> Iterator[AssessedGrant]:
    paths, graph = tells_paths(switched_off(rules)), beside.graph
    for delta in diff.holders:
        setting = _setting(delta, rules, beside, worth=_worth(delta, graph))
        grants = [grade_change(change, delta, touched, setting) for change in delta.delta.gained]
        completed = completed_paths(grants, delta, setting, graph) if paths else tuple(map(CompletedPaths, grants))
        ways = ways_to(completed, delta, graph if paths else EMPTY_GRAPH, setting.own_accounts)
        yield from map(AssessedGrant, completed, ways, breaches(grants, delta, rules, beside.references.read))


def _reaching(
    reach: Reach, touched: Touched, rules: ReviewConfig, graph: IamGraph, beside: Surroundings
) -> Iterator[AssessedGrant]:
    variants, kind = beside.variants_of(reach.holder), beside.kind_of(reach.holder)
    setting = dataclasses.replace(_surroundings(rules), variants=variants, root_kind=kind)
    completed = tuple(map(CompletedPaths, grade_reach(reach, touched, setting)))
    return map(AssessedGrant, completed, ways_to_runner(completed, reach, graph, setting.own_accounts))


def _others(
    diff: PrivilegeDiff, touched: Touched, rules: ReviewConfig, beside: Surroundings, side: Side
) -> Iterator[AssessedGrant]:
    """What is lost (seen from the base), or perhaps gained: nothing is looked for beside it.

    What callers of a module may make of it is not settled here.
    """
    for delta in diff.holders:
        setting = _setting(delta, rules, beside)
        for change in delta.delta.lost if side == "base" else delta.delta.undecided:
            grade = grade_change(change, delta, touched, setting, side)
            if grade.root_kind != "interface" or (grade.for_all and not change.held_elsewhere):
                yield AssessedGrant(CompletedPaths(grade))


def _worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """What only an example has comes after all that is applied or published."""
    return tuple(sorted(findings, key=lambda finding: (finding.in_example, -GRADES.index(finding.grade))))


def _surroundings(rules: ReviewConfig) -> GrantContext:
    return GrantContext(own_accounts=own_accounts(rules), sensitive=rules.sensitive_resources)


def _setting(
    delta: HolderDelta, rules: ReviewConfig, beside: Surroundings, *, worth: RoleWorth = RoleWorth.ORDINARY
) -> GrantContext:
    holder = delta.head or delta.base
    limits, ours = delta.kind is PolicyKind.LIMIT, own_accounts(rules) | known_accounts(delta)
    return GrantContext(
        sensitive=rules.sensitive_resources,
        worth=worth,
        role_unread=_is_unread(delta, beside.graph),
        subjects=earlier_subjects(delta.base_grants) if isinstance(holder, RoleTrust) else (),
        owners=beside.owners,
        on_resource=isinstance(holder, LettingIn) and not (limits and _is_limit(delta)),
        trust=isinstance(holder, RoleTrust),
        unattached=_is_unattached(holder, beside),
        disabled_by_default=delta.disabled_by_default,
        new_principal=delta.base is None,
        limits=limits,
        own_accounts=ours,
        foreign_accounts=_foreign(delta, ours, beside),
        home=_home(delta, beside),
        holder=holder.address if holder else "",
        itself=own_arns(holder),
        replaced=beside.replaced.get(holder.root, ()) if holder else (),
        variants=beside.variants_of(holder),
        named=beside.named.get(holder.root, ()) if holder else (),
        root_kind=beside.kind_of(holder),
    )


def _is_unattached(holder: PolicySubject | None, beside: Surroundings) -> bool:
    """Whether it is a policy that nothing here, nor plainly another root of the repository, attaches."""
    if not isinstance(holder, UnattachedPolicy):
        return False
    return not beside.graph.root(holder.root).attached_elsewhere(holder.name)


def _foreign(delta: HolderDelta, ours: frozenset[str], beside: Surroundings) -> frozenset[str]:
    """Who that only an expression names is not known to be ours. Who sets a published module's variables knows whom."""
    holder = delta.head or delta.base
    if holder is None:
        return frozenset()
    root = beside.graph.root(holder.root).extracted
    accounts = foreign_accounts(delta, root)
    return accounts | unnamed_principals(delta, root, ours) if beside.kind_of(holder) == "root" else accounts


def _home(delta: HolderDelta, beside: Surroundings) -> frozenset[str]:
    """The accounts in one of which the holder is made, as far as its provider says it."""
    holder = delta.head
    if holder is None:
        return frozenset()
    return beside.graph.root(holder.root).extracted.accounts.said_of(holder.address)


def _is_limit(delta: HolderDelta) -> bool:
    """Whether the holder itself is a policy that only limits, wherever it counts; not a Deny on one resource."""
    return any(grant.kind is PolicyKind.LIMIT for grant in (*delta.base_grants, *delta.grants))


def _worth(delta: HolderDelta, graph: IamGraph) -> RoleWorth:
    """What the role that a trust policy is of may do at head."""
    role = delta.head
    gains = isinstance(role, RoleTrust) and delta.delta.gained
    return role_worth(role, graph) if gains and isinstance(role, RoleTrust) else RoleWorth.ORDINARY


def _is_unread(delta: HolderDelta, graph: IamGraph) -> bool:
    """Whether what the role that a trust policy is of may do could not all be read."""
    trust = delta.head
    return isinstance(trust, RoleTrust) and graph.root(trust.root).is_unread(trust.role)


def _coming_with(group: GrantGroup, credentials: Iterable[CredentialChange]) -> tuple[CredentialChange, ...]:
    """The new credentials of users that had no access before, which the group is about."""
    users = {(one.holder.root, one.holder.address) for one in group.grants if isinstance(one.holder, User)}
    if not group.new_principal or not users:
        return ()
    owned = (one for one in credentials if (one.credential.owner.root, one.credential.owner.address) in users)
    return tuple(change for change in owned if not change.replaces)
