"""Puts the pages on the application, with what guards every one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, abort, request
from werkzeug.exceptions import HTTPException

from bot.forges.sign_in import OAuthProvider
from bot.frozen import dataclass
from bot.review_process.rounds import Reviewer
from bot.web.pages.doctor_page import Ask, doctor
from bot.web.pages.home import home
from bot.web.pages.inventory_page import Stocktaker, Taken, inventory
from bot.web.pages.json_api import api
from bot.web.pages.manual_pages import manual_pages
from bot.web.pages.operators_page import Operations, operators
from bot.web.pages.playground import Diff, playground
from bot.web.pages.reports import reports
from bot.web.pages.repositories import repositories
from bot.web.pages.risk_page import risk
from bot.web.pages.sign_in import csrf_token, refuse_forged_forms, sign_in
from bot.web.pages.site import POLICY, Site, given, shown, static_files
from bot.web.pages.trends import trends
from bot.web.sessions import add_sessions

_MACHINES = ("/hooks/", "/api/", "/healthz", "/readyz", "/metrics")
"""Paths that programs ask for: no page, no cookies, answers in JSON."""


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages to add. `hosts` are the names the server answers pages under; empty: any.

    `session_key` gives what cookies are signed with.
    """

    site: Site
    operations: Operations
    reviewer: Reviewer
    diff: Diff
    session_key: Callable[[], str]
    ask: Ask = lambda named: ()
    taken: Stocktaker = lambda ref: Taken(wrong="There is no inventory here.")
    hosts: frozenset[str] = frozenset()
    providers: Mapping[str, OAuthProvider] = field(default_factory=dict)


def add_pages(app: Flask, pages: Pages) -> None:
    """Add every page to the application."""
    site = pages.site
    add_sessions(app, pages.session_key, site.links.public_url)
    app.before_request(lambda: _refuse_strangers(pages.hosts))
    for blueprint in _blueprints(pages):
        app.register_blueprint(blueprint)
    app.after_request(_headers)
    app.register_error_handler(HTTPException, lambda error: _error(site, error))
    app.add_template_filter(given)
    app.context_processor(lambda: {"csrf_token": csrf_token, "sign_in": tuple(pages.providers.values())})


def _blueprints(pages: Pages) -> tuple[Blueprint, ...]:
    return (
        static_files(),
        home(pages.site),
        repositories(pages.site),
        trends(pages.site),
        risk(pages.site),
        reports(pages.site),
        manual_pages(lambda title, body: shown("manual.html", title, pages.site, body=body)),
        playground(pages.site, pages.reviewer, pages.diff),
        operators(pages.site, pages.operations),
        inventory(pages.site, pages.taken),
        doctor(pages.site, pages.ask),
        api(pages.site),
        sign_in(pages.site, pages.providers, pages.site.links.public_url),
    )


def is_machine(path: str) -> bool:
    """Whether a path is for programs."""
    return path.startswith(_MACHINES)


def _refuse_strangers(hosts: frozenset[str]) -> None:
    """No other site's page may post here or, by a name of its own for this address, read from here."""
    if is_machine(request.path):
        return
    if hosts and urlsplit(f"//{request.host}").hostname not in hosts:
        abort(421, "This server does not answer to that name.")
    if request.method not in ("GET", "HEAD") and not _same_origin():
        abort(403, "That did not come from a page of this server.")
    refuse_forged_forms()


def _same_origin() -> bool:
    """By the browser's own word; programs, which send neither header, do not carry anybody's cookies."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def _headers(response: Response) -> Response:
    if not is_machine(request.path):
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    return response


def _error(site: Site, error: HTTPException) -> Any:
    code, message = error.code or 500, error.description or error.name
    if is_machine(request.path):
        return {"error": message}, code
    return shown("error.html", error.name, site, message=message), code
