"""A forge and a database as a bot of release 0.1.0 left them (tools/record_0_1_0.py), and this bot at work on them."""

from __future__ import annotations

import dataclasses
import itertools
import json
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, insert, inspect, select, text

from bot.contents.port import Revisions
from bot.conversation.change_request.handle import Ports
from bot.fake_forge.sandbox import Sandbox
from bot.fake_forge.world import CheckRun, Comment, LineComment, PullRequest, Repository
from bot.forges.event import ReviewWanted
from bot.forges.github.client import GitHubForge
from bot.forges.github.connection import AppLogin, GitHubServer, RequestTimings
from bot.forges.port import ChangeRef, ChangeRequest, RepositoryRef
from bot.jobs.leases import HeldLeases
from bot.jobs.reconcile import Reconciler
from bot.jobs.worker import Worker
from bot.review_config.settings import RULES_FILE
from bot.review_process import child
from bot.store.database import Engines, connect
from bot.store.migrate import upgrade
from bot.store.port import Delivery
from bot.store.sql import SqlStore
from bot.store.sql_archive import SqlArchive
from bot.store.sql_catch_up import SqlCatchUp
from bot.store.sql_ledger import SqlLedger
from bot.store.tables import metadata
from bot.store.work_items import ReviewChange, SweepForge, SweepRepository
from tests.fakes.contents import FakeContents
from tests.places import TESTS
from tests.store.databases import own_folder

RELEASE = TESTS / "cases" / "store" / "0.1.0"
REVISION = "0003"
"""The schema's, in that release."""

TABLES = ("change_requests", "deliveries", "commands", "pushers", "waivers", "reviews", "review_facts")


def restore(address: str, directory: Path) -> None:
    """Put the recorded database at an address, as that release left it: at its revision of the schema."""
    recorded = directory / "recorded.sqlite"
    with closing(sqlite3.connect(recorded)) as database:
        database.executescript((RELEASE / "database.sql").read_text())
    engines = connect(address)
    upgrade(engines.write, REVISION)
    old = create_engine(f"sqlite:///{recorded}")
    with old.connect() as reading, engines.writing() as writing:
        for name in TABLES:
            table, there = metadata.tables[name], {one["name"] for one in inspect(old).get_columns(name)}
            rows = reading.execute(select(*(column for column in table.c if column.name in there)))
            writing.execute(insert(table).inline(), [dict(row._mapping) for row in rows])
            if writing.dialect.name == "postgresql":
                writing.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}"))
    old.dispose()
    engines.dispose()


def upgraded(address: str, directory: Path) -> Engines:
    """Engines on the recorded database, brought to this program's schema; of SQLite a copy of one that was."""
    engines = connect(address)
    if engines.write.dialect.name == "sqlite":
        path = Path(str(engines.write.url.database))
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_upgraded(), path)
    else:
        restore(address, directory)
        upgrade(engines.write)
    return engines


@cache
def _upgraded() -> Path:
    folder = own_folder()
    address = f"sqlite:///{folder / 'db.sqlite'}"
    restore(address, folder)
    engines = connect(address)
    upgrade(engines.write)
    engines.dispose()
    return folder / "db.sqlite"


def forge(sandbox: Sandbox) -> Repository:
    """The recorded repository in an empty sandbox, with its change requests, comments and checks."""
    kept = json.loads((RELEASE / "forge.json").read_text())
    repository = sandbox.create_repository(kept["repository"], {})
    repository.git.git.run("fast-import", "--quiet", "--force", stdin=(RELEASE / "repository.export").read_bytes())
    world = sandbox.world
    with world.lock:
        for each in kept["pulls"]:
            world.pulls.append(PullRequest(**_read(sandbox, each)))
        world.comments += (Comment(**_read(sandbox, each)) for each in kept["comments"])
        world.line_comments += (LineComment(**_read(sandbox, each)) for each in kept["line_comments"])
        world.check_runs += (CheckRun(**_read(sandbox, each)) for each in kept["checks"])
        ids = (each["id"] for name in ("pulls", "comments", "line_comments", "checks") for each in kept[name])
        world.ids = itertools.count(max(ids) + 1000)
    return repository


