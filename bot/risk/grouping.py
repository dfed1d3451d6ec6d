"""Puts gains together into findings: one for each principal and causing edit, equal ones merged."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import TypeVar

from bot.access_diff.delta import Row
from bot.access_diff.rows import covered
from bot.evaluated.address import block_of
from bot.evaluated.diagnostic import Step
from bot.frozen import dataclass
from bot.iam.arn import service_of
from bot.iam.policy_subject import Group, Resource, RoleTrust, User
from bot.risk.assessed_grant import AssessedGrant, Order
from bot.risk.escalation.model import CompletedPaths
from bot.risk.example_calls import WrittenBy
from bot.risk.exposure import PrincipalExposure
from bot.risk.fingerprint import root_directory
from bot.risk.grading import GradedGrant
from bot.risk.lead import Concern, concern_of
from bot.risk.score_components import ScoreComponent

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class GrantGroup:
    """Gains that are one finding, worst first. `new_principal`: their holder is new or had no access before."""

    gains: tuple[AssessedGrant, ...]
    new_principal: bool = False

    @property
    def worst(self) -> AssessedGrant:
        """The gain that the finding is named after and stands at."""
        return self.gains[0]

    @property
    def untold(self) -> int:
        """How many rows of the same holder the title is not about."""
        return len({gain.grant.row for gain in self._beside})

    @property
    def second(self) -> GradedGrant | None:
        """Of those rows the first that a reviewer has to decide about by itself.

        It is of other services than the worst, and of another policy if AWS's is named.
        """
        worst = self.worst.grant
        told = _services(worst.row)
        named = {worst.managed} - {""}
        others = (one for one in self._beside if not told & _services(one.grant.row) and one.grant.managed not in named)
        return None if "*" in told else next((one.grant for one in others if _is_worth_a_name(one)), None)

    @property
    def _beside(self) -> list[AssessedGrant]:
        """What the same holder gains beside the worst, and what completes the worst's way up, which is told with it."""
        worst = self.worst
        named = frozenset(step.action.lower() for way in worst.completed.escalations[:1] for step in way.steps)
        own = (one for one in self.gains if one.grant.holder == worst.grant.holder)
        return [one for one in own if one.grant.row != worst.grant.row and not covered(one.grant.row, named)]

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is gained, each row once."""
        return tuple(dict.fromkeys(one.row for one in self.grants))

    @property
    def grants(self) -> tuple[GradedGrant, ...]:
        """What is gained, without what was found beside it."""
        return tuple(gain.grant for gain in self.gains)


def _services(row: Row) -> set[str]:
    return {service_of(action).lower() for action in row.actions}


def _is_worth_a_name(gain: AssessedGrant) -> bool:
    """Whether it is about more than data of its own, and not just what AWS made for such a role."""
    concern = min(concern_of(cell, gain.grant.row) for cell in gain.weighed)
    weighty = concern <= Concern.SECRETS or concern is Concern.WIDE_KEYS
    return weighty and not gain.grant.in_its_place


Marks = Callable[[AssessedGrant], Iterable[Hashable]]


@dataclass(frozen=True, slots=True)
class Belonging:
    """What makes gains one: of one principal whatever shares a mark, of several what agrees in `across`, too."""

    marks: Marks
    across: Callable[[AssessedGrant], Hashable]


def _statement(gain: AssessedGrant) -> Step | None:
    """Where the statement stands that grants it; None where it is written nowhere."""
    return next(iter(gain.grant.change.statement.trail), None)


def _causes(gain: AssessedGrant) -> Iterator[Hashable]:
    """Its place, its statement, and the statements that complete the escalation it is told with."""
    yield gain.grant.cause.location
    statement = _statement(gain)
    if statement is not None:
        yield statement
    for escalation in gain.completed.escalations[:1]:
        yield from (step.trail[0] for step in escalation.steps if step.new and step.trail)


def _edits(gain: AssessedGrant) -> Iterator[Hashable]:
    """The run of touched lines, and its statement."""
    yield gain.grant.cause.edit
    statement = _statement(gain)
    if statement is not None:
        yield statement, gain.grant.change.statement.sid


BY_CAUSE = Belonging(_causes, _statement)
"""One statement, or one place that puts several in force."""

BY_EDIT = Belonging(_edits, lambda _: None)
"""One run of touched lines: enough for what is gone or in doubt, and what findings were before they were causes."""


def grouped(gains: Iterable[AssessedGrant], belonging: Belonging = BY_CAUSE) -> tuple[GrantGroup, ...]:
    """The groups of all gains, worst first."""
    every = _told_once(gains)
    modules = frozenset(_statement(one) for one in every if one.grant.root_kind in _OF_MODULES) - {None}
    repeated, others = _parted(every, lambda one: _is_told_of_module(one, modules))
    by_call, others = _parted(others, lambda one: one.grant.by_call)
    groups = _of_principals(others, belonging.marks)
    merged = [_together(same) for same in _by(groups, partial(_block_and_edit, across=belonging.across))]
    merged = [_together(same) for same in _by(merged, _in_its_variant)]
    merged = _with_members([_together(same) for same in _by(merged, _access_and_edit)])
    merged = [_without_echoes(_together(same)) for same in _by(merged, _people_and_place)]
    merged = [*_with_examples(merged, repeated, belonging.marks), *([_of_calls(by_call)] if by_call else [])]
    return tuple(sorted(merged, key=lambda group: group.worst.order))


_OF_MODULES = frozenset(("module", "interface"))


def _is_told_of_module(gain: AssessedGrant, modules: frozenset[Step | None]) -> bool:
    """Whether an example has what the change makes a module give its callers, which is told of the module itself."""
    return gain.grant.written_by is WrittenBy.CHANGED_MODULE and _statement(gain) in modules and not gain.breaches


def _with_examples(groups: list[GrantGroup], repeated: list[AssessedGrant], marks: Marks) -> list[GrantGroup]:
    """Each group of a module's with what examples have by the same statement: it is named after the module."""
    waiting, found = repeated, list[GrantGroup]()
    for group in groups:
        own = {_statement(one) for one in group.gains if one.grant.root_kind in _OF_MODULES}
        same = [one for one in waiting if _statement(one) in own]
        waiting = [one for one in waiting if _statement(one) not in own]
        found.append(replace(group, gains=(*group.gains, *same)))
    return [*found, *_of_principals(waiting, marks)]


