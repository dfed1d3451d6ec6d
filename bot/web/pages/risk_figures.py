"""What became of findings, counted by team or path and by week. What each word means: docs/pages.md, "Risk"."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from datetime import date, timedelta
from statistics import median
from typing import Literal

from bot.frozen import dataclass
from bot.store.finding_outcomes import FindingOutcome
from bot.web.pages.weeks import monday, week_name

By = Literal["team", "path"]

NOBODY = "(no owner)"


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one team, path or all: what happened in the span, and what stands today.

    `opened`, `fixed`, `accepted` and `merged` are events of the span; `open`, `in_force` and `run_out` are as of today.
    `oldest` and `median` are days since what is in force was accepted, None if nothing is.
    """

    name: str
    opened: int
    fixed: int
    accepted: int
    merged: int
    open: int
    in_force: int
    run_out: int
    oldest: int | None
    median: int | None

    @property
    def standing(self) -> int:
        """How much of it is there now, as far as is known."""
        return self.open + self.in_force + self.run_out


@dataclass(frozen=True, slots=True)
class Week:
    """What happened in the week (ISO, UTC) that begins on `first`."""

    name: str
    first: date
    opened: int
    fixed: int
    accepted: int
    merged: int


@dataclass(frozen=True, slots=True)
class RiskFigures:
    """The figures of the weeks from the day `since` on, by group, those with most to look at first."""

    since: date
    until: date
    total: Figures
    groups: tuple[Figures, ...]
    weeks: tuple[Week, ...]


GroupsOf = Callable[[FindingOutcome], tuple[str, ...]]
"""Under which names a finding counts: of a file that two teams own, under both."""

_EVENTS = ("opened", "fixed", "accepted", "merged")


def figures(outcomes: Iterable[FindingOutcome], groups_of: GroupsOf, since: date, today: date) -> RiskFigures:
    """Count them."""
    groups: defaultdict[str, _Counting] = defaultdict(_Counting)
    total = _Counting()
    days = Counter[tuple[str, date]]()
    for one in outcomes:
        events = [event for event in _events(one) if event[1] >= since]
        standing, age = _standing(one, today)
        for counting in (total, *(groups[name] for name in groups_of(one))):
            counting.add(events, standing, age)
        days.update(events)
    made = (counting.figures(name) for name, counting in groups.items())
    ordered = sorted((one for one in made if _anything(one)), key=lambda one: (-one.standing, -one.opened, one.name))
    by_week = tuple(_week(first, days) for first in _mondays(since, today))
    return RiskFigures(since, today, total.figures("all"), tuple(ordered), by_week)


def by_team(one: FindingOutcome) -> tuple[str, ...]:
    """The owners of the file."""
    return one.owners or (NOBODY,)


def by_path(depth: int) -> GroupsOf:
    """The repository and so many folders of the file's path; 0: the repository."""

    def of(one: FindingOutcome) -> tuple[str, ...]:
        folders = one.file.split("/")[:-1][:depth]
        return (": ".join((one.place[1], *filter(None, ["/".join(folders)]))),)

    return of


@dataclass(slots=True)
class _Counting:
    count: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    ages: list[int] = field(default_factory=list)

    def add(self, events: Iterable[tuple[str, date]], standing: str, age: int | None) -> None:
        for name, _ in events:
            self.count[name] += 1
        self.count[standing] += 1
        if age is not None:
            self.ages.append(age)

    def figures(self, name: str) -> Figures:
        counts = {key: self.count[key] for key in (*_EVENTS, "open", "in_force", "run_out")}
        oldest, middle = (max(self.ages), round(median(self.ages))) if self.ages else (None, None)
        return Figures(name, **counts, oldest=oldest, median=middle)


def _events(one: FindingOutcome) -> Iterator[tuple[str, date]]:
    yield "opened", one.opened
    if one.fixed and one.gone is not None:
        yield "fixed", one.gone
    if one.accepted is not None:
        yield "accepted", one.accepted
    elif one.merged is not None and (one.gone is None or one.gone > one.merged):
        yield "merged", one.merged


def _standing(one: FindingOutcome, today: date) -> tuple[str, int | None]:
    """What it is today, and for how many days it has been accepted."""
    if one.gone is not None:
        return "gone", None
    if one.accepted is not None and one.until is not None:
        if one.until >= today:
            return "in_force", (today - one.accepted).days
        return "run_out", None
    return ("open", None) if one.merged is None else ("merged before", None)


def _anything(one: Figures) -> bool:
    return bool(one.standing or one.opened or one.fixed or one.accepted or one.merged)


def _week(first: date, days: Mapping[tuple[str, date], int]) -> Week:
    of_week = [first + timedelta(days=number) for number in range(7)]
    counts = (sum(days.get((name, day), 0) for day in of_week) for name in _EVENTS)
    return Week(week_name(first), first, *counts)


def _mondays(since: date, today: date) -> list[date]:
    first = monday(since)
    return [first + timedelta(weeks=number) for number in range((today - first).days // 7 + 1)]
