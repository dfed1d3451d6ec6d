"""What others come to, themselves as before, as a principal gains that they can become or a role lets them in."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence

from bot.access_diff.delta import Change, HolderDelta, PolicySet, Row
from bot.access_diff.subjects import in_force, opaque_limits, policy_set
from bot.evaluated.document import text
from bot.evaluated.guard import Guard
from bot.extract.trust_conditions import NEVER
from bot.frozen import dataclass
from bot.iam.grant import Grant
from bot.iam.policy_subject import Group, PolicySubject, Role, User
from bot.iam.statement import Condition, Effect, PolicyKind, Statement
from bot.review.model import GRADES
from bot.risk.escalation.effective_permissions import (
    EffectivePermissions,
    NeededRequests,
    gained_rows,
    holdings,
    text_of,
)
from bot.risk.escalation.find import AllowedNeed, Search
from bot.risk.escalation.iam_graph import IamGraph, PrincipalNode, RootGraph
from bot.risk.escalation.model import ADMINISTRATOR, CompletedPaths, CompletedStep, Escalation, Outcome
from bot.risk.escalation.outcomes import as_principal, can_assume, is_among, is_thing, outcome_through
from bot.risk.escalation.paths import EscalationPath, path_table
from bot.risk.escalation.targets import Subject, is_bounded
from bot.risk.grant_context import GrantContext
from bot.risk.score_components import score_components
from bot.risk.score_table import TableRow

MAX_CLIMBERS = 50
"""So many principals of a root are looked at that may do anything a path begins with."""

MAX_BETWEEN = 3
"""So many of those who can become a principal are looked at for others who can become them."""

ASSUMING = next(path for path in path_table().paths if path.id == "assume-role")
"""The path that a trust completes for whom it names."""

_HIGH, _CRITICAL = GRADES.index("high"), GRADES.index("critical")
_PRINCIPALS = Role | User | Group


_Way = tuple[EscalationPath, tuple[AllowedNeed, ...], tuple[str, ...]]
"""A path, what is held of it, and what is assumed."""


@dataclass(frozen=True, slots=True)
class Target:
    """What there is to come to: who gains, what it holds at head, and how bad the gains are."""

    holder: PolicySubject
    whole: PolicySet
    gains: tuple[CompletedPaths, ...]

    @property
    def outcome(self) -> Outcome:
        """Where it leads to become the principal."""
        cell = self.gains[0].weighed[0]
        climbs = any(one.outcome.becomes == ADMINISTRATOR for one in self.gains[0].escalations)
        everything = cell.rank == _CRITICAL and (climbs or cell.kind is TableRow.ADMINISTER)
        return Outcome(as_principal(self.holder, everything=everything), cell.rank)


def target_of(
    holder: PolicySubject, grants: tuple[Grant, ...], guards: Sequence[Guard], gains: Sequence[CompletedPaths]
) -> Target | None:
    """What a principal's gains make it worth; None if they are hardly worth a way up."""
    strong = tuple(one for one in sorted(gains, key=lambda gain: gain.order) if one.weighed[0].rank >= _HIGH)
    if not strong or not isinstance(holder, _PRINCIPALS):
        return None
    there = in_force(grants, frozenset(guards))
    return Target(holder, policy_set(PolicyKind.IDENTITY, there, False, opaque_limits(there)), strong)


def transitive_paths(
    target: Target,
    graph: IamGraph,
    own_accounts: frozenset[str],
    *,
    new_principal: bool,
    things: frozenset[str] | None = None,
) -> Iterator[Escalation]:
    """Who could become the one that gains already, and so comes to its gains.

    `new_principal`: it is new, so that whom it trusts is news as well. With `things` only ways over one of them count.
    """
    root = graph.root(target.holder.root)
    node = root.principals.get(target.holder.address)
    if node is None:
        return
    was = node if new_principal else graph.earlier_of(node)
    for climber in root.climbers[:MAX_CLIMBERS]:
        search = _search(climber, root, graph, own_accounts)
        if search.base.is_everything or climber.holder == target.holder:
            continue
        way = _way(search, node, was, things)
        if way is not None and _lacks(search.head, target) and not search.was_administrator(sure=True):
            path, held, doubts = way
            outcome = dataclasses.replace(target.outcome, assumes=doubts)
            yield Escalation(path, tuple(map(search.step, held)), outcome, climber.holder)