def _of_calls(gains: list[AssessedGrant]) -> GrantGroup:
    """All that examples have by calls of modules that did not change."""
    return _group(gains, all(one.grant.old_holder is None for one in gains))


def told_together(gains: Iterable[AssessedGrant]) -> tuple[AssessedGrant, ...]:
    """The gains, of which those are `by_call` that examples have by modules that did not change, and nothing else.

    A principal of which anything is an example's own text, or is forbidden, is told with all that it has.
    """
    every = tuple(gains)
    own = {_principal(one) for one in every if one.breaches or one.grant.written_by is WrittenBy.EXAMPLE}
    by_call = (one.grant.written_by is WrittenBy.MODULE and _principal(one) not in own for one in every)
    return tuple(_by_call(one) if is_so else one for one, is_so in zip(every, by_call, strict=True))


def _by_call(gain: AssessedGrant) -> AssessedGrant:
    """Low, worth no point, and no step of a way up."""
    cells = tuple(map(_low, gain.grant.cells))
    return AssessedGrant(CompletedPaths(replace(gain.grant, cells=cells, by_call=True)))


def _low(cell: ScoreComponent) -> ScoreComponent:
    steps = cell.steps if cell.grade == "low" else (*cell.steps, "low, as a module that did not change gives it")
    return replace(cell, grade="low", steps=steps, counts=False)


