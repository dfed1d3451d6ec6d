"""The findings that are open over all repositories, the worst first; and the list of the repositories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, cast, get_args

from flask import Blueprint, request

from bot.frozen import dataclass
from bot.render.markdown import visible
from bot.review.model import GRADES
from bot.store.found import FindingQuery, PlaceCount, Standing
from bot.store.review_archive import RepositoryFacts
from bot.web.pages.site import Site, finding_path, named, shown
from bot.web.reading_list import Readable

_PAGE = 50
_SHOWS = (("", "all"), ("findings", "with open findings"), ("blocked", "blocked"))
_STANDINGS: tuple[tuple[Standing, str], ...] = (
    ("open", "open"),
    ("accepted", "accepted"),
    ("undecided", "undecided"),
    ("closed", "left in a closed change"),
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A page of `total` things: those from `start` on, counted from 0, up to `end`."""

    total: int
    start: int
    size: int = _PAGE

    @property
    def end(self) -> int:
        """The first that is not on it."""
        return min(self.start + self.size, self.total)

    @property
    def before(self) -> int | None:
        """Where the page before begins."""
        return max(min(self.start, self.total) - self.size, 0) if self.start > 0 and self.total else None

    @property
    def after(self) -> int | None:
        """Where the next page begins."""
        return self.end if self.end < self.total else None


def home(site: Site) -> Blueprint:
    """GET / (`q`, `grade`, `repository`, `show`, `from`), /repositories (`q`, `show`, `from`)."""
    pages = Blueprint("home", __name__)

    @pages.get("/")
    def findings() -> str:
        visitor = site.visitor()
        if not (visitor.local or visitor.login):
            return shown("welcome.html", "iam-review", site)
        return shown("home.html", "Findings", site, **_findings(site, site.reading.of(visitor)))

    @pages.get("/repositories")
    def repositories() -> str:
        readable = site.reading.of(site.visitor())
        found = _wanted(site.archive.repositories(), readable)
        stretch = Stretch(len(found), _start())
        values = {"stretch": stretch, "here": found[stretch.start : stretch.end], "unasked": readable.unasked}
        return shown("repositories.html", "Repositories", site, shows=_SHOWS, **values)

    return pages


def _findings(site: Site, readable: Readable) -> dict[str, Any]:
    """What the page shows: counts by grade of all that is searched for, and of the chosen grade a page."""
    given, repository = request.args.get("show", ""), request.args.get("repository", "").strip()
    query, counts = _asked_for(site, readable, given, repository)
    grades = Counter[str]()
    for one in counts:
        grades[one.grade] += one.number
    asked = request.args.get("grade", "")
    grade = asked if asked in GRADES else ""
    stretch = Stretch(grades[grade] if grade else grades.total(), _start())
    page = FindingQuery(query.standing, grade, query.words, query.places)
    return {
        "stretch": stretch,
        "found": site.findings.listed(page, stretch.start, stretch.size) if stretch.total > stretch.start else (),
        "grades": [(one, grades[one]) for one in reversed(GRADES[1:])],
        "asked": {"q": request.args.get("q", ""), "repository": repository, "show": given, "grade": grade},
        "standings": _STANDINGS,
        "repositories": sorted({one.place[1] for one in counts}),
        "unasked": readable.unasked,
        "any_review": bool(site.archive.places() if readable.places is None else readable.places),
        "today": site.now(),
        "path": finding_path,
        "change": site.web_url,
        "visible": visible,
    }


def _asked_for(
    site: Site, readable: Readable, show: str, repository: str
) -> tuple[FindingQuery, tuple[PlaceCount, ...]]:
    """What is searched for, of any grade, and how much there is of it."""
    standing = cast(Standing, show) if show in get_args(Standing) else "open"
    query = FindingQuery(standing, words=tuple(request.args.get("q", "").split()), places=readable.places)
    counts = site.findings.counts(query)
    if not repository:
        return query, counts
    chosen = named((one.place for one in counts), repository)
    query = FindingQuery(standing, words=query.words, places=chosen)
    return query, tuple(one for one in counts if one.place in chosen)


def _wanted(found: Sequence[RepositoryFacts], readable: Readable) -> list[RepositoryFacts]:
    """Those that may be read, whose name holds what is searched for, and that have what is to be shown."""
    words, show = request.args.get("q", "").lower().split(), request.args.get("show", "")
    return [
        one
        for one in found
        if readable.has((one.forge, one.repository))
        and all(word in f"{one.forge} {one.repository}".lower() for word in words)
        and (show != "findings" or one.open_findings)
        and (show != "blocked" or one.blocked)
    ]


def _start() -> int:
    given = request.args.get("from", "")
    return int(given) if given.isdecimal() and len(given) < 9 else 0
