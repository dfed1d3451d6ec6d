"""One gained change, weighed: its cells, its cause, and what about it differs from before."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from bot.access_diff.delta import Change, ComparedRow, ConditionView, Delta, HolderDelta, Reach, Row
from bot.access_diff.explainer import UNPUBLISHED
from bot.access_diff.rows import stated_row
from bot.evaluated.address import block_of
from bot.evaluated.config import RootKind
from bot.evaluated.derived import roots
from bot.evaluated.diagnostic import Side
from bot.evaluated.guard import Guard, disabled_by_default
from bot.evaluated.thing import Replacement
from bot.evaluated.touched import Touched
from bot.extract.public import in_acl
from bot.frozen import dataclass
from bot.iam.grant import EdgeSource, Entrants, Grant, PoolIdentities
from bot.iam.pattern import TooComplex, meets
from bot.iam.policy_subject import LettingIn, PolicySubject, Resource, Runner
from bot.iam.statement import PolicyKind, Statement, symbols_of
from bot.review.model import GradeName, PathStep
from bot.risk.cause import Cause, StatementElement, cause_at, cause_of, cause_of_action, causes_by_element
from bot.risk.example_calls import WrittenBy, written_by
from bot.risk.execution import execution_policy, is_in_its_place, managed_by, may_be_for, only_pods
from bot.risk.exposure import PrincipalExposure
from bot.risk.grant_context import GrantContext, RoleWorth
from bot.risk.held_back import (
    are_conditions_lost,
    demanded,
    is_about_transport,
    is_limit_lost,
    let_through,
    lifted_denies,
    limit_stays_otherwise,
    stands_still,
    under,
)
from bot.risk.lifted_factor import is_about_factor, lifted_factor, with_factor
from bot.risk.limiting_conditions import keeps_within_network, of_another_organization, way_lost, went_without_source
from bot.risk.resource_scope import ResourceScope
from bot.risk.score_components import ScoreComponent, score_components
from bot.risk.score_table import TableRow
from bot.risk.shown import by_name, shown_row
from bot.risk.telling_order import worst_first
from bot.risk.wording.edges import source_words, target_words


@dataclass(frozen=True, slots=True)
class GradedGrant:
    """A change of one holder's access with its weight. `cells` are worst first and not empty.

    `row` is exactly what is new, `shown` what the head's policy says about it, `held` the closest that was there
    before, `compared` what a reader compares it with, all with what is looked up by its name. `managed` names the
    AWS-managed policy it comes from, `in_its_place` if AWS made it for just such a role, `written` the block of the
    policy that it stands in, and its Sid or which of the statements there it is, `replaced` what in it stands for
    another thing than before, `variants` where several of a root's variants are told apart. With a `path`, which begins
    at the `runner`, the holder is what runs, at its end, as a role that it did not run as before (`acts_as`). What the
    grant leads to and breaks is found beside it.
    `root_kind` says whether its root is applied. `chosen_by` is what callers of a module have to choose to have it;
    `for_all` callers is what they had narrowed and is wide now. `worth`: of the role whose trust it is.
    `conditions_stand`: it was held under conditions, and is so still, beside what is new. `let_through`: under which a
    limit that is there still lets it through, None without one. `limit_stays_otherwise`: what held it back still does
    on other conditions.
    `another_organization`: one is let in beside another, or in its place.
    `perhaps_kept`: it is lost, but for what is undecided of the same actions and may be the same.
    `created`: the holder comes into being. `may_be_its`: AWS made the policy for a role that its service can use, or
    nobody knows who can use the role.
    `with_factor`: a Deny asks for a second factor (MFA) still; `factor_lost`: it was allowed with one before.
    """

    holder: PolicySubject
    old_holder: PolicySubject | None
    kind: PolicyKind
    change: Change
    shown: Row
    held: Row | None
    compared: ComparedRow | None
    cells: tuple[ScoreComponent, ...]
    cause: Cause
    conditions_lost: bool = False
    conditions_stand: bool = False
    let_through: tuple[ConditionView, ...] | None = None
    deny_lost: bool = False
    limit_lost: bool = False
    limit_stays_otherwise: bool = False
    repeated: bool = False
    guards: tuple[Guard, ...] = ()
    path: tuple[PathStep, ...] = ()
    runner: EdgeSource | None = None
    acts_as: PolicySubject | None = None
    managed: str = ""
    in_its_place: bool = False
    may_be_its: bool = False
    written: tuple[str, str] = ("", "")
    elements: tuple[tuple[StatementElement, Cause], ...] = ()
    replaced: tuple[Replacement, ...] = ()
    variants: tuple[str, ...] = ()
    root_kind: RootKind = "root"
    chosen_by: frozenset[Guard] = frozenset()
    for_all: bool = False
    worth: RoleWorth = RoleWorth.ORDINARY
    perhaps_kept: bool = False
    another_organization: bool = False
    with_factor: bool = False
    factor_lost: bool = False
    created: bool = False
    written_by: WrittenBy | None = None
    by_call: bool = False

    @property
    def is_hypothetical(self) -> bool:
        """Whether nobody has it unless they choose to: only in an example, or with what a module leaves open or off."""
        match self.root_kind:
            case "module":
                return bool(self.chosen_by)
            case "interface":
                return not self.for_all
        return self.root_kind == "example"

    @property
    def is_latent(self) -> bool:
        """Whether a variable's default keeps it out today."""
        return bool(disabled_by_default(self.guards))

    @property
    def row(self) -> Row:
        """The access."""
        return self.change.row

    def of_grade(self, grade: GradeName) -> GradedGrant:
        """The grant with only the cells of one grade, perhaps none."""
        return dataclasses.replace(self, cells=tuple(cell for cell in self.cells if cell.grade == grade))

    @property
    def on_resource(self) -> bool:
        """Whether others are let in, rather than the holder itself allowed something."""
        return isinstance(self.holder, LettingIn)

    @property
    def by_acl(self) -> bool:
        """Whether an ACL lets them in, which asks for nothing by itself: what limits it is how AWS reads ACLs."""
        return in_acl(self.written[0])

    @property
    def width(self) -> ResourceScope:
        """The widest cell's width."""
        return max((cell.width for cell in self.cells), default=ResourceScope.NAMED)

    @property
    def kinds(self) -> frozenset[TableRow]:
        """The kinds of action gained."""
        return frozenset(cell.kind for cell in self.cells)

    @property
    def unpublished(self) -> bool:
        """Whether only actions that AWS has not published yet are new."""
        return self.change.why_new == UNPUBLISHED

    @property
    def outsiders(self) -> frozenset[PrincipalExposure]:
        """Who is let in, at worst, in each cell."""
        return frozenset(cell.who.who for cell in self.cells)


