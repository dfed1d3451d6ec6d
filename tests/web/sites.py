"""The pages over a database with reviews in it, for a visitor of one's choice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from werkzeug.serving import make_server

from bot.forges.event import ReviewWanted
from bot.forges.examination import HealthCheck
from bot.forges.health import fine
from bot.forges.port import ChangeRef, Role
from bot.forges.sign_in import OAuthProvider
from bot.iam.packaged import DataSet
from bot.render import json as contract
from bot.review.model import Review
from bot.review_process import child
from bot.store.database import Engines
from bot.store.port import Delivery, StoredReview
from bot.store.sql import SqlStore
from bot.store.sql_archive import SqlArchive
from bot.store.sql_found import SqlFindings
from bot.store.sql_ledger import SqlLedger
from bot.store.sql_outcomes import SqlOutcomes
from bot.store.work_items import ReviewChange, WorkItem
from bot.web.app import Deps, create_app
from bot.web.gate import ANONYMOUS, LOCAL, Gate, Playground, RoleOf, Visitor
from bot.web.metrics import Metrics
from bot.web.pages.inventory_page import Stocktaker, Taken
from bot.web.pages.mount import Pages, add_pages
from bot.web.pages.operators_page import Operations
from bot.web.pages.site import Site
from bot.web.reading_list import ReadingList
from bot.web.report_links import ReportLinks
from bot.wiring.pages import unified_diff
from tests.store.databases import with_tables

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
REF = ChangeRef("github", "acme/infra", 7, 1)
SESSION_KEY = "a key of sessions"
LINKS = ReportLinks("https://review.example", lambda: "a key", days=30)

VISITORS: dict[str, Visitor] = {
    "local": LOCAL,
    "anonymous": ANONYMOUS,
    "link": ANONYMOUS,
    "other": Visitor("mallory", "github"),
    "gitlab": Visitor("ada", "gitlab"),
    "reader": Visitor("ada", "github"),
    "writer": Visitor("grace", "github"),
    "admin": Visitor("joan", "github"),
    "operator": Visitor("ops", "github"),
}
_ROLES: dict[str, Role] = {"ada": "read", "grace": "write", "joan": "admin"}


def role_of(visitor: Visitor, forge: str, repository: str) -> Role:
    """Ada reads, Grace writes and Joan administers acme/infra."""
    return _ROLES.get(visitor.login, "none") if repository == "acme/infra" else "none"


def _ask(named: Sequence[str]) -> Sequence[HealthCheck]:
    """One question, and one more for each repository."""
    every = ("database", *named)
    return [HealthCheck(about, lambda about=about: [fine(about, "well")]) for about in every]  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class Served:
    """The application and what is behind it."""

    app: Flask
    store: SqlStore
    engines: Engines
    rung: list[WorkItem]


def served(
    directory: Path,
    visitor: Visitor | Callable[[], Visitor],
    hosts: frozenset[str] = frozenset(),
    providers: Mapping[str, OAuthProvider] | None = None,
    links: ReportLinks = LINKS,
    taken: Stocktaker = lambda ref: Taken(wrong="Not here."),
    playground: Playground = "local",
) -> Served:
    """The pages over an empty database."""
    engines = with_tables(directory / "db.sqlite")
    return served_over(engines, visitor, hosts, providers, links, taken, playground)


def served_over(
    engines: Engines,
    visitor: Visitor | Callable[[], Visitor],
    hosts: frozenset[str] = frozenset(),
    providers: Mapping[str, OAuthProvider] | None = None,
    links: ReportLinks = LINKS,
    taken: Stocktaker = lambda ref: Taken(wrong="Not here."),
    playground: Playground = "local",
    role: RoleOf = role_of,
) -> Served:
    """The pages over a database."""
    store, rung = SqlStore(engines), list[WorkItem]()
    app = create_app(Deps({}, store, rung.append, Metrics(store), (store.ready,)))
    archive, gate = SqlArchive(engines), Gate(role, frozenset({"github:ops"}), playground)
    site = Site(
        archive=archive,
        findings=SqlFindings(engines),
        outcomes=SqlOutcomes(engines),
        ledger=SqlLedger(engines),
        links=links,
        gate=gate,
        reading=ReadingList(gate, archive.places),
        visitor=(lambda: visitor) if isinstance(visitor, Visitor) else visitor,
        web_url=lambda ref: f"https://github.example/{ref.repository}/pull/{ref.number}",
        now=lambda: NOW,
    )
    data = (DataSet("AWS's actions", "1", (NOW - timedelta(days=200)).date()),)
    operations = Operations(store, rung.append, (store.ready,), data, lambda: (("installation 1", 400, 5000),))
    add_pages(
        app,
        Pages(site, operations, child.answer, unified_diff, lambda: SESSION_KEY, _ask, taken, hosts, providers or {}),
    )
    return Served(app, store, engines, rung)


def keep(store: SqlStore, review: Review, ref: ChangeRef = REF, at: datetime = NOW) -> None:
    """Have a review of its head kept."""
    store.accept(
        Delivery(ref.forge, f"{ref}{review.head}", "pull_request", at, b"{}"), ReviewWanted(ref, review.head, "opened")
    )
    lease = store.claim(ReviewChange(ref), at, 60)
    assert lease is not None
    store.finish(lease, StoredReview(ref, review.head, review.base, at, contract.write(review).encode()))


@contextmanager
def listening(app: Flask, port: int = 0) -> Iterator[str]:
    """The application on loopback; its address."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
