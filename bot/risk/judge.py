"""Judges a privilege diff: findings with their lines, grades, points and words, and the score of all."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

from bot.iam.grant import HolderKind
from bot.iam.statement import PolicyKind
from bot.privilege_diff.delta import HolderDelta, PrivilegeDiff
from bot.risk.accounts import known_accounts, own_accounts
from bot.risk.cells import Setting
from bot.risk.compose import compose, compose_lost, compose_undecided, counted_cells
from bot.risk.credentials import credential_findings
from bot.risk.finding import GRADES, Finding, GradeName
from bot.risk.gain import ON_RESOURCE, Gain, weigh, weigh_reach
from bot.risk.grouping import grouped
from bot.risk.score import score_of, worst
from bot.risk.settings import Rules
from bot.touched import Touched


@dataclass(frozen=True, slots=True)
class Judged:
    """The findings of a diff, each list worst first, and the grade and score of what was gained."""

    gained: tuple[Finding, ...] = ()
    undecided: tuple[Finding, ...] = ()
    lost: tuple[Finding, ...] = ()
    grade: GradeName = "none"
    score: int = 0


def judge(diff: PrivilegeDiff, touched: Touched, rules: Rules) -> Judged:
    """Judge what every holder gained and lost. The grade is "none" if and only if nothing was gained."""
    reached = [gain for reach in diff.reaches for gain in weigh_reach(reach, touched, _surroundings(rules))]
    access = _findings((*_weighed(diff, touched, rules, "gained"), *reached))
    gained = _worst_first((*access, *credential_findings(diff.credentials, touched)))
    grade = worst([finding.grade for finding in gained])
    return Judged(
        gained=gained,
        undecided=tuple(map(compose_undecided, grouped(_weighed(diff, touched, rules, "undecided")))),
        lost=tuple(map(compose_lost, grouped(_weighed(diff, touched, rules, "lost")))),
        grade=grade,
        score=score_of(grade, sum(finding.points for finding in gained)),
    )


def _weighed(diff: PrivilegeDiff, touched: Touched, rules: Rules, which: str) -> list[Gain]:
    side = "base" if which == "lost" else "head"
    return [
        weigh(change, delta, touched, _setting(delta, rules), "base" if side == "base" else "head")
        for delta in diff.holders
        for change in getattr(delta.delta, which)
    ]


def _worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: -GRADES.index(finding.grade)))


def _surroundings(rules: Rules) -> Setting:
    return Setting(own_accounts=own_accounts(rules), sensitive=rules.sensitive_resources)


def _setting(delta: HolderDelta, rules: Rules) -> Setting:
    holder = delta.head or delta.base
    kind = holder.kind if holder else HolderKind.MODULE
    limits = delta.kind is PolicyKind.CAP
    return dataclasses.replace(
        _surroundings(rules),
        on_resource=kind in ON_RESOURCE and not limits,
        trust=kind is HolderKind.TRUST,
        latent=kind is HolderKind.POLICY,
        fresh=delta.base is None,
        limits=limits,
        own_accounts=own_accounts(rules) | known_accounts(delta),
        holder=holder.address if holder else "",
    )


def _findings(gains: Iterable[Gain]) -> tuple[Finding, ...]:
    groups = grouped(gains)
    return tuple(map(compose, groups, counted_cells(groups)))
