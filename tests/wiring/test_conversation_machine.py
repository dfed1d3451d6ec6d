"""Whatever happens to deliveries, to the bot and to GitHub on the way: the conversation ends as if nothing had.

A pull request is pushed to and talked to. Its deliveries come late, twice, in another order or not at all; GitHub
refuses, fails or times out before and after it has done what was asked; the bot is killed between posting and
recording. Then all is well again and the housekeeper goes his round. What people see must be what they would have
seen of a bot that nothing happened to. `make soak` tells 500 such stories, `make test` a few.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.change_request.handle import Ports
from bot.change_request.plan import NOTHING_LEFT
from bot.forge.event import SweepWanted
from bot.forge.github import webhook
from bot.forge.github.client import GitHubForge
from bot.forge.github.connection import AppLogin, GitHubServer, Patience
from bot.forge.port import ChangeRef, ChangeRequest
from bot.jobs.leases import HeldLeases
from bot.jobs.reconcile import Reconciler
from bot.jobs.work import Work
from bot.render.marker import read_marker
from bot.sandbox.deliveries import Delivery
from bot.sandbox.faults import Fault, rate_limited
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.world import PullRequest
from bot.store.engine import connect
from bot.store.migrate import upgrade
from bot.store.port import Delivery as Taken
from bot.store.sql import SqlStore
from bot.store.sql_catch_up import SqlCatchUp
from bot.store.sql_ledger import SqlLedger
from bot.web.app import Deps, Webhook, create_app
from bot.web.metrics import Metrics
from tests.fakes.contents import FakeContents
from tests.sandbox.fixtures import app_key
from tests.wiring.serving import stars

SOAKING = settings.default is not None and settings.default.max_examples >= 1000
RUNS = 500 if SOAKING else 4

LINES = st.lists(st.sampled_from(["a = 1", "b = *", "c = **", "d = 4", "e = ***"]), min_size=1, unique=True)
BASE = b"a = 1\nd = 4\n"

FAULTS = st.builds(
    Fault,
    status=st.sampled_from([502, 500, 503, 404]),
    method=st.sampled_from(["POST", "PATCH"]),
    path=st.sampled_from(["/reviews$", "/issues/", "/check-runs", "/pulls/"]),
    after=st.just(True),
) | st.builds(rate_limited, st.sampled_from([403, 429]), st.sampled_from([None, 7]))


class Killed(BaseException):
    """The process ends here, whatever it was doing."""


@cache
def sandbox() -> Sandbox:
    """One for all runs; each has a repository of its own."""
    return Sandbox.start(private_key=app_key())


@cache
def empty_database() -> Path:
    """A database with all tables, to be copied: migrations take longer than a whole run."""
    path = Path(tempfile.mkdtemp(prefix="iam-review-machine-")) / "db"
    engines = connect(f"sqlite:///{path}")
    upgrade(engines.write)
    engines.dispose()
    return path


@pytest.fixture(scope="module", autouse=True)
def _stop_sandbox() -> Iterator[None]:
    # Failures are ordered here by the hundred, and telling of one costs more than surviving it.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    yield
    structlog.reset_defaults()
    if sandbox.cache_info().currsize:
        sandbox().stop()
        sandbox.cache_clear()
        shutil.rmtree(empty_database().parent, ignore_errors=True)
        empty_database.cache_clear()


NAMES = itertools.count()


class Place:
    """A repository in the sandbox, and a bot over a database of its own, driven by hand."""

    def __init__(self, directory: Path, api_url: str = "") -> None:
        self.sandbox = sandbox()
        self.sandbox.deliveries.held = True
        self.seen = len(self.sandbox.deliveries.sent)
        self.time = datetime(2030, 1, 1, tzinfo=UTC)
        self.files: dict[str, Mapping[str, str]] = {}
        name = f"acme/run-{next(NAMES)}"
        self.repository = self.sandbox.create_repository(name, {"main.tf": BASE})
        self._keep(self.repository.git.resolve("main"), BASE)
        self.pull: PullRequest | None = None
        shutil.copy(empty_database(), directory / "db")
        engines = connect(f"sqlite:///{directory / 'db'}")
        self.store, self.ledger, self.engines = SqlStore(engines), SqlLedger(engines), engines
        login = AppLogin(self.sandbox.app_id, self.sandbox.private_key)
        patience = Patience(timeout=60, between_writes=0.0)
        self.server = GitHubServer(login, api_url or self.sandbox.api_url, patience, now=lambda: self.time.timestamp())
        catch_up = SqlCatchUp(engines)
        forge = lambda place: GitHubForge(self.server.connect(place.installation))  # noqa: E731
        reconciler = Reconciler(self.store, catch_up, {}, forge)
        self.work = Work(
            self.store,
            HeldLeases(self.store),
            self.ports,
            now=lambda: self.time,
            ledger=self.ledger,
            reconciler=reconciler,
        )
        self.web = create_app(
            Deps({webhook.FORGE: self._webhook()}, self.store, lambda ref: None, Metrics(self.store))
        ).test_client()

    def _webhook(self) -> Webhook:
        secrets = (self.sandbox.webhook_secret,)
        authentic = functools.partial(webhook.is_authentic, secrets=secrets)
        return Webhook(authentic, webhook.delivery, webhook.read_event)

    def _keep(self, commit: str, content: bytes) -> None:
        self.files[commit] = {"main.tf": content.decode()}

    def ports(self, ref: ChangeRef) -> Ports:
        def contents(change: ChangeRequest) -> FakeContents:
            return FakeContents(self.files[change.merge_base], self.files[change.head])

        forge = GitHubForge(self.server.connect(ref.installation))
        return Ports(forge, contents, stars, ledger=self.ledger, now=lambda: self.time)

    @property
    def ref(self) -> ChangeRef:
        return ChangeRef("github", self.repository.full_name, 1, self.sandbox.installation)

    def push(self, lines: list[str], force: bool = False) -> None:
        content = "".join(f"{line}\n" for line in lines).encode()
        if self.pull is None:
            self.pull = self.sandbox.open_pull(self.repository, {"main.tf": content})
        else:
            self.sandbox.push(self.pull, {"main.tf": content}, force=force)
        self._keep(self.pull.head, content)

    def say(self, text: str) -> None:
        assert self.pull is not None
        self.sandbox.comment(self.pull, "ada", text)

    def mine(self) -> list[Delivery]:
        """The deliveries about this run's pull request, in order."""
        sent = self.sandbox.deliveries.sent[self.seen :]
        return [
            each for each in sent if each.payload.get("repository", {}).get("full_name") == self.repository.full_name
        ]

    def deliver(self, delivery: Delivery) -> None:
        headers = self.sandbox.deliveries.headers(delivery)
        assert self.web.post("/hooks/github", data=delivery.body, headers=headers).status_code == 202

    def look(self, seconds: float = 0.0) -> None:
        self.time += timedelta(seconds=seconds)
        self.work.on(self.ref)

    def heal(self) -> None:
        """Nothing happens any more, and the housekeeper goes his round until there is nothing left to do."""
        self.sandbox.faults.waiting.clear()
        place = dataclasses.replace(self.ref, number=0)
        self.store.accept(Taken("github", f"sweep {self.time}", "sweep", self.time, b"{}"), SweepWanted(place))
        self.work.on(place)
        for _ in range(40):
            if self.store.backlog().pending == 0:
                break
            self.look(1000)

    def close(self) -> None:
        if self.pull is not None:
            self.sandbox.close(self.pull)
        self.engines.dispose()

    def conversation(self) -> dict[str, Any]:
        """What people see: open comments, the summary, the check; and how many replies."""
        assert self.pull is not None
        world = self.sandbox.github.world
        bodies = [c.body for c in world.comments_on(self.pull) if c.author.kind == "Bot"]
        inline = [c for c in world.line_comments_on(self.pull) if c.author.kind == "Bot"]
        summaries = [_rest(body) for body in bodies if "iam-review:summary" in body]
        shown = self.sandbox.snapshot(self.pull)
        still = [c for c in inline if " fixed -->" not in c.body.partition("\n")[0]]
        return {
            # Not their lines: where a comment was put first is where it follows its line from, or is outdated.
            "open": sorted((_finding(c.body), c.path, _rest(c.body)) for c in still),
            "summary": [] if summaries in ([], [NOTHING_LEFT]) else summaries,
            "check": shown["check"],
            "mergeable": shown["mergeable"],
        }

    def replies(self) -> list[str]:
        assert self.pull is not None
        said = [c.body for c in self.sandbox.github.world.comments_on(self.pull) if c.author.kind == "Bot"]
        return [body for body in said if "iam-review:reply" in body]