@dataclass(frozen=True, slots=True)
class _Place:
    """Whose a grant is said to be, where the author edits, and the way it is come to by."""

    holder: PolicySubject
    old_holder: PolicySubject | None
    cause: Cause
    elements: tuple[tuple[StatementElement, Cause], ...] = ()
    path: tuple[PathStep, ...] = ()
    runner: EdgeSource | None = None
    acts_as: PolicySubject | None = None


def grade_change(
    change: Change, delta: HolderDelta, touched: Touched, setting: GrantContext, side: Side = "head"
) -> GradedGrant:
    """Weigh one change; `setting` says what the rules know of its surroundings."""
    holder = (delta.head or delta.base) if side == "head" else (delta.base or delta.head)
    assert holder is not None, "a delta without a holder on either side"
    elements = causes_by_element(change, touched) if side == "head" else ()
    place = _Place(holder, delta.base, cause_of(change, delta, touched, side), elements)
    graded = _graded(change, delta, setting, place, delta.grants if side == "head" else delta.base_grants)
    worst = cause_of_action(graded.shown.actions[0], change, place.cause, touched, side)
    of_example = setting.root_kind == "example" and side == "head" and not any(map(str.isdigit, setting.home))
    written = written_by(change, delta, holder, touched) if of_example else None
    return dataclasses.replace(graded, cause=worst, written_by=written)


