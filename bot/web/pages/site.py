"""What every page has in common: who asks, what they may see, headers, layout, static files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, render_template, request, send_from_directory
from markupsafe import Markup

from bot.forges.port import ChangeRef
from bot.frozen import dataclass
from bot.render.csv_cells import cell
from bot.render.page import page
from bot.review.identity import read_fingerprint
from bot.store.finding_outcomes import FindingOutcomes
from bot.store.found import Findings, Place, TrackedFinding
from bot.store.ledger import Ledger
from bot.store.review_archive import Archive
from bot.web.gate import ANONYMOUS, LOCAL, Gate, Visitor
from bot.web.reading_list import ReadingList
from bot.web.report_links import ReportLinks, report_path

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Nothing from elsewhere, nothing inline, in nobody's frame."""


NUMBER = f"<int(min=1, max={2**63 - 1}):number>"
"""A change request's number in an address, as far as databases number things."""


@dataclass(frozen=True, slots=True)
class Site:
    """What the pages need. `visitor` tells who asks, `reading` what of all they may read.

    `web_url` is a change request's page on its forge.
    """

    archive: Archive
    findings: Findings
    outcomes: FindingOutcomes
    ledger: Ledger
    links: ReportLinks
    gate: Gate
    reading: ReadingList
    visitor: Callable[[], Visitor]
    web_url: Callable[[ChangeRef], str]
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


def local_visitor() -> Visitor:
    """On loopback whoever can connect is at the machine."""
    return LOCAL


def nobody() -> Visitor:
    """Where nobody can sign in, signed links are all there is."""
    return ANONYMOUS


def missing() -> Any:
    """What is not there and what the visitor may not see look the same."""
    abort(404, "There is no such page here, or it is not yours to see.")


def for_operators(site: Site) -> None:
    """What follows is for nobody else."""
    if not site.gate.operates(site.visitor()):
        missing()


def opens_report(site: Site, ref: ChangeRef, head: str) -> bool:
    """Whether the visitor may see the report of a head: by the link's token, or because they read the repository."""
    linked = site.links.opens(request.args.get("t", ""), ref, head)
    return site.gate.opens(site.visitor(), ref.forge, linked, ref.repository)


def shown(template: str, title: str, site: Site, **values: Any) -> str:
    """A page in the site's layout."""
    return render_template(template, page_title=title, visitor=site.visitor(), gate=site.gate, **values)


def finding_path(one: TrackedFinding) -> str:
    """The place of a finding in the report that has it."""
    fingerprint = read_fingerprint(one.fingerprint)
    return f"{report_path(one.ref, one.head)}{f'#f-{fingerprint.short}' if fingerprint else ''}"


def given(asked: Mapping[str, object]) -> str:
    """What follows the "?" of an address, without what is empty."""
    return urlencode({name: value for name, value in asked.items() if value not in ("", None)})


def named(places: Iterable[Place], wanted: str) -> frozenset[Place]:
    """The repository of that name, or where there is none, all whose name it is a part of."""
    every, lowered = tuple(places), wanted.lower()
    exact = frozenset(place for place in every if place[1].lower() == lowered)
    return exact or frozenset(place for place in every if lowered in place[1].lower())


def csv_file(name: str, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> Response:
    """A table to be kept, under a name of ours that says whose it is; no text in it begins a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([cell(each) if isinstance(each, str) else each for each in row] for row in rows)
    response = Response(text.getvalue(), content_type="text/csv; charset=utf-8")
    quoted = name.replace('"', "")
    response.headers["Content-Disposition"] = f'attachment; filename="iam-review-{quoted}.csv"'
    return response


def static_files() -> Blueprint:
    """Style and scripts, ours and vendored; the report's style is the one that self-contained files carry."""
    files = Blueprint("files", __name__)

    @files.get("/static/report.css")
    def report_css() -> Response:
        return _cached(Response(str(page.style()), content_type="text/css; charset=utf-8"))

    @files.get("/static/<path:name>")
    def static(name: str) -> Response:
        return _cached(send_from_directory("static", name, max_age=3600))

    return files


def _cached(response: Response) -> Response:
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def as_page(body: Markup, title: str, site: Site) -> str:
    """A report's body in the site's layout."""
    return shown("report.html", title, site, body=body)
