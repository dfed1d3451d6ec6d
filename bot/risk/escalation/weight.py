"""What the escalation paths that a holder completes weigh, and in which of its gains they are told."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from bot.iam.grant import HolderKind
from bot.privilege_diff.delta import HolderDelta
from bot.risk.cells import Cell, Setting
from bot.risk.escalation.estate import Estate
from bot.risk.escalation.find import escalations, is_administrator
from bot.risk.escalation.found import Escalation
from bot.risk.execution import execution_policy
from bot.risk.finding import GRADES
from bot.risk.gain import Gain, covered
from bot.risk.table import TableRow
from bot.risk.who import Outsider, Who
from bot.risk.width import Width

SERVICE = "escalation"
"""Stands in the place of a service in the cell of an escalation: one for each holder."""


def with_escalations(gains: Sequence[Gain], delta: HolderDelta, setting: Setting, estate: Estate) -> list[Gain]:
    """The gains of one holder, those that complete a path with it."""
    found, holder = list(gains), delta.head
    told: dict[int, list[Escalation]] = {}
    for one in escalations(delta, estate):
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


def _teller(gains: Sequence[Gain], escalation: Escalation) -> int:
    """The gain that allows the first new step of the path: the one that says whom the principal becomes, if it can."""
    for step in escalation.steps:
        if step.new:
            for index, gain in enumerate(gains):
                if covered(gain.row, frozenset((step.action.lower(),))):
                    return index
    return 0


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
