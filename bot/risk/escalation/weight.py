"""What the escalation paths that a holder completes weigh, and in which of its gains they are told."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from bot.iam.grant import HolderKind
from bot.iam.statement import PolicyKind
from bot.privilege_diff.delta import HolderDelta
from bot.risk.cells import Cell, Setting
from bot.risk.escalation.estate import Estate
from bot.risk.escalation.find import escalations, is_administrator, through_trust
from bot.risk.escalation.found import Escalation
from bot.risk.execution import execution_policy
from bot.risk.finding import GRADES
from bot.risk.gain import Gain, covered
from bot.risk.table import TableRow
from bot.risk.who import Outsider, Who
from bot.risk.width import Width

MAX_MEMBERS = 20
"""So many members of a group, or other principals of a root, are looked at."""

SERVICE = "escalation"
"""Stands in the place of a service in the cell of an escalation: one for each holder."""


def with_escalations(gains: Sequence[Gain], delta: HolderDelta, setting: Setting, estate: Estate) -> list[Gain]:
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
    if holder is not None and holder.kind is HolderKind.ROLE:
        chain = estate.root(holder.root).led_by(holder.address)
        found = [dataclasses.replace(one, led_by=chain) if is_administrator(one.row) else one for one in found]
    return found


def _found(delta: HolderDelta, estate: Estate, ours: frozenset[str]) -> Iterator[Escalation]:
    if delta.kind is PolicyKind.TRUST:
        yield from _of_passers(delta, estate)
        return
    yield from escalations(delta, estate, ours) or _of_members(delta, estate, ours)


def _of_passers(delta: HolderDelta, estate: Estate) -> Iterator[Escalation]:
    """What a role's trust in one more service completes for those who may pass the role to it."""
    role = delta.head
    if role is None or delta.base is None:
        return
    names = (name for change in delta.delta.gained for name in change.row.principals)
    services = [name for name in dict.fromkeys(names) if name.endswith(".amazonaws.com")]
    root = estate.root(role.root)
    for being in list(root.beings.values())[:MAX_MEMBERS] if services else ():
        for service in services:
            yield from through_trust(role.address, service, being, root)


def _of_members(delta: HolderDelta, estate: Estate, ours: frozenset[str]) -> Iterator[Escalation]:
    """What a group's gain completes together with what a member holds besides."""
    group = delta.head
    if group is None or group.kind is not HolderKind.GROUP:
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


def _teller(gains: Sequence[Gain], escalation: Escalation) -> int:
    """The gain that allows the first new step of the path: the one that says whom the principal becomes, if it can."""
    in_order = sorted(range(len(gains)), key=lambda index: gains[index].order)
    for step in escalation.steps:
        action = frozenset((step.action.lower(),))
        allowing = (index for index in in_order if step.new and covered(gains[index].row, action))
        found = next(allowing, None)
        if found is not None:
            return found
    return in_order[0]


def _cell(escalation: Escalation, setting: Setting) -> Cell:
    rank, steps = escalation.outcome.rank, []
    for holds, words in (
        (setting.latent, "attached to nothing this repository shows"),
        (setting.by_default, "nothing today: a variable's default keeps it out"),
    ):
        if holds:
            rank = max(rank - 1, 1)
            steps.append(f"-1 step, {words}")
    return Cell(
        service=SERVICE,
        kind=TableRow.ADMINISTER,
        grade=GRADES[rank],
        width=Width.NAMED,
        who=Outsider("", Who.HOLDER),
        action=escalation.steps[0].action,
        steps=tuple(steps),
        words=f"completes a way to become {escalation.outcome.becomes} ({escalation.path.id})",
    )
