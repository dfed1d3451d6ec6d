"""Findings that differ in whom they are about and where they stand, told together where there are many."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from bot.frozen import dataclass
from bot.render.phrases import place_text
from bot.review.model import Finding

MANY = 10
"""So many findings are told one by one; of more those that are alike are told as one."""


@dataclass(frozen=True, slots=True)
class Alike:
    """A finding, and those that say the same of others, perhaps of other resources."""

    first: Finding
    others: tuple[Finding, ...] = ()

    @property
    def on_others(self) -> int:
        """How many of the others are about other resources than the first."""
        return sum(_resources(one) != _resources(self.first) for one in self.others)


def alike(findings: Sequence[Finding]) -> tuple[Alike, ...]:
    """The findings in their order; of more than MANY those together that gain the same actions by the same rule."""
    if len(findings) <= MANY:
        return tuple(map(Alike, findings))
    groups: dict[Hashable, list[Finding]] = {}
    for one in findings:
        groups.setdefault(_same(one), []).append(one)
    return tuple(Alike(first, tuple(others)) for first, *others in groups.values())


def each_kind_first(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """All of them, one of each kind before the others: for lists that end after so many."""
    groups = alike(findings)
    return (*(one.first for one in groups), *(other for one in groups for other in one.others))


def whose(finding: Finding) -> str:
    """Whom a finding is about, and its line: not yet escaped."""
    name = finding.principal.name if finding.principal else ""
    return f"{name} {place_text(finding.location)}".strip()


def _same(finding: Finding) -> Hashable:
    """What those that are told together have in common: all that is said of them but who, where and on what."""
    what = (finding.actions, finding.except_actions, finding.conditions, finding.why)
    whom = (finding.who, finding.loosens, finding.waiver)
    holds = (finding.may_block, finding.disabled_by_default, finding.held_where, finding.in_example)
    forbidden = finding.title if finding.kind == "guardrail" else None  # each guardrail has words of its own
    return finding.kind, finding.rule, finding.grade, finding.location.side, what, whom, holds, forbidden


def _resources(finding: Finding) -> Hashable:
    return finding.resources, finding.except_resources
