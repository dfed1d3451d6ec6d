"""The repositories the bot knows, and one of them over time: reviews, open risks, waivers, scores and gaps."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, jsonify, request

from bot.frozen import dataclass
from bot.store.ledger import GivenWaiver
from bot.store.review_archive import ArchivedReview, RepositoryFacts
from bot.web.gate import Visitor
from bot.web.pages.site import Site, csv_file, missing, shown
from bot.web.report_links import report_path

_DAYS = (7, 30, 90)
_LISTED = 200
_PAGE = 50
_ASKED = 200
_SHOWS = (("", "all"), ("findings", "with open findings"), ("blocked", "blocked"))


@dataclass(frozen=True, slots=True)
class RepositoryPage:
    """Some repositories, and where the next ones begin, None if there are no more."""

    repositories: tuple[RepositoryFacts, ...]
    following: int | None


@dataclass(frozen=True, slots=True)
class Trend:
    """By day (UTC): the points gained and lost by the reviews of that day, and how many there were."""

    days: tuple[str, ...]
    gained: tuple[int, ...]
    lost: tuple[int, ...]
    reviews: tuple[int, ...]


def repositories(site: Site) -> Blueprint:
    """GET / (`q`, `show`, `from`), /repositories/FORGE/REPOSITORY (`days`, `verdict`, `grade`), /trends/ of one."""
    pages = Blueprint("repositories", __name__)

    @pages.get("/")
    def index() -> str:
        visitor = site.visitor()
        if not (visitor.local or visitor.login):
            return shown("welcome.html", "iam-review", site)
        page = page_of(_wanted(site.archive.repositories()), _start(), lambda one: _reads(site, visitor, one))
        return shown("index.html", "Repositories", site, page=page, shows=_SHOWS)

    @pages.get("/repositories/<forge>/<path:repository>")
    def repository(forge: str, repository: str) -> str:
        found = _reviews(site, forge, repository)
        wanted = _filtered(found)
        values = {
            "forge": forge,
            "repository": repository,
            "reviews": wanted[:_LISTED],
            "more": max(len(wanted) - _LISTED, 0),
            "risks": [one for one in found if one.newest and not one.closed and one.facts.open],
            "waivers": _standing(site.ledger.all_waivers(repository), site.now().date()),
            "gaps": _gaps(found),
            "days": _days(),
            "choices": _DAYS,
            "totals": _totals(found),
            "path": report_path,
        }
        return shown("repository.html", repository, site, **values)

    @pages.get("/trends/<forge>/<path:repository>.json")
    def trend(forge: str, repository: str) -> Response:
        found = trend_of(_reviews(site, forge, repository))
        return jsonify({name: list(getattr(found, name)) for name in ("days", "gained", "lost", "reviews")})

    @pages.get("/trends/<forge>/<path:repository>.csv")
    def table(forge: str, repository: str) -> Response:
        return csv_file(_csv(_filtered(_reviews(site, forge, repository))), repository.rpartition("/")[2])

    return pages


def trend_of(reviews: Iterable[ArchivedReview]) -> Trend:
    """Sums by day, days without reviews left out, the oldest first."""
    gained: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    count: Counter[str] = Counter()
    for one in reviews:
        day = one.at.date().isoformat()
        gained[day] += one.facts.points
        lost[day] += one.facts.lost_points
        count[day] += 1
    days = tuple(sorted(count))
    return Trend(days, *(tuple(sums[day] for day in days) for sums in (gained, lost, count)))


def page_of(found: Sequence[RepositoryFacts], start: int, reads: Callable[[RepositoryFacts], bool]) -> RepositoryPage:
    """What a visitor may read of `found` from a place on, a page of it.

    The forge is asked about each: of many that are not theirs to see no more than so many are asked about at once.
    """
    shown_here: list[RepositoryFacts] = []
    place = start
    while place < len(found) and len(shown_here) < _PAGE and place - start < _ASKED:
        if reads(found[place]):
            shown_here.append(found[place])
        place += 1
    return RepositoryPage(tuple(shown_here), place if place < len(found) else None)


def _reads(site: Site, visitor: Visitor, one: RepositoryFacts) -> bool:
    return site.gate.reads(visitor, one.forge, one.repository)


def _wanted(found: Sequence[RepositoryFacts]) -> list[RepositoryFacts]:
    """Those whose name holds what is searched for, and that have what is to be shown."""
    words, show = request.args.get("q", "").lower().split(), request.args.get("show", "")
    return [
        one
        for one in found
        if all(word in f"{one.forge} {one.repository}".lower() for word in words)
        and (show != "findings" or one.open_findings)
        and (show != "blocked" or one.blocked)
    ]


def _start() -> int:
    given = request.args.get("from", "")
    return int(given) if given.isdecimal() and len(given) < 9 else 0


def _reviews(site: Site, forge: str, repository: str) -> Sequence[ArchivedReview]:
    if not site.gate.reads(site.visitor(), forge, repository):
        missing()
    since = site.now() - timedelta(days=_days())
    return site.archive.reviews(forge, repository, since, limit=5000)


def _days() -> int:
    """How far back; anything else than a choice is the default."""
    given = request.args.get("days", "")
    return int(given) if given.isdigit() and int(given) in _DAYS else 30


def _filtered(reviews: Iterable[ArchivedReview]) -> list[ArchivedReview]:
    verdict, grade = request.args.get("verdict", ""), request.args.get("grade", "")
    return [
        one
        for one in reviews
        if (not verdict or one.facts.verdict == verdict) and (not grade or one.facts.grade == grade)
    ]


def _standing(waivers: Iterable[GivenWaiver], today: date) -> list[dict[str, Any]]:
    """Those that have not been revoked, the ones that run out first; `days` is what is left, negative if over."""
    kept = sorted((one for one in waivers if one.revoked_at is None), key=lambda one: one.until)
    return [{"waiver": one, "days": (one.until - today).days} for one in kept]


def _gaps(reviews: Iterable[ArchivedReview]) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter()
    for one in reviews:
        counts.update(one.facts.gaps)
    return counts.most_common()


def _totals(reviews: Sequence[ArchivedReview]) -> dict[str, int]:
    return {
        "reviews": len(reviews),
        "blocked": sum(one.facts.verdict == "fail" for one in reviews),
        "silent": sum(not one.facts.open for one in reviews),
        "gained": sum(one.facts.points for one in reviews),
        "lost": sum(one.facts.lost_points for one in reviews),
    }


_COLUMNS = (
    "at", "number", "head", "verdict", "grade", "score", "open", "accepted", "undecided", "lost", "complete", "seconds"
)  # fmt: skip


def _csv(reviews: Iterable[ArchivedReview]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for one in reviews:
        own = {"at": _moment(one.at), "number": one.ref.number, "head": one.head}
        writer.writerow(own.get(name, getattr(one.facts, name, "")) for name in _COLUMNS)
    return text.getvalue()


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