def grade_reach(reach: Reach, touched: Touched, setting: GrantContext) -> tuple[GradedGrant, ...]:
    """What a thing that runs as another role now gains, at the line that makes it so."""
    thing = reach.path[0]
    name = source_words(thing.source)
    runner = Runner(thing.root, name, name)
    delta = HolderDelta(
        reach.holder,
        reach.holder,
        PolicyKind.IDENTITY,
        reach.delta,
        reach.grants,
        guards=reach.guards,
        trust=reach.trust,
    )
    setting = dataclasses.replace(
        setting,
        disabled_by_default=delta.disabled_by_default,
        entered=isinstance(thing.source, Entrants),
        guests=isinstance(thing.source, PoolIdentities) and thing.source.guests,
    )
    path = tuple(PathStep(source_words(edge.source), edge.via, target_words(edge.target)) for edge in reach.path)
    place = _Place(
        runner,
        runner,
        cause_at(reach.path[reach.new].trail, touched),
        path=path,
        runner=thing.source,
        acts_as=reach.holder,
    )
    doubts = tuple(dict.fromkeys(doubt for edge in reach.path for doubt in edge.doubts))
    changes = (change.assuming(doubts) for change in reach.delta.gained)
    return tuple(_graded(change, delta, setting, place, delta.grants) for change in changes)


def _graded(
    change: Change, delta: HolderDelta, setting: GrantContext, place: _Place, grants: Sequence[Grant]
) -> GradedGrant:
    """The change weighed; `grants` are the holder's on the side where it is allowed."""
    asked = demanded(change.row, grants)
    conditions_lost = are_conditions_lost(change)
    lifted, limit_lost = lifted_denies(change, delta), is_limit_lost(change, delta)
    other = change.compared
    is_lifted = conditions_lost or bool(lifted) or limit_lost
    for_all = setting.root_kind == "interface" and is_lifted and not _is_guarded(change, delta)
    setting = _in_this_case(setting, change, delta, lifted, for_all=for_all)
    cells = score_components(under(change.row, asked), setting)
    through = let_through(change, grants) if limit_lost else None
    told = () if change.held_elsewhere or delta.kind is PolicyKind.LIMIT else asked
    shown = by_name(_without_itself(under(shown_row(change, grants, told), through), place.holder), setting.named)
    return GradedGrant(
        holder=place.holder,
        old_holder=place.old_holder,
        kind=delta.kind,
        change=change,
        shown=worst_first(shown, cells),
        held=by_name(change.before, setting.named) if change.before else None,
        compared=dataclasses.replace(other, row=by_name(other.row, setting.named)) if other else None,
        cells=cells,
        cause=place.cause,
        elements=place.elements,
        conditions_lost=conditions_lost,
        conditions_stand=conditions_lost and stands_still(change.before, grants),
        let_through=through,
        deny_lost=bool(lifted),
        limit_lost=limit_lost,
        limit_stays_otherwise=limit_lost and limit_stays_otherwise(delta),
        repeated=any(grant.repeated for grant in delta.grants),
        guards=delta.guards,
        path=place.path,
        runner=place.runner,
        acts_as=place.acts_as,
        managed=managed_by(change, delta).rpartition("/")[2],
        in_its_place=is_in_its_place(change, delta),
        may_be_its=may_be_for(change, delta),
        written=_written(change, grants),
        replaced=tuple(_replaced(change, place.holder, grants, setting)),
        variants=setting.variants,
        root_kind="interface" if for_all else setting.root_kind,
        chosen_by=_chosen_by(change, delta, setting),
        for_all=for_all,
        worth=setting.worth,
        perhaps_kept=_is_perhaps_kept(change, delta.delta),
        another_organization=setting.another_organization,
        with_factor=with_factor(change),
        factor_lost=is_about_factor(lifted),
        created=delta.created,
    )


