"""Adds up what was seen of each repository, and writes it as a table and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.mirrors.faults import Fault
from bench.mirrors.look import CHOICE
from bench.mirrors.survey import Seen

GRADES = ("critical", "high", "medium", "low", "none")


@dataclass(slots=True)
class Tally:
    """Of one repository, or of several: what was looked at, what it took, what it said.

    `over` are roots and changes that a bound of their own ended, `..._left` what there was no time for or was not
    drawn, `unlisted` repositories whose roots there was not even time to list.
    """

    name: str
    part: str = ""
    roots: int = 0
    roots_left: int = 0
    unlisted: list[str] = field(default_factory=list)
    changes: int = 0
    changes_left: int = 0
    seconds: float = 0.0
    slowest: dict[str, tuple[float, str]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    over: list[str] = field(default_factory=list)
    gaps_at_head: Counter[str] = field(default_factory=Counter)
    changed_gaps: Counter[str] = field(default_factory=Counter)
    open: int = 0
    grades: Counter[str] = field(default_factory=Counter)
    blocked: int = 0
    reviewed: int = 0

    def add(self, other: Tally) -> None:
        for name in ("roots", "roots_left", "changes", "changes_left", "seconds", "open", "blocked", "reviewed"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("faults", "over", "unlisted"):
            getattr(self, name).extend(getattr(other, name))
        for name in ("gaps_at_head", "changed_gaps", "grades"):
            getattr(self, name).update(getattr(other, name))
        for what, slow in other.slowest.items():
            self.slower(what, *slow)

    def slower(self, what: str, seconds: float, where: str) -> None:
        self.slowest[what] = max(self.slowest.get(what, (0.0, "")), (seconds, where))


def tally(seen: Seen) -> Tally:
    """Of one repository."""
    found = Tally(seen.repository.name, seen.repository.part)
    found.changes = len(seen.outcomes)
    found.changes_left = len(seen.changes) - len(seen.outcomes)
    _add_roots(found, seen)
    for change, outcome in seen.outcomes.items():
        where = change.name
        found.seconds += outcome.seconds
        found.slower("change", outcome.seconds, where)
        found.faults += outcome.faults
        if outcome.over:
            found.over.append(f"{where}: {outcome.over}")
        if outcome.review is not None:
            _add_review(found, outcome.review)
    return found


def _add_roots(found: Tally, seen: Seen) -> None:
    roots = seen.roots
    if roots is None or (roots.cut and CHOICE not in roots.seconds):
        found.unlisted.append(found.name)
    if roots is None:
        return
    names = roots.seconds.keys() - {CHOICE}
    found.roots = len(names)
    found.roots_left = max(roots.known - len(names), 0)
    found.seconds += sum(roots.seconds.values())
    for name, seconds in roots.seconds.items():
        found.slower("root", seconds, f"{seen.repository.name} {name}")
    found.faults += roots.faults
    found.over += [f"{seen.repository.name} {name}: {what}" for name, what in roots.over.items()]
    found.gaps_at_head.update(roots.gaps)


def _add_review(found: Tally, review: dict[str, Any]) -> None:
    found.reviewed += 1
    found.open += bool(review["undecided"]) or not review["complete"]
    found.blocked += review["verdict"] == "fail"
    found.grades.update(finding["grade"] for finding in review["gained"])
    found.changed_gaps.update(gap.get("kind", "") for gap in review["gaps"] if gap["changed"])


def total(tallies: Iterable[Tally]) -> Tally:
    """Of all of them."""
    found = Tally("total")
    for one in tallies:
        found.add(one)
    return found


def table(tallies: Sequence[Tally], judged: Sequence[Tally]) -> list[str]:
    """For people; only the `judged` ones show what their reviews said."""
    lines = [f"{'repository':<58} {'roots':>10} {'changes':>9} {'exc.':>4} {'over':>4} {'CPU s':>7} {'open':>5}"]
    lines[0] += f" {'blocked':>7}  findings: critical high medium low"
    rows = [*sorted(tallies, key=lambda one: one.name), total(tallies)]
    shown = {one.name for one in judged}
    for one in rows:
        said = _said(total(judged) if one.name == "total" else one) if one.name in {*shown, "total"} else ""
        counts = f"{_of(one.roots, one.roots_left):>10} {_of(one.changes, one.changes_left):>9}"
        limits = f"{len(one.faults):>4} {len(one.over):>4} {one.seconds:>7.1f}"
        lines.append(f"{one.name[:58]:<58} {counts} {limits}{said}")
    return [*lines, "", *_below(total(tallies), total(judged))]


def _of(done: int, left: int) -> str:
    return f"{done}/{done + left}" if left else str(done)


def _said(one: Tally) -> str:
    share = f"{one.open / one.reviewed:.0%}" if one.reviewed else "-"
    return f" {share:>5} {one.blocked:>7}  " + " ".join(str(one.grades[grade]) for grade in GRADES[:-1])


def _below(every: Tally, judged: Tally) -> list[str]:
    lines = [f"slowest {what}: {seconds:.1f} s CPU, {where}" for what, (seconds, where) in every.slowest.items()]
    lines += [f"not finished: {one}" for one in every.over]
    lines.append(f"gaps at HEAD: {_kinds(judged.gaps_at_head)}")
    lines.append(f"changed gaps: {_kinds(judged.changed_gaps)}")
    lines += [f"left out: all roots of {name}, out of time" for name in every.unlisted]
    for what in ("roots", "changes"):
        left = getattr(every, f"{what}_left")
        if left:
            lines.append(f"left out: {left} {what}, not drawn or out of time")
    return lines


def _kinds(kinds: Counter[str]) -> str:
    return ", ".join(f"{kind} {count}" for kind, count in kinds.most_common()) or "none"


def as_json(one: Tally, judged: bool) -> dict[str, Any]:
    """Everything, but for what a repository's reviews said if it is not one of the judged."""
    found: dict[str, Any] = {
        "repository": one.name,
        "part": one.part,
        "roots": one.roots,
        "roots_left_out": one.roots_left,
        "roots_not_listed": one.unlisted,
        "changes": one.changes,
        "changes_left_out": one.changes_left,
        "seconds": round(one.seconds, 2),
        "slowest": {what: {"seconds": at[0], "where": at[1]} for what, at in one.slowest.items()},
        "exceptions": [{"where": each.where, "place": each.place, "traceback": each.traceback} for each in one.faults],
        "over": one.over,
    }
    if judged:
        found |= {
            "reviewed": one.reviewed,
            "open": one.open,
            "blocked": one.blocked,
            "grades": dict(one.grades),
            "gaps_at_head": dict(one.gaps_at_head),
            "changed_gaps": dict(one.changed_gaps),
        }
    return found
