"""What was found week by week, by grade: as a picture, a table and a file, of all repositories or some."""

from __future__ import annotations

from collections.abc import Set
from datetime import UTC, datetime, time
from typing import Any

from flask import Blueprint, request

from bot.frozen import dataclass
from bot.review.model import GRADES
from bot.store.found import Place
from bot.web.pages.bars import Bars, bars
from bot.web.pages.site import Site, csv_file, missing, named, shown
from bot.web.pages.weeks import Period, Periods, monday_before, periods

_YEAR = 52
CHOICES = ((13, "13 weeks"), (_YEAR, "52 weeks"), (0, "all that is kept"))
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
_WORST_FIRST = tuple(reversed(GRADES[1:]))


@dataclass(frozen=True, slots=True)
class Trend:
    """The findings of so many weeks, all of them where `weeks` is 0, and their picture."""

    weeks: int
    periods: Periods
    picture: Bars
    grades: tuple[str, ...] = _WORST_FIRST

    @property
    def newest_first(self) -> tuple[Period, ...]:
        """As a table has them."""
        return self.periods.rows[::-1]

    @property
    def anything(self) -> bool:
        """Whether anything happened at all."""
        return any(one.total or one.gone or one.accepted for one in self.periods.rows)


def trends(site: Site) -> Blueprint:
    """GET /trends (`weeks`, `repository`, `format=csv`)."""
    pages = Blueprint("trends", __name__)

    @pages.get("/trends")
    def page() -> Any:
        visitor = site.visitor()
        if not (visitor.local or visitor.login):
            missing()
        readable = site.reading.of(visitor)
        wanted = request.args.get("repository", "").strip()
        every = site.archive.places() if readable.places is None else sorted(readable.places)
        chosen = named(every, wanted) if wanted else readable.places
        trend = trend_of(site, chosen, weeks_asked())
        if request.args.get("format") == "csv":
            return csv_file("trends", *_table(trend.periods))
        asked = {"weeks": str(trend.weeks), "repository": wanted}
        repositories = sorted({place[1] for place in every})
        values = {"asked": asked, "repositories": repositories, "unasked": readable.unasked, "choices": CHOICES}
        return shown("trends.html", "Trends", site, trend=trend, **values)

    return pages


def weeks_asked() -> int:
    """How many weeks are asked for; anything else than a choice is a year."""
    given = request.args.get("weeks", "")
    return int(given) if given in {str(weeks) for weeks, _ in CHOICES} else _YEAR


def trend_of(site: Site, places: Set[Place] | None, weeks: int) -> Trend:
    """The trend of some repositories, None for all: of this week and those before it, or since the first finding."""
    today = site.now().date()
    since = datetime.combine(monday_before(today, weeks), time(), UTC) if weeks else _BEGINNING
    events = site.findings.by_day(places, since)
    first = since.date() if weeks else min((one.day for one in events), default=today)
    found = periods(events, first, today)
    return Trend(weeks, found, bars(found.rows))


def _table(found: Periods) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """The columns, and a row for each period."""
    graded = ([one.found.get(grade, 0) for grade in _WORST_FIRST] for one in found.rows)
    rows: list[tuple[object, ...]] = [
        (one.label, one.first, *numbers, one.total, one.gone, one.accepted)
        for one, numbers in zip(found.rows, graded, strict=True)
    ]
    return (found.unit, "from", *_WORST_FIRST, "found", "gone", "accepted"), rows