def _told_once(gains: Iterable[AssessedGrant]) -> tuple[AssessedGrant, ...]:
    """The gains without what callers of a module get whatever they choose, where it is told of the module itself."""
    every = tuple(gains)
    said = {_access(one.grant) for one in every if one.grant.root_kind == "module"}
    return tuple(one for one in every if one.grant.root_kind != "interface" or _access(one.grant) not in said)


def _access(grant: GradedGrant) -> Hashable:
    holder = grant.holder
    return root_directory(holder.root), holder.address, isinstance(holder, RoleTrust), grant.row


def _with_members(groups: list[GrantGroup]) -> list[GrantGroup]:
    """What members gain by nothing but what their group gains is told with the group, unless it is more to them."""
    by_group = {_given(gain): group for group in groups for gain in group.gains if isinstance(gain.grant.holder, Group)}
    told: dict[int, list[GrantGroup]] = {}
    for group in groups:
        owner = _of_members(group, by_group)
        told.setdefault(id(group if owner is None else owner), []).append(group)
    return [_joined(one, told[id(one)]) for one in groups if any(each is one for each in told.get(id(one), ()))]


def _of_members(group: GrantGroup, by_group: Mapping[Hashable, GrantGroup]) -> GrantGroup | None:
    """What their group gains, if it is of users alone, to whom it is worth no more than to the group."""
    owners = [by_group.get(_given(gain)) for gain in group.gains]
    users = all(isinstance(one.holder, User) for one in group.grants) and None not in owners
    owner = owners[0] if users else None
    return None if owner is None or group.worst.weighed[0].rank > owner.worst.weighed[0].rank else owner


def _given(gain: AssessedGrant) -> Hashable:
    """By which statement it is had, in which root."""
    return gain.grant.holder.root, gain.grant.change.statement


def _joined(group: GrantGroup, told: Iterable[GrantGroup]) -> GrantGroup:
    """A group's finding is named after the group, whatever its members lacked of it."""
    others = (gain for one in told if one is not group for gain in one.gains)
    return replace(group, gains=(*group.gains, *others))


def _without_echoes(group: GrantGroup) -> GrantGroup:
    """The group without what callers of a module may choose where all of them have it, or one switch gives it."""
    modules = {root_directory(one.holder.root) for one in group.grants if one.root_kind == "module"}
    return replace(group, gains=tuple(one for one in group.gains if not _echoes(one.grant, modules)))


def _echoes(grant: GradedGrant, modules: set[str]) -> bool:
    return grant.root_kind == "interface" and root_directory(grant.holder.root) in modules


def block(address: str) -> str:
    """The resource block an instance comes from, in whatever module: type and name."""
    return ".".join(block_of(address).split(".")[-2:])


def _by(items: Iterable[Item], key: Callable[[Item], Hashable]) -> list[list[Item]]:
    found: dict[Hashable, list[Item]] = {}
    for item in items:
        found.setdefault(key(item), []).append(item)
    return list(found.values())


def _parted(
    gains: Iterable[AssessedGrant], chosen: Callable[[AssessedGrant], bool]
) -> tuple[list[AssessedGrant], list[AssessedGrant]]:
    """Those that are chosen, and the others."""
    found: tuple[list[AssessedGrant], list[AssessedGrant]] = [], []
    for one in gains:
        found[not chosen(one)].append(one)
    return found


def _of_principals(gains: Iterable[AssessedGrant], marks: Marks) -> list[GrantGroup]:
    return [group for own in _by(gains, _principal) for group in _of_principal(own, marks)]


def _principal(gain: AssessedGrant) -> Hashable:
    """A role's trust belongs to the role if the role is new, and is a matter of its own otherwise.

    What others may do with the function of a module is no matter of what its role may do, whose address is the same.
    """
    holder = gain.grant.holder
    return (holder.root, holder.address, isinstance(holder, Resource))