def _finding(body: str) -> str:
    marker = read_marker(body)
    return (marker.fingerprint or "") if marker else ""


def _rest(body: str) -> str:
    """A body without its marker, which names the head it was written for, and without that head in the footer."""
    return "\n".join(line for line in body.split("\n")[1:] if not line.startswith("<sub>")).strip()


class Conversation(RuleBasedStateMachine):
    """The bot that things happen to; what was done is repeated at the end beside one that nothing happens to."""

    @initialize(lines=LINES)
    def begin(self, lines: list[str]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="iam-review-machine-"))
        self.place = Place(self.folder)
        self.done: list[tuple[str, Any]] = []
        self._do("push", lines)

    def _do(self, what: str, with_it: Any) -> None:
        self.done.append((what, with_it))
        _again(self.place, what, with_it)

    @rule(lines=LINES)
    def push(self, lines: list[str]) -> None:
        self._do("push", lines)

    @rule(lines=LINES)
    def force_push(self, lines: list[str]) -> None:
        self._do("force-push", lines)

    @rule(text=st.sampled_from(["/iam help", "/iam review", "/iam explain", "thanks"]))
    def say(self, text: str) -> None:
        self._do("say", text)

    @rule(which=st.integers(0, 50))
    def deliver(self, which: int) -> None:
        """Any delivery, for the first time or again, late or early; what is never drawn is lost."""
        deliveries = self.place.mine()
        self.place.deliver(deliveries[which % len(deliveries)])

    @rule()
    def deliver_the_newest(self) -> None:
        self.place.deliver(self.place.mine()[-1])

    @rule(seconds=st.sampled_from([0, 5, 70, 4000]))
    def look(self, seconds: int) -> None:
        self.place.look(seconds)

    @rule(fault=FAULTS)
    def fault(self, fault: Fault) -> None:
        self.place.sandbox.faults.order(dataclasses.replace(fault))

    @rule(at=st.sampled_from(["finish", "superseded"]))
    def kill(self, at: str) -> None:
        """Killed between posting and recording, or before anything was posted; the lease runs out later."""
        store = self.place.store
        original = getattr(store, at)

        def killed(*given: Any) -> Any:
            raise Killed

        setattr(store, at, killed)
        try:
            self.place.look()
        except Killed:
            pass
        finally:
            setattr(store, at, original)
        self.place.time += timedelta(seconds=70)

    @invariant()
    def nothing_is_said_twice(self) -> None:
        if not hasattr(self, "place") or self.place.pull is None:
            return
        shown = self.place.conversation()
        assert len(shown["summary"]) <= 1, shown["summary"]
        findings = [finding for finding, *_ in shown["open"]]
        assert len(findings) == len(set(findings)), findings
        replies = self.place.replies()
        assert len(replies) == len({body.split("\n")[1] for body in replies})

    def teardown(self) -> None:
        if not hasattr(self, "place"):
            return
        try:
            self.place.heal()
            calm = self._calm()
            assert self.place.conversation() == calm
        finally:
            self.place.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _calm(self) -> dict[str, Any]:
        """The conversation with a bot that nothing happens to."""
        folder = self.folder / "calm"
        folder.mkdir()
        calm = Place(folder)
        try:
            for what, with_it in self.done:
                _again(calm, what, with_it)
                calm.deliver(calm.mine()[-1])
                calm.look()
            calm.heal()
            return calm.conversation()
        finally:
            calm.close()


def _again(place: Place, what: str, with_it: Any) -> None:
    match what:
        case "push" | "force-push":
            place.push(with_it, force=what == "force-push")
        case _:
            place.say(with_it)


TestConversation = Conversation.TestCase
TestConversation.settings = settings(
    max_examples=RUNS,
    stateful_step_count=12 if SOAKING else 8,
    phases=[Phase.generate, *([Phase.shrink] if SOAKING else [])],
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