def climbed_in_turn(target: Target, found: Sequence[Escalation], graph: IamGraph, own_accounts: frozenset[str]) -> bool:
    """Whether somebody else, as before, could become one of those who can become the target."""
    root = graph.root(target.holder.root)
    between = [node for one in found[:MAX_BETWEEN] if one.who and (node := root.principals.get(one.who.address))]
    told = {target.holder, *(one.who for one in found)}
    others = [one for one in root.climbers[:MAX_CLIMBERS] if between and one.holder not in told]
    return any(_comes_over(between, _search(one, root, graph, own_accounts), target, graph) for one in others)


def _comes_over(between: Iterable[PrincipalNode], search: Search, target: Target, graph: IamGraph) -> bool:
    """Whether one that lacks what the target gains can become one of those `between`."""
    can = not search.base.is_everything and any(_way(search, one, graph.earlier_of(one), None) for one in between)
    return can and _lacks(search.head, target) and not search.was_administrator(sure=True)


def _search(climber: PrincipalNode, root: RootGraph, graph: IamGraph, own_accounts: frozenset[str]) -> Search:
    """The search of one that is as before, or of what of it was there before."""
    whole = root.holdings_of(climber, _held)
    before = graph.earlier_of(climber)
    base = whole if before is climber else _held(before)
    return Search(Subject(climber.holder, root, whole, own_accounts), base, whole)


def _held(node: PrincipalNode) -> EffectivePermissions:
    return holdings(node.holder, node.grants, (), path_table().date, without_mfa=False)


def _way(search: Search, target: PrincipalNode, was: PrincipalNode, things: frozenset[str] | None) -> _Way | None:
    """The first path that led to the principal at base and still does."""
    kinds = ("thing",) if things is not None else (target.holder.kind, "thing")
    for path in path_table().paths:
        if path.gives not in kinds or not search.applies(path, bounded=False):
            continue
        led = _leading(path, search, search.head, target, things)
        same = search.base is search.head and was is target
        if led is not None and (same or _leading(path, search, search.base, was, things) is not None):
            return (path, *led)
    return None


def _leading(
    path: EscalationPath,
    search: Search,
    side: EffectivePermissions,
    target: PrincipalNode,
    things: frozenset[str] | None,
) -> tuple[tuple[AllowedNeed, ...], tuple[str, ...]] | None:
    """What of a path one side holds if it leads to the target, and what is assumed for that."""
    complete = search.complete(path, side)
    if complete is None:
        return None
    rows, subject = complete[0].rows, search.subject
    if path.gives == "thing":
        kind = path.needs[0].on
        running = (one for one in subject.root.things if one.type == kind and one.role == target.holder.address)
        leads = any(_is_one_of(one.address, things) and is_thing(one, rows) for one in running)
        return (complete, ()) if leads else None
    met = can_assume(path, subject, target, rows) if is_among(target.holder, subject, rows) else NEVER
    return (complete, met.doubts) if met.possible else None


def _is_one_of(address: str, things: frozenset[str] | None) -> bool:
    return things is None or address in things


def _lacks(climber: EffectivePermissions, target: Target) -> bool:
    """Whether the climber may not do itself what is gained."""
    return any(_lacks_gain(climber, target, gain) for gain in target.gains)


def _lacks_gain(climber: EffectivePermissions, target: Target, gain: CompletedPaths) -> bool:
    least = 1 if gain.cell is not None else _HIGH
    theirs = dataclasses.replace(target.whole, limits=(*target.whole.limits, _only(gain.grant.row)))
    beyond = gained_rows(climber.whole, theirs)
    return any(cell.rank >= least for row in beyond for cell in score_components(row, GrantContext()))


def _only(row: Row) -> tuple[Statement, ...]:
    """A row as a limit that lets nothing else through."""
    everything = (text("*"),)
    conditions = tuple(Condition(one.operator, one.key, tuple(map(text_of, one.values))) for one in row.conditions)
    allow = Statement(
        Effect.ALLOW, tuple(map(text, row.actions)), tuple(map(text_of, row.resources)), conditions=conditions
    )
    out = (
        Statement(Effect.DENY, tuple(map(text, row.except_actions)), everything),
        Statement(Effect.DENY, everything, tuple(map(text_of, row.except_resources))),
    )
    return (allow, *(one for one in out if one.actions and one.resources))