def _of_principal(gains: list[AssessedGrant], marks: Marks) -> list[GrantGroup]:
    trusts = [gain for gain in gains if isinstance(gain.grant.holder, RoleTrust)]
    others = [gain for gain in gains if not isinstance(gain.grant.holder, RoleTrust)]
    if all(gain.grant.old_holder is None for gain in trusts or others):
        new = [gain for gain in gains if gain.grant.old_holder is None]
        rest = [gain for gain in gains if gain.grant.old_holder is not None]
        return [_group(new, True), *_sharing(rest, marks)]
    return [*_sharing(trusts, marks), *_sharing(others, marks)]


def _group(gains: Iterable[AssessedGrant], new_principal: bool = False) -> GrantGroup:
    return GrantGroup(tuple(sorted(gains, key=_order_of_new if new_principal else _order)), new_principal)


def _order(gain: AssessedGrant) -> Order:
    return gain.order


def _order_of_new(gain: AssessedGrant) -> Order:
    """Of what is no worse, what a new role may do comes before the service that it is made for."""
    chosen, rank, *others = gain.order
    made_for = isinstance(gain.grant.holder, RoleTrust) and gain.grant.outsiders <= {PrincipalExposure.SERVICE}
    return (chosen, rank, made_for, *others)


def _sharing(gains: list[AssessedGrant], marks: Marks) -> list[GrantGroup]:
    """Gains that have a mark in common, directly or over others, belong together."""
    parent = list(range(len(gains)))

    def top(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    seen: dict[Hashable, int] = {}
    for index, gain in enumerate(gains):
        for mark in marks(gain):
            parent[top(index)] = top(seen.setdefault(mark, index))
    return [_group(gains[i] for i in same) for same in _by(range(len(gains)), top)]


def _block_and_edit(group: GrantGroup, across: Callable[[AssessedGrant], Hashable]) -> Hashable:
    """Instances of one block, in whatever module call or root, gain through one edit: one finding."""
    worst = group.worst
    where = (worst.grant.holder.kind, block(worst.grant.holder.address))
    return (worst.grant.cause.edit, across(worst), group.new_principal, *where, _outcome(group))


def _outcome(group: GrantGroup) -> Hashable:
    """What variants of a root have in common where they come to the same: the actions."""
    if not any(grant.variants for grant in group.grants):
        return None
    return frozenset((grant.row.actions, grant.row.except_actions) for grant in group.grants)


def _in_its_variant(group: GrantGroup) -> Hashable:
    """What each variant's own file gives by one statement, and to one block, is one gain of several environments."""
    worst = group.worst.grant
    place, statement = worst.cause.location, _statement(group.worst)
    if not worst.variants or statement is None or place.file == statement.span.file or not place.file.endswith(_VALUES):
        return id(group)
    actions = frozenset((one.row.actions, one.row.except_actions) for one in group.grants)
    where = (root_directory(worst.holder.root), worst.holder.kind, worst.holder.address)
    return (*where, statement.span, actions, group.new_principal, worst.on_resource)


_VALUES = (".tfvars", ".tfvars.json")


def _access_and_edit(group: GrantGroup) -> Hashable:
    """So do different principals that gain the same access through one edit."""
    rows = frozenset(gain.grant.row for gain in group.gains)
    return (group.worst.grant.cause.edit, group.new_principal, group.worst.grant.on_resource, rows)


def _people_and_place(group: GrantGroup) -> Hashable:
    """So does what the same people gain on many resources through one place."""
    worst = group.worst
    if not isinstance(worst.grant.holder, Resource):
        return id(group)
    people = frozenset(one for gain in group.gains for one in gain.grant.row.principals)
    return (worst.grant.cause.location, people)


def _together(groups: list[GrantGroup]) -> GrantGroup:
    return _group((gain for group in groups for gain in group.gains), all(group.new_principal for group in groups))
