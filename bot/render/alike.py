"""Findings that differ in whom they are about and where they stand, told together where there are many."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from bot.frozen import dataclass
from bot.review.model import Finding

MANY = 30
"""So many findings are told one by one; of more those that are alike are told as one."""


@dataclass(frozen=True, slots=True)
class Alike:
    """A finding, and those that say the same of others."""

    first: Finding
    others: tuple[Finding, ...] = ()


def alike(findings: Sequence[Finding]) -> tuple[Alike, ...]:
    """The findings in their order; of more than MANY those together that gain the same actions by the same rule."""
    if len(findings) <= MANY:
        return tuple(map(Alike, findings))
    groups: dict[Hashable, list[Finding]] = {}
    for one in findings:
        groups.setdefault(_same(one), []).append(one)
    return tuple(Alike(first, tuple(others)) for first, *others in groups.values())


def _same(finding: Finding) -> Hashable:
    """What those that are told together have in common: who is let in, too, and what somebody accepted."""
    what = (finding.actions, finding.except_actions, finding.who, finding.loosens)
    return finding.kind, finding.rule, finding.grade, finding.waiver, finding.location.side, what