def administers(node: PrincipalNode, root: RootGraph) -> bool:
    """Whether a principal administers, or can give itself the permission to."""
    whole = root.holdings_of(node, _held)
    hidden = bool(opaque_limits(in_force(node.grants, frozenset())))
    bounded = is_bounded(whole, hidden=hidden)
    search = Search(Subject(node.holder, root, whole, frozenset()), whole, whole, bounded, bounded)
    return search.was_administrator(sure=True)


def through_trust(delta: HolderDelta, graph: IamGraph, own_accounts: frozenset[str]) -> Iterator[Escalation]:
    """What a role's trust in one more service or principal completes for those in view that are as before."""
    role = delta.head
    if role is None or delta.base is None:
        return
    root = graph.root(role.root)
    there = root.principals.get(role.address)
    newly = tuple(_newly(delta))
    denying = () if there is None else (one for one in there.trust if one.statement.effect is Effect.DENY)
    if there is None or not newly:
        return
    let_in = dataclasses.replace(there, trust=(*newly, *denying))
    for node in list(root.principals.values()):
        if node.holder != there.holder and isinstance(node.holder, Role | User):
            yield from _let_in(node, let_in, delta.delta.gained, root, own_accounts)


def _newly(delta: HolderDelta) -> Iterator[Grant]:
    """The head's trust, of each statement whom it lets in now and did not before."""
    for change in delta.delta.gained:
        principals = change.statement.principals
        new = {one.name for one in change.row.principals if not one.without}
        entries = () if principals is None else tuple(one for one in principals.entries if str(one.identifier) in new)
        if principals is not None and entries and delta.head is not None and not principals.negated:
            narrowed = dataclasses.replace(
                change.statement, principals=dataclasses.replace(principals, entries=entries)
            )
            yield Grant(delta.head, PolicyKind.TRUST, narrowed, delta.head.address)


def _let_in(
    node: PrincipalNode, target: PrincipalNode, changes: Sequence[Change], root: RootGraph, own_accounts: frozenset[str]
) -> Iterator[Escalation]:
    named = target.lets_by_name(root.caller(node.holder))
    if not named.possible and node not in root.climbers:
        return
    whole = root.holdings_of(node, _held)
    subject = Subject(node.holder, root, whole, own_accounts)
    search = Search(subject, whole, whole)
    found = _by_name(node, target, changes, search, named.doubts) if named.possible else ()
    steps = tuple(found) or tuple(_by_paths(target, search))
    for path, held, outcome in steps[:1]:
        if not search.was_administrator(sure=True):
            yield Escalation(path, held, outcome, node.holder)


_Completed = tuple[EscalationPath, tuple[CompletedStep, ...], Outcome]


def _by_paths(target: PrincipalNode, search: Search) -> Iterator[_Completed]:
    """The paths that need the trust that is new."""
    for path in path_table().paths:
        if path.gives != "role" or not (path.service or path.trusting):
            continue
        complete = search.complete(path, search.head)
        met = NEVER if complete is None else can_assume(path, search.subject, target, complete[0].rows)
        if complete is not None and met.possible:
            outcome = outcome_through(target, search.subject, complete[0].rows, met.doubts)
            if outcome is not None:
                yield path, tuple(map(search.step, complete)), outcome


def _by_name(
    node: PrincipalNode, target: PrincipalNode, changes: Sequence[Change], search: Search, doubts: tuple[str, ...]
) -> Iterator[_Completed]:
    """Whom a trust of its own account names needs no permission besides; a Deny keeps it out all the same.

    IAM User Guide, "Policies and permissions", and the STS API's AssumeRole: "Add the user as a principal directly in
    the role's trust policy".
    """
    resources = search.subject.arns(target.holder)
    allow = Statement(Effect.ALLOW, (text("sts:AssumeRole"),), resources)
    limits = search.head.whole.limits if isinstance(node.holder, Role) else ()
    whole = dataclasses.replace(search.head.whole, statements=(*search.head.whole.statements, allow), limits=limits)
    held = dataclasses.replace(search.head, whole=whole, _known={}).allowed(NeededRequests("sts:AssumeRole", resources))
    outcome = outcome_through(target, search.subject, tuple(one.row for one in held), doubts)
    witness = next((one.witness for one in changes if one.witness is not None), None)
    if held and outcome is not None and witness is not None:
        on = (str(resources[0]),)
        yield ASSUMING, (CompletedStep("sts:AssumeRole", on, True, witness, changes[0].statement.trail),), outcome