def _in_this_case(
    setting: GrantContext, change: Change, delta: HolderDelta, lifted: tuple[Grant, ...], *, for_all: bool
) -> GrantContext:
    """How the change stands in the world; `lifted` are the Denies that it lifts."""
    earlier = [one for one in (change.before, change.compared and change.compared.row) if one]
    return dataclasses.replace(
        setting,
        execution=execution_policy(change, delta),
        only_pods=only_pods(delta),
        root_kind="module" if for_all else setting.root_kind,
        unseen_rights=change.held_elsewhere and bool(change.witness),
        taken=_taken(change.compared),
        second_factor=lifted_factor(lifted),
        let_in_before=bool(lifted) and all(map(is_about_transport, lifted)),
        source_lost=went_without_source(change.row, earlier),
        way_lost=way_lost(change.row, earlier),
        network_lost=any(keeps_within_network(one.statement) for one in lifted),
        another_organization=of_another_organization(
            change.row, change.before, (stated_row(grant.statement) for grant in delta.grants)
        ),
    )


def _taken(compared: ComparedRow | None) -> Row | None:
    return compared.row if compared is not None and compared.taken else None


def _is_perhaps_kept(change: Change, delta: Delta) -> bool:
    """Whether it is lost, and something undecided may be it."""
    if not delta.undecided or change not in delta.lost:
        return False
    pairs = product(change.row.actions, (action for one in delta.undecided for action in one.row.actions))
    return any(_may_meet(one.lower(), other.lower()) for one, other in pairs)


def _may_meet(one: str, other: str) -> bool:
    """Whether two patterns of actions have one in common, or it is not known."""
    try:
        return "${" in one or "${" in other or meets(one, other)
    except TooComplex:
        return True


def _is_guarded(change: Change, delta: HolderDelta) -> bool:
    """Whether only some callers have it."""
    own = (grant for grant in delta.grants if grant.statement == change.statement)
    return bool(delta.guards) or any(grant.guards for grant in own)


def _chosen_by(change: Change, delta: HolderDelta, setting: GrantContext) -> frozenset[Guard]:
    """What callers of a module choose: what its defaults rule out, or whatever every way to the statement goes by."""
    if setting.root_kind != "interface":
        return disabled_by_default(delta.guards)
    own = [frozenset(grant.guards) for grant in delta.grants if grant.statement == change.statement]
    every = frozenset(delta.guards)
    return every.intersection(*own) or every


def _replaced(
    change: Change, holder: PolicySubject, grants: Iterable[Grant], setting: GrantContext
) -> Iterator[Replacement]:
    """The names in it, and of its holder, that stand for another thing than before."""
    if not setting.replaced:
        return
    found = _names_in(change.statement, grants)
    for one in setting.replaced:
        if one.is_named(holder.address) or any(map(one.is_named, found)):
            yield one


def _names_in(statement: Statement, grants: Iterable[Grant]) -> set[str]:
    """What the statement and the guards of its grants are named after."""
    own = [grant for grant in grants if grant.statement == statement]
    guards = (variable for grant in own for guard in grant.guards for variable in guard.variables)
    return {root.name for symbol in (*symbols_of(statement), *guards) for root in roots(symbol)}


def _without_itself(row: Row, holder: PolicySubject) -> Row:
    """A resource policy speaks of its own resource, which need not be said again."""
    own = f"${{{holder.address}."
    ends = ("}", "}/*", "}:*")
    itself = isinstance(holder, Resource) and all(one.startswith(own) and one.endswith(ends) for one in row.resources)
    return dataclasses.replace(row, resources=("*",)) if itself and row.principals else row


def _written(change: Change, grants: Sequence[Grant]) -> tuple[str, str]:
    """The policy's block, and the statement's Sid or its place among those of the policy."""
    statement = change.statement
    own = [grant for grant in grants if grant.statement == statement and grant.statement.trail == statement.trail]
    policy = own[0].policy if own else ""
    place = [grant for grant in grants if grant.policy == policy].index(own[0]) if own else 0
    return block_of(policy), statement.sid or str(place)