def _read(sandbox: Sandbox, kept: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a recorded thing: names stand for other things, and texts for moments."""
    world = sandbox.world
    moments = ("created", "updated", "closed", "merged", "started", "completed")
    found = {key: datetime.fromisoformat(each) if key in moments and each else each for key, each in kept.items()}
    if "author" in kept:
        found["author"] = world.user(kept["author"])
    if "repository" in kept:
        found["repository"] = world.repositories[kept["repository"]]
    if "pull" in kept:
        found["pull"] = next(one for one in world.pulls if one.number == kept["pull"])
    return found


class BranchContents(FakeContents):
    """The two sides of a change request, and the rules of the main branch as they are now."""

    def __init__(self, repository: Repository, change: ChangeRequest) -> None:
        self.git, self.change = repository.git, change
        super().__init__(self._texts(change.merge_base), self._texts(change.head))

    def _texts(self, revision: str) -> dict[str, str]:
        return {path: content.decode() for path, content in self.git.files(revision).items()}

    def revisions(self) -> Revisions:
        return dataclasses.replace(
            super().revisions(),
            base=self.change.merge_base,
            head=self.change.head,
            target=self.git.resolve("main"),
            target_rules_id="rules",
            target_rules=self.git.files("main")[RULES_FILE],
        )


class Successor:
    """This bot on the database of release 0.1.0, a day later, driven by hand."""

    def __init__(self, sandbox: Sandbox, address: str, directory: Path) -> None:
        self.sandbox, self.repository = sandbox, forge(sandbox)
        self.engines: Engines = upgraded(address, directory)
        self.store, self.ledger = SqlStore(self.engines), SqlLedger(self.engines)
        kept = json.loads((RELEASE / "forge.json").read_text())
        self.time = datetime.fromisoformat(kept["at"]).astimezone(UTC) + timedelta(days=1)
        login = AppLogin(sandbox.app_id, sandbox.private_key)
        self._server = GitHubServer(
            login, sandbox.api_url, RequestTimings(timeout=60, between_writes=0.0), now=lambda: self.time.timestamp()
        )
        reconciler = Reconciler(self.store, SqlCatchUp(self.engines), {"github": None}, self._forge)
        leases = HeldLeases(self.store)
        now = lambda: self.time  # noqa: E731
        self.work = Worker(self.store, leases, self._ports, now=now, ledger=self.ledger, reconciler=reconciler)

    def _forge(self, place: RepositoryRef) -> GitHubForge:
        return GitHubForge(self._server.connect(place.account))

    def _ports(self, place: RepositoryRef) -> Ports:
        return Ports(
            self._forge(place),
            lambda change: BranchContents(self.repository, change),
            child.answer,
            ledger=self.ledger,
            now=lambda: self.time,
            kept=SqlArchive(self.engines).kept,
        )

    def pull(self, branch: str) -> PullRequest:
        """The change request of that branch, which says what it stands for."""
        return next(one for one in self.sandbox.world.pulls if one.head_branch == branch)

    def ref(self, branch: str) -> ChangeRef:
        """The bot's name for it."""
        return ChangeRef("github", self.repository.full_name, self.pull(branch).number, self.sandbox.installation)

    def review(self, branch: str) -> None:
        """Somebody asks for a review, and the bot does all that there is to do."""
        self.time += timedelta(seconds=1)
        delivery = Delivery("github", f"again {branch} {self.time}", "pull_request", self.time, b"{}")
        self.store.accept(delivery, ReviewWanted(self.ref(branch), self.pull(branch).head, "asked for"))
        self.work.process(ReviewChange(self.ref(branch)))

    def go_round(self) -> None:
        """Go through the forge and its repository, if that is to be done."""
        self.work.process(SweepForge("github"))
        self.work.process(SweepRepository(self.ref("accepted").place))

    def conclusion(self, branch: str) -> str | None:
        """The check's."""
        shown: str | None = self.sandbox.snapshot(self.pull(branch))["check"]["conclusion"]
        return shown

    def inline(self, branch: str) -> list[tuple[int, str]]:
        """The inline comments on it."""
        return [(one.id, one.body) for one in self.sandbox.world.line_comments_on(self.pull(branch))]

    def said(self, branch: str) -> str:
        """The check's text."""
        run = self.sandbox.github.newest_run(self.pull(branch), "iam-review")
        assert run is not None
        return run.summary or ""
