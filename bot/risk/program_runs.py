"""Programs that Terraform runs: nobody is given access, but whoever writes the program has what Terraform has."""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable, Iterable, Sequence

from bot.evaluated.program_run import ProgramRun
from bot.evaluated.redefinition import Place
from bot.evaluated.touched import Touched
from bot.iam.action_kind import ActionKind, kind_of
from bot.review.identity import ListedFacts, identify
from bot.review.model import Finding, GradeName, Location, TrailStep
from bot.review.prose import Prose, nothing_said
from bot.review_config.settings import ReviewConfig
from bot.risk.naming import switched_off
from bot.risk.score import POINTS
from bot.risk.ungranted import location_of, ungranted
from bot.risk.wording.program_words import after_program, before_program, program_advice, program_title, why_program

RULE = "program-run"
_MOST = 200


def program_findings(
    runs: Iterable[ProgramRun], touched: Touched, rules: ReviewConfig
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """A finding for each block that is written, whatever modules and roots it is in: of those that plainly give access,
    and, undecided, of all others."""
    groups: dict[tuple[Place, bool], list[ProgramRun]] = {}
    for one in runs:
        groups.setdefault((one.written, bool(one.ran.gives)), []).append(one)
    if RULE in switched_off(rules):
        return (), ()
    giving = (_giving(group, touched) for (_, gives), group in groups.items() if gives)
    others = _same_ones(group for (_, gives), group in groups.items() if not gives)
    return tuple(giving), tuple(_undecided(group, touched) for group in others)


def _same_ones(groups: Iterable[list[ProgramRun]]) -> Iterable[list[ProgramRun]]:
    """The groups, as one where blocks called alike in several roots run one program but for what is not known."""
    found: dict[Hashable, list[ProgramRun]] = {}
    for group in groups:
        alike = {(one.block, one.ran.alike) for one in group}
        same = frozenset(alike) if all(said for _, said in alike) else group[0].written
        found.setdefault(same, []).extend(group)
    return found.values()


def _undecided(runs: Sequence[ProgramRun], touched: Touched) -> Finding:
    return _finding(runs, touched, "low", 0, why=why_program(runs))


def _giving(runs: Sequence[ProgramRun], touched: Touched) -> Finding:
    """High where a call can give any permission, a step less in examples."""
    kinds = {kind_of(action) for one in runs for action in one.ran.gives}
    grades: tuple[GradeName, ...] = ("low", "medium", "high")
    weight = 1 + (ActionKind.ADMINISTERS in kinds) - all(one.root.kind == "example" for one in runs)
    return _finding(runs, touched, grades[weight], POINTS[grades[weight]], unproved=len(runs))


def _finding(
    runs: Sequence[ProgramRun],
    touched: Touched,
    grade: GradeName,
    points: int,
    *,
    why: Prose | None = None,
    unproved: int = 0,
) -> Finding:
    several_roots = len({one.root.directory for one in runs}) > 1
    names = (f"{one.root.directory or '.'}: {one.address}" if several_roots else one.address for one in runs)
    location = location_of((one.ran.places for one in runs), touched)
    said = before_program(runs), after_program(runs)
    finding = dataclasses.replace(
        ungranted(RULE, grade, points, program_title(runs), said, location),
        instances=tuple(dict.fromkeys(names))[:_MOST],
        trail=_trail(runs, location, touched),
        why=why or nothing_said(),
        fix=program_advice(runs),
        in_example=all(one.root.kind == "example" for one in runs),
        unproved=unproved,
    )
    return finding.known_as(identify(ListedFacts(RULE, tuple(sorted({_identity(one) for one in runs})))))


def _trail(runs: Sequence[ProgramRun], location: Location, touched: Touched) -> tuple[TrailStep, ...]:
    """Where it comes from, and where it is written in the other roots."""
    by_place: dict[Place, list[ProgramRun]] = {}
    for one in runs:
        by_place.setdefault(one.written, []).append(one)
    each = ((location_of((one.ran.places for one in some), touched), some[0].block) for some in by_place.values())
    places = dict.fromkeys([(location, runs[0].block), *each])
    return tuple(TrailStep(at.file, at.line, at.side, block) for at, block in places)


def _identity(one: ProgramRun) -> str:
    """Another program is another finding: what was accepted of one says nothing of it."""
    return "\0".join((one.root.directory, one.block, one.ran.text))
