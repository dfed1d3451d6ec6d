"""A bot on a sandbox's repository, driven by hand: deliveries, time and work go on when a test says so."""

from __future__ import annotations

import functools
import itertools
import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Literal

from bot.contents.port import Contents
from bot.conversation.change_request.handle import Ports
from bot.conversation.change_request.publication import NOTHING_LEFT
from bot.fake_forge.deliveries import SentDelivery
from bot.fake_forge.gitlab.fake_gitlab import GitLabSandbox
from bot.fake_forge.sample import AnySandbox
from bot.fake_forge.sandbox import Sandbox
from bot.fake_forge.world import PullRequest
from bot.forges.event import SweepWanted
from bot.forges.github import webhook as github_webhook
from bot.forges.github.client import GitHubForge
from bot.forges.github.connection import AppLogin, GitHubServer, RequestTimings
from bot.forges.gitlab import webhook as gitlab_webhook
from bot.forges.gitlab.client import GitLabForge
from bot.forges.gitlab.connection import GitLabServer
from bot.forges.port import ChangeRef, ChangeRequest, Forge, RepositoryRef
from bot.forges.registry import Webhook
from bot.jobs.leases import HeldLeases
from bot.jobs.reconcile import Reconciler
from bot.jobs.worker import Worker
from bot.render.marker import read_marker
from bot.review_process.protocol import ChildAnswer, ChildRequest
from bot.store.port import Delivery as Taken
from bot.store.sql import SqlStore
from bot.store.sql_archive import SqlArchive
from bot.store.sql_catch_up import SqlCatchUp
from bot.store.sql_ledger import SqlLedger
from bot.store.work_items import ReviewChange, SweepRepository
from bot.web.app import Deps, create_app
from bot.web.metrics import Metrics
from tests.fake_forge.fixtures import app_key
from tests.fakes.contents import FakeContents
from tests.store.databases import with_tables
from tests.wiring.serving import star, stars

ForgeName = Literal["github", "gitlab"]

NAMES = itertools.count()
NOT_OPEN = re.compile(r" (?:fixed|gone|moved|accepted) -->")


@cache
def sandbox(forge: ForgeName) -> AnySandbox:
    """One for all runs; each has a repository of its own."""
    return GitLabSandbox.start() if forge == "gitlab" else Sandbox.start(private_key=app_key())


def stop_all() -> None:
    """Stop what was started for all runs."""
    if sandbox.cache_info().currsize:
        for forge in ("github", "gitlab"):
            sandbox(forge).stop()
        sandbox.cache_clear()


