"""What happened by day as rows of weeks, or of months, quarters and years where weeks were too many to be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Literal

from bot.frozen import dataclass
from bot.store.found import DayCount

MOST = 60
"""So many rows can be told from each other."""

Unit = Literal["week", "month", "quarter", "year"]

_DAYS: dict[Unit, int] = {"week": 7, "month": 31, "quarter": 92, "year": 366}
"""At least so many, and fewer than two of them."""


@dataclass(frozen=True, slots=True)
class Period:
    """A week (ISO) or more from the day `first` on: how many were found first, by grade, were gone, were accepted."""

    label: str
    first: date
    found: dict[str, int]
    gone: int
    accepted: int

    @property
    def total(self) -> int:
        """All that was found."""
        return sum(self.found.values())


@dataclass(frozen=True, slots=True)
class Periods:
    """One after the other without a hole, the oldest first; the last one is not over yet."""

    unit: Unit
    rows: tuple[Period, ...]


def periods(events: Sequence[DayCount], first: date, last: date) -> Periods:
    """From the week of `first` to that of `last` (UTC), in the smallest unit of which there are not too many."""
    for unit in _DAYS:
        starts = tuple(_starts(unit, first, last))
        if len(starts) <= MOST:
            break
    found = {start: Counter[str]() for start in starts}
    others = {start: Counter[str]() for start in starts}
    for one in events:
        start = _start(unit, one.day)
        if start in found:
            counted, key = (found, one.grade) if one.event == "found" else (others, one.event)
            counted[start][key] += one.number
    rows = (
        Period(_label(unit, start), start, dict(found[start]), others[start]["gone"], others[start]["accepted"])
        for start in starts
    )
    return Periods(unit, tuple(rows))


def monday(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def monday_before(today: date, weeks: int) -> date:
    """The first day of so many weeks, this one counted."""
    return monday(today) - timedelta(weeks=weeks - 1)


def week_name(day: date) -> str:
    """Its week as ISO 8601 has it: 2026-W09."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def _starts(unit: Unit, first: date, last: date) -> Iterator[date]:
    start = _start(unit, first)
    while start <= last:
        yield start
        start = _start(unit, start + timedelta(days=_DAYS[unit]))


def _start(unit: Unit, day: date) -> date:
    if unit == "week":
        return monday(day)
    if unit == "month":
        return day.replace(day=1)
    if unit == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return day.replace(month=1, day=1)


def _label(unit: Unit, start: date) -> str:
    if unit == "week":
        return week_name(start)
    if unit == "month":
        return f"{start:%Y-%m}"
    return f"{start.year}-Q{(start.month + 2) // 3}" if unit == "quarter" else str(start.year)
