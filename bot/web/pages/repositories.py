"""A repository over time: what was found by week, open risks, waivers, reviews and gaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, request

from bot.render.markdown import visible
from bot.store.found import FindingQuery
from bot.store.ledger import GivenWaiver
from bot.store.review_archive import ArchivedReview
from bot.web.pages.site import Site, csv_file, finding_path, missing, shown
from bot.web.pages.trends import trend_of
from bot.web.report_links import report_path

_DAYS = (7, 30, 90, 365)
_LISTED = 200
_RISKS = 25


def repositories(site: Site) -> Blueprint:
    """GET /repositories/FORGE/REPOSITORY (`days`, `verdict`, `grade`), /trends/FORGE/REPOSITORY.csv."""
    pages = Blueprint("repositories", __name__)

    @pages.get("/repositories/<forge>/<path:repository>")
    def repository(forge: str, repository: str) -> str:
        found = _reviews(site, forge, repository)
        wanted = _filtered(found)
        values = {
            "forge": forge,
            "repository": repository,
            "reviews": wanted[:_LISTED],
            "more": max(len(wanted) - _LISTED, 0),
            "risks": site.findings.listed(FindingQuery(places={(forge, repository)}), 0, _RISKS),
            "waivers": _standing(site.ledger.all_waivers(repository), forge, site.now().date()),
            "gaps": _gaps(found),
            "days": _days(),
            "choices": _DAYS,
            "totals": _totals(found),
            "trend": trend_of(site, {(forge, repository)}, -(-_days() // 7)),
            "path": report_path,
            "finding_path": finding_path,
            "change": site.web_url,
            "today": site.now(),
            "visible": visible,
        }
        return shown("repository.html", repository, site, **values)

    @pages.get("/trends/<forge>/<path:repository>.csv")
    def table(forge: str, repository: str) -> Response:
        return csv_file(
            repository.rpartition("/")[2], _COLUMNS, map(_cells, _filtered(_reviews(site, forge, repository)))
        )

    return pages


def _reviews(site: Site, forge: str, repository: str) -> Sequence[ArchivedReview]:
    if not site.gate.reads(site.visitor(), forge, repository):
        missing()
    if not site.archive.reviews(forge, repository, limit=1):  # no page of a name that only looks like one
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


def _standing(waivers: Iterable[GivenWaiver], forge: str, today: date) -> list[dict[str, Any]]:
    """Those that have not been revoked, the ones that run out first; `days` is what is left, negative if over."""
    here = (one for one in waivers if one.revoked_at is None and one.ref.forge == forge)
    kept = sorted(here, key=lambda one: one.until)
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


def _cells(one: ArchivedReview) -> list[object]:
    own = {"at": _moment(one.at), "number": one.ref.number, "head": one.head}
    return [own.get(name, getattr(one.facts, name, "")) for name in _COLUMNS]


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