class Place:
    """A repository in the sandbox, and a bot over a database of its own, which finds stars."""

    base: ClassVar[Mapping[str, bytes]] = {"main.tf": b"a = 1\nd = 4\n"}

    def __init__(self, directory: Path, forge: ForgeName = "github", api_url: str = "") -> None:
        self.name, self.sandbox = forge, sandbox(forge)
        self.sandbox.deliveries.held = True
        self.seen = len(self.sandbox.deliveries.sent)
        # Long ago: however much time passes here, people's comments, dated by the sandbox, come after the reviews.
        self.time = datetime.now(UTC) - timedelta(days=60)
        self.files: dict[str, Mapping[str, str]] = {}
        self.repository = self.sandbox.create_repository(f"acme/run-{next(NAMES)}", self.base)
        self._keep(self.repository.git.resolve("main"), self.base)
        self.pull: PullRequest | None = None
        engines = with_tables(directory / "db")
        self.store, self.ledger, self.engines = SqlStore(engines), SqlLedger(engines), engines
        self.forge, self.webhook = self._gitlab() if forge == "gitlab" else self._github(api_url)
        reconciler = Reconciler(self.store, SqlCatchUp(engines), {}, self.forge)
        leases = HeldLeases(self.store)
        self.work = Worker(
            self.store, leases, self.ports, now=lambda: self.time, ledger=self.ledger, reconciler=reconciler
        )
        self.web = create_app(
            Deps({forge: self.webhook}, self.store, lambda ref: None, Metrics(self.store))
        ).test_client()

    def _github(self, api_url: str) -> tuple[Callable[[RepositoryRef], Forge], Webhook]:
        assert isinstance(self.sandbox, Sandbox)
        login = AppLogin(self.sandbox.app_id, self.sandbox.private_key)
        timings = RequestTimings(timeout=60, between_writes=0.0)
        now = lambda: self.time.timestamp()  # noqa: E731
        server = GitHubServer(login, api_url or self.sandbox.api_url, timings, now=now)
        authentic = functools.partial(github_webhook.is_authentic, secrets=(self.sandbox.webhook_secret,))
        hook = Webhook(authentic, github_webhook.delivery, github_webhook.read_event)
        return lambda place: GitHubForge(server.connect(place.account)), hook

    def _gitlab(self) -> tuple[Callable[[RepositoryRef], Forge], Webhook]:
        assert isinstance(self.sandbox, GitLabSandbox)
        server = GitLabServer(self.sandbox.token, self.sandbox.url, timeout=60)
        secrets = gitlab_webhook.Secrets((), (self.sandbox.deliveries.signing_token,))

        def authentic(headers: Mapping[str, str], body: bytes) -> bool:
            return gitlab_webhook.is_authentic(headers, body, secrets, time.time())

        hook = Webhook(authentic, gitlab_webhook.delivery, gitlab_webhook.read_event)
        return lambda place: GitLabForge(server.connect()), hook

    def _keep(self, commit: str, files: Mapping[str, bytes]) -> None:
        self.files[commit] = {path: content.decode() for path, content in files.items()}

    def contents(self, change: ChangeRequest) -> Contents:
        """Both sides' files."""
        return FakeContents(self.files[change.merge_base], self.files[change.head])

    def review(self, request: ChildRequest) -> ChildAnswer:
        """What the bot finds."""
        return stars(request)

    def ports(self, place: RepositoryRef) -> Ports:
        """The outside world of one job."""
        kept = SqlArchive(self.engines).kept
        return Ports(
            self.forge(place), self.contents, self.review, ledger=self.ledger, now=lambda: self.time, kept=kept
        )

    @property
    def ref(self) -> ChangeRef:
        """The change request."""
        installation = self.sandbox.installation if isinstance(self.sandbox, Sandbox) else None
        return ChangeRef(self.name, self.repository.full_name, 1, installation)

    def push(self, lines: list[str], force: bool = False, file: str = "main.tf") -> None:
        """Open the change request, or push to it."""
        self.push_files({file: "".join(f"{line}\n" for line in lines).encode()}, force)

    def push_files(self, files: Mapping[str, bytes], force: bool = False) -> None:
        """The same, with all files that there are then."""
        if self.pull is None:
            self.pull = self.sandbox.open_pull(self.repository, files)
        else:
            self.sandbox.push(self.pull, files, force=force)
        self._keep(self.pull.head, files)

    def say(self, text: str, by: str = "ada") -> None:
        """A person comments."""
        assert self.pull is not None
        self.sandbox.comment(self.pull, by, text)

    def mine(self) -> list[SentDelivery]:
        """The deliveries about this run's change request, in order."""
        sent = self.sandbox.deliveries.sent[self.seen :]
        return [each for each in sent if _repository(each) == self.repository.full_name]

    def deliver(self, delivery: SentDelivery) -> None:
        """Hand a delivery to the bot, for the first time or again."""
        headers = self.sandbox.deliveries.headers(delivery)
        answer = self.web.post(f"/hooks/{self.name}", data=delivery.body, headers=headers)
        assert answer.status_code == 202, answer.text

    def look(self, seconds: float = 0.0) -> None:
        """Time passes, and the bot does what there is to do."""
        self.time += timedelta(seconds=seconds)
        self.work.process(ReviewChange(self.ref))

    def heal(self) -> None:
        """Nothing happens any more, and the housekeeper goes his round until there is nothing left to do."""
        self.sandbox.faults.waiting.clear()
        self.time += timedelta(seconds=1)  # a round is a work item of its own
        place = self.ref.place
        self.store.accept(Taken(self.name, f"sweep {self.time}", "sweep", self.time, b"{}"), SweepWanted(place))
        self.work.process(SweepRepository(place))
        for _ in range(40):
            if self.store.backlog().pending == 0:
                break
            self.look(1000)

    def close(self) -> None:
        """The change request is closed: other runs' rounds do not see it."""
        if self.pull is not None:
            self.sandbox.close(self.pull)
        self.engines.dispose()

    def conversation(self) -> dict[str, Any]:
        """What people see: open comments, the summary, the check; and whether merging is possible."""
        assert self.pull is not None
        inline = [c for c in self.sandbox.world.line_comments_on(self.pull) if c.author.kind == "Bot"]
        summaries = [_rest(body) for body in self._said() if "iam-review:summary" in body]
        shown = self.sandbox.snapshot(self.pull)
        # Of what was killed after it had commented nothing is known: its comments may only say that they are gone.
        # What is accepted has a comment if it was seen before it was, which depends on the trouble: it is counted.
        still = [c for c in inline if not NOT_OPEN.search(c.body.partition("\n")[0])]
        return {
            # Not their lines: where a comment was put first is where it follows its line from, or is outdated.
            "open": sorted((_finding(c.body), c.path, _rest(c.body)) for c in still),
            "summary": [] if summaries in ([], [NOTHING_LEFT]) else summaries,
            "check": shown["check"],
            "mergeable": shown["mergeable"],
        }

    def called_fixed(self) -> set[str]:
        """The fingerprints of what is marked as fixed, on whatever comment."""
        assert self.pull is not None
        markers = (read_marker(c.body) for c in self.sandbox.world.line_comments_on(self.pull))
        return {str(marker.thread) for marker in markers if marker and marker.state == "fixed" and marker.thread}

    def granted(self, commit: str) -> set[str]:
        """The fingerprints of all that a commit grants."""
        return {star(line) for text in self.files[commit].values() for line in text.splitlines()}

    def open_findings(self) -> list[str]:
        """The fingerprints of what its own comments call open, in order."""
        assert self.pull is not None
        markers = (read_marker(c.body) for c in self.sandbox.world.line_comments_on(self.pull))
        return sorted({str(marker.thread) for marker in markers if marker and marker.thread and not marker.state})

    def replies(self) -> list[str]:
        """What the bot has answered people with."""
        return [body for body in self._said() if "iam-review:reply" in body]

    def _said(self) -> list[str]:
        assert self.pull is not None
        return [c.body for c in self.sandbox.world.comments_on(self.pull) if c.author.kind == "Bot"]


def _repository(delivery: SentDelivery) -> str:
    payload = delivery.payload
    about = payload.get("project") or payload.get("repository") or {}
    return str(about.get("path_with_namespace") or about.get("full_name") or "")


def _finding(body: str) -> str:
    marker = read_marker(body)
    return str(marker.thread) if marker and marker.thread else ""


def _rest(body: str) -> str:
    """A body without its marker, which names the head it was written for, and without that head in the footer."""
    return "\n".join(line for line in body.split("\n")[1:] if not line.startswith("<sub>")).strip()
