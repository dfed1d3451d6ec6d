"""What the escalation paths that a holder completes weigh, and in which of its gains they are told."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from bot.access_diff.delta import HolderDelta, Reach
from bot.iam.policy_subject import Group, PolicySubject, Role
from bot.iam.statement import PolicyKind
from bot.review.model import GRADES
from bot.risk.escalation.find import escalations, is_administrator, is_outright
from bot.risk.escalation.iam_graph import IamGraph
from bot.risk.escalation.model import ADMINISTRATOR, Escalation
from bot.risk.escalation.transitive import prize_of, through_trust, transitive_paths
from bot.risk.execution import execution_policy
from bot.risk.exposure import ExternalPrincipal, PrincipalExposure
from bot.risk.grading import GradedGrant, covered
from bot.risk.resource_scope import ResourceScope
from bot.risk.score_components import GrantContext, ScoreComponent
from bot.risk.score_table import TableRow
from bot.risk.wording.edges import source_words

MAX_MEMBERS = 20
"""So many members of a group are looked at."""

SERVICE = "escalation path"
"""Stands in the place of a service in the cell of an escalation: one for each holder."""


def with_escalations(
    gains: Sequence[GradedGrant], delta: HolderDelta, setting: GrantContext, estate: IamGraph
) -> list[GradedGrant]:
    """The gains of one holder, those that complete a path with it."""
    found, holder = list(gains), delta.head
    told: dict[int, list[Escalation]] = {}
    ours = setting.own_accounts
    if not found:
        return found
    for one in _found(delta, estate, ours):
        teller = _teller(found, one)
        if not execution_policy(found[teller].change, delta):  # AWS itself does what the policy is made for
            told.setdefault(teller, []).append(one)
    for index, completed in told.items():
        cell = _cell(completed[0], setting)
        found[index] = dataclasses.replace(found[index], escalations=tuple(completed), climbing=cell)
    if is_outright(delta):
        first = _in_order(found)[0]
        found[first] = dataclasses.replace(found[first], climbing=_outright_cell(found[first], setting))
    if isinstance(holder, Role):
        chain = estate.root(holder.root).led_by(holder.address)
        found = [dataclasses.replace(one, led_by=chain) if is_administrator(one.row) else one for one in found]
    return found if holder is None or delta.latent else _with_climbers(found, delta, holder, estate, ours)


def _with_climbers(
    gains: list[GradedGrant], delta: HolderDelta, holder: PolicySubject, estate: IamGraph, ours: frozenset[str]
) -> list[GradedGrant]:
    """The worst gain with those that come to it by becoming the holder, as they could before."""
    own = [one for one in gains if not execution_policy(one.change, delta)]
    prize = prize_of(holder, delta.grants, delta.guards, own) if delta.kind is PolicyKind.IDENTITY else None
    if prize is None:
        return gains
    climbers = tuple(transitive_paths(prize, estate, ours, fresh=delta.base is None))
    return [dataclasses.replace(one, used_by=climbers) if one is prize.gains[0] else one for one in gains]


def reached_by_others(
    gains: Sequence[GradedGrant], reach: Reach, estate: IamGraph, ours: frozenset[str]
) -> list[GradedGrant]:
    """The gains of what runs as another role, with those who may change what runs there."""
    prize = prize_of(reach.holder, reach.grants, (), gains)
    if prize is None:
        return list(gains)
    things = frozenset(source_words(edge.source) for edge in reach.path)
    climbers = tuple(transitive_paths(prize, estate, ours, fresh=False, things=things))
    return [dataclasses.replace(one, used_by=climbers) if one is prize.gains[0] else one for one in gains]


def _found(delta: HolderDelta, estate: IamGraph, ours: frozenset[str]) -> Iterator[Escalation]:
    if delta.kind is PolicyKind.TRUST:
        yield from through_trust(delta, estate, ours)
        return
    yield from escalations(delta, estate, ours) or _of_members(delta, estate, ours)


def _of_members(delta: HolderDelta, estate: IamGraph, ours: frozenset[str]) -> Iterator[Escalation]:
    """What a group's gain completes together with what a member holds besides."""
    group = delta.head
    if not isinstance(group, Group):
        return
    root = estate.root(group.root)
    fresh = {grant.statement for grant in delta.grants} - {grant.statement for grant in delta.base_grants}
    for member in root.members_of(group)[:MAX_MEMBERS]:
        being = root.beings.get(member.address)
        if being is not None:
            before = tuple(grant for grant in being.grants if grant.statement not in fresh)
            whole = dataclasses.replace(delta, base=member, head=member, grants=being.grants, base_grants=before)
            for one in escalations(whole, estate, ours):
                becomes = f"{one.outcome.becomes} as user {member.name}"
                yield dataclasses.replace(one, outcome=dataclasses.replace(one.outcome, becomes=becomes))


def _teller(gains: Sequence[GradedGrant], escalation: Escalation) -> int:
    """The gain that allows the first new step of the path: the one that says whom the principal becomes, if it can."""
    in_order = _in_order(gains)
    for step in escalation.steps:
        action = frozenset((step.action.lower(),))
        allowing = (index for index in in_order if step.new and covered(gains[index].row, action))
        found = next(allowing, None)
        if found is not None:
            return found
    return in_order[0]


def _in_order(gains: Sequence[GradedGrant]) -> list[int]:
    return sorted(range(len(gains)), key=lambda index: gains[index].order)


def _outright_cell(gain: GradedGrant, setting: GrantContext) -> ScoreComponent:
    """An administrator outright weighs no less than who becomes one by a path, which is then not looked for."""
    words = f"{ADMINISTRATOR} outright"
    return _weighing(GRADES.index("critical"), gain.cells[0].action, words, setting)


def _cell(escalation: Escalation, setting: GrantContext) -> ScoreComponent:
    words = f"completes a way to become {escalation.outcome.becomes} ({escalation.path.id})"
    return _weighing(escalation.outcome.rank, escalation.steps[0].action, words, setting)


def _weighing(rank: int, action: str, words: str, setting: GrantContext) -> ScoreComponent:
    steps = []
    for holds, why in (
        (setting.latent, "attached to nothing this repository shows"),
        (setting.by_default, "nothing today: a variable's default keeps it out"),
    ):
        if holds:
            rank = max(rank - 1, 1)
            steps.append(f"-1 step, {why}")
    return ScoreComponent(
        service=SERVICE,
        kind=TableRow.ADMINISTER,
        grade=GRADES[rank],
        width=ResourceScope.NAMED,
        who=ExternalPrincipal(PrincipalExposure.HOLDER),
        action=action,
        steps=tuple(steps),
        words=words,
    )
