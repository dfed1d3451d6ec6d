"""Builds the pages for people from the configuration."""

from __future__ import annotations

import difflib
import ipaddress
import time
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

import structlog

from bot.config import Config
from bot.conversation.change_request.handle import Ports, utc_now
from bot.errors import ConfigError, ForgeError
from bot.forges.port import RepositoryRef, Role
from bot.review_process.parent import Limits
from bot.review_process.rounds import Reviewer
from bot.store.review_archive import Archive
from bot.store.sql import SqlStore
from bot.store.sql_archive import SqlArchive
from bot.store.sql_found import SqlFindings
from bot.store.sql_ledger import SqlLedger
from bot.store.sql_outcomes import SqlOutcomes
from bot.store.work_items import WorkItem
from bot.web.gate import Gate, Visitor
from bot.web.pages.doctor_page import Ask
from bot.web.pages.mount import Pages
from bot.web.pages.operators_page import Operations
from bot.web.pages.sign_in import session_visitor
from bot.web.pages.site import Site, local_visitor, nobody
from bot.web.reading_list import ReadingList
from bot.wiring.data_sets import data_sets
from bot.wiring.forges import Forges
from bot.wiring.keys import links, session_key
from bot.wiring.stocktaking import Stocktaking

TIGHT = Limits(wall_seconds=15.0, cpu_seconds=10, memory_bytes=1 << 30, output_bytes=4 << 20)
"""For what somebody types into the playground."""

_SECONDS = 60.0
_REMEMBERED = 10_000

_log = structlog.get_logger(__name__)


def pages(
    config: Config,
    forges: Forges,
    store: SqlStore,
    reviewer: Reviewer,
    notify: Callable[[WorkItem], None],
    problems: Sequence[Callable[[], str]],
    ask: Ask,
    stocktaker: Reviewer,
) -> Pages:
    """The pages over the store; `reviewer` reviews what is typed into the playground, `ask` is the doctor's.

    `stocktaker` takes the inventory of a whole branch.
    """
    providers = forges.providers()
    local = is_for_who_is_here(config) and not providers
    archive, ledger = SqlArchive(store.engines), SqlLedger(store.engines)
    report_links = links(config, store.engines)
    outside = forges.ports(reviewer, ledger, report_links.report)
    asker, taken = RoleAsker(outside, archive), Stocktaking(outside, stocktaker)
    gate = Gate(asker, frozenset(config.pages.operators), config.pages.playground)
    visitor = session_visitor(utc_now) if providers else local_visitor if local else nobody
    site = Site(
        archive=archive,
        findings=SqlFindings(store.engines),
        outcomes=SqlOutcomes(store.engines),
        ledger=ledger,
        links=report_links,
        gate=gate,
        reading=ReadingList(gate, archive.places),
        visitor=visitor,
        web_url=forges.change_url,
    )
    operations = Operations(store, notify, problems, data_sets(), lambda: ())
    hosts = frozenset((*_LOOPBACK, config.host)) if local else frozenset[str]()
    key = session_key(config, store.engines)
    return Pages(site, operations, reviewer, unified_diff, key, ask, taken, hosts, providers)


class RoleAsker:
    """Asks the forge for a person's role in a repository, as the bot, and remembers the answer for a minute."""

    def __init__(
        self, ports: Callable[[RepositoryRef], Ports], archive: Archive, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._ports, self._archive, self._clock = ports, archive, clock
        self._known: dict[tuple[str, str, str], tuple[float, Role]] = {}

    def __call__(self, visitor: Visitor, forge: str, repository: str) -> Role:
        """ "none" where there is nothing kept of the repository, or the forge does not tell."""
        key = (forge, repository, visitor.login)
        kept = self._known.get(key)
        if kept is not None and kept[0] > self._clock():
            return kept[1]
        role = self._asked(visitor, forge, repository)
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        self._known[key] = (self._clock() + _SECONDS, role)
        return role

    def _asked(self, visitor: Visitor, forge: str, repository: str) -> Role:
        # Only what reviews are kept of: a stranger's guesses do not become requests to the forge.
        newest = self._archive.reviews(forge, repository, limit=1)
        if not newest:
            return "none"
        place = newest[0].ref.place
        try:
            return self._ports(place).forge.permission(place, visitor.login).role
        except (ForgeError, ConfigError) as error:
            _log.warning("role unknown", forge=forge, repository=repository, reason=str(error))
            return "none"


_LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Names under which somebody at the machine may ask: those of other sites could be anybody's."""


def is_for_who_is_here(config: Config) -> bool:
    """Whether only somebody at this machine asks for pages: what connects from here for others is a proxy."""
    public = urlsplit(config.pages.public_url).hostname
    return _is_loopback(config.host) and (public is None or _is_loopback(public))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def unified_diff(name: str, base: str, head: str) -> str:
    """The unified diff of one file's two texts, as git writes it."""
    lines = difflib.unified_diff(
        base.splitlines(keepends=True), head.splitlines(keepends=True), f"a/{name}", f"b/{name}"
    )
    text = "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
    return f"diff --git a/{name} b/{name}\n{text}" if text else ""
