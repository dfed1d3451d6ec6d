"""Figures for whoever answers for risks: what was opened, fixed and accepted by team or path; as page, CSV and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any

from flask import Blueprint, Response, request

from bot.frozen import dataclass
from bot.render.markdown import visible
from bot.review.codec import encode
from bot.review.model import GRADES
from bot.store.finding_outcomes import AcceptedRisk
from bot.web.pages.risk_figures import By, RiskFigures, by_path, by_team, figures
from bot.web.pages.site import Site, csv_file, finding_path, missing, shown
from bot.web.pages.weeks import monday_before

WEEKS = (4, 13, 26, 52)
DEPTHS = (0, 1, 2, 3)
_SHOWN = 100
_KEPT = 5000


@dataclass(frozen=True, slots=True)
class RiskQuery:
    """What is asked for; anything else than a choice is the usual."""

    weeks: int
    by: By
    depth: int
    grade: str

    @property
    def grades(self) -> frozenset[str]:
        """The least grade that counts, and those above it."""
        return frozenset(GRADES[GRADES.index(self.grade) :])


def risk(site: Site) -> Blueprint:
    """GET /risk (`weeks`, `by`, `depth`, `grade`; `format=csv` with `table`), and /api/v1/risk."""
    pages = Blueprint("risk", __name__)

    @pages.get("/risk")
    def page() -> Any:
        asked, as_file = _asked(), request.args.get("format") == "csv"
        found, accepted, unasked = _found(site, asked, _KEPT if as_file else _SHOWN)
        if as_file:
            return _csv(found, accepted, request.args.get("table", ""))
        values = {
            "asked": asked,
            "found": found,
            "accepted": accepted,
            "unasked": unasked,
            "shown": _SHOWN,
            "weeks": WEEKS,
            "depths": DEPTHS,
            "grades": tuple((one, one) for one in GRADES[1:]),
            "today": site.now(),
            "finding_path": finding_path,
            "visible": visible,
        }
        return shown("risk.html", "Risk", site, **values)

    @pages.get("/api/v1/risk")
    def api() -> Response:
        asked = _asked()
        found, accepted, unasked = _found(site, asked, _KEPT)
        content = {"by": asked.by, "depth": asked.depth, "grade": asked.grade, "unasked": unasked}
        listed = [_plain(one, site.now()) for one in accepted]
        return Response(encode({**content, "figures": found, "accepted": listed}), content_type="application/json")

    return pages


def _asked() -> RiskQuery:
    given = request.args
    return RiskQuery(
        weeks=next((one for one in WEEKS if str(one) == given.get("weeks")), 13),
        by="path" if given.get("by") == "path" else "team",
        depth=next((one for one in DEPTHS if str(one) == given.get("depth")), 1),
        grade=next((one for one in GRADES[1:] if one == given.get("grade")), "low"),
    )


def _found(site: Site, asked: RiskQuery, number: int) -> tuple[RiskFigures, tuple[AcceptedRisk, ...], int]:
    """The figures, what is accepted today, and of how many repositories it is not known yet whether they count."""
    visitor = site.visitor()
    if not (visitor.local or visitor.login):
        missing()
    readable, today = site.reading.of(visitor), site.now().date()
    since = monday_before(today, asked.weeks)
    outcomes = site.outcomes.since(readable.places, datetime.combine(since, time(), UTC), asked.grades)
    groups_of = by_team if asked.by == "team" else by_path(asked.depth)
    accepted = site.outcomes.accepted(readable.places, today, asked.grades, number)
    return figures(outcomes, groups_of, since, today), accepted, readable.unasked


def _plain(one: AcceptedRisk, now: datetime) -> dict[str, object]:
    """One accepted risk as files have it."""
    found = one.finding
    return {
        "forge": found.ref.forge,
        "repository": found.ref.repository,
        "number": found.ref.number,
        "fingerprint": found.fingerprint,
        "grade": found.grade,
        "title": found.title,
        "file": found.file,
        "owners": list(one.owners),
        "by": one.by,
        "since": one.since.date().isoformat(),
        "days": (now.date() - one.since.date()).days,
        "until": one.until.isoformat(),
        "merged": one.merged,
    }


_FIGURES = ("name", "opened", "fixed", "accepted", "merged", "open", "in_force", "run_out", "oldest", "median")
_WEEK = ("name", "first", "opened", "fixed", "accepted", "merged")


def _csv(found: RiskFigures, accepted: Sequence[AcceptedRisk], table: str) -> Response:
    now = datetime.combine(found.until, time(), UTC)
    listed = [_plain(one, now) for one in accepted]
    rows: dict[str, tuple[Sequence[str], list[dict[str, object]]]] = {
        "weeks": (_WEEK, [{name: getattr(one, name) for name in _WEEK} for one in found.weeks]),
        "accepted": (tuple(listed[0]) if listed else ("repository", "title"), listed),
    }
    groups = [{name: getattr(one, name) for name in _FIGURES} for one in found.groups]
    columns, lines = rows.get(table, (_FIGURES, groups))
    cells = ([_said(line[name]) for name in columns] for line in lines)
    return csv_file(f"risk-{table}" if table in rows else "risk", columns, cells)


def _said(value: object) -> object:
    return " ".join(map(str, value)) if isinstance(value, list) else value
