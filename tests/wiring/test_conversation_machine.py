"""Whatever happens to deliveries, to the bot and to the forge on the way: the conversation ends as if nothing had.

A change request is pushed to and talked to, and an approver accepts what is open, which pushes then widen. Its
deliveries come late, twice, in another order or not at all; the forge refuses, fails or times out before and after it
has done what was asked; the bot is killed between posting and recording. Then all is well again and the housekeeper
goes his round. What people see must be what they would have seen of a bot that nothing happened to. `make soak` tells
500 such stories on each forge, `make test` 6.
"""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
import structlog
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.fake_forge.faults import Fault, rate_limited
from tests.fake_forge.stories import in_days
from tests.soaking import SOAKING, sample
from tests.wiring.by_hand import ForgeName, Place, stop_all

LINES = st.lists(st.sampled_from(["a = 1", "b = *", "b = **", "c = **", "c = *", "d = 4"]), min_size=1, unique=True)
"""What a file holds: lines move, come and go, and what one cause grants changes (`b`, `c`)."""

BASE = ["a = 1", "d = 4"]


def _failing(methods: list[str], paths: list[str]) -> st.SearchStrategy[Fault]:
    """An answer that says that it failed, though what was asked for is done."""
    status, method, path = st.sampled_from([502, 500, 503, 404]), st.sampled_from(methods), st.sampled_from(paths)
    return st.builds(Fault, status=status, method=method, path=path, after=st.just(True))


_LIMITED = st.builds(rate_limited, st.sampled_from([403, 429]), st.sampled_from([None, 7]))
GITHUB_FAULTS = _failing(["POST", "PATCH"], ["/reviews$", "/issues/", "/check-runs", "/pulls/"]) | _LIMITED
GITLAB_FAULTS = _failing(["POST", "PUT"], ["/discussions$", "/discussions/", "/notes", "/statuses/"]) | st.builds(
    rate_limited, st.just(429), st.sampled_from([None, 7])
)


class Killed(BaseException):
    """The process ends here, whatever it was doing."""


@pytest.fixture(scope="module", autouse=True)
def _stop_sandboxes() -> Iterator[None]:
    # Failures are ordered here by the hundred, and telling of one costs more than surviving it.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    yield
    structlog.reset_defaults()
    stop_all()


class Conversation(RuleBasedStateMachine):
    """The bot that things happen to; what was done is repeated at the end beside one that nothing happens to."""

    forge: ClassVar[ForgeName] = "github"

    @initialize(lines=LINES)
    def begin(self, lines: list[str]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="iam-review-machine-"))
        self.place = Place(self.folder, self.forge)
        self.done: list[tuple[str, Any]] = []
        self.trees = [BASE]
        self._do("push", lines)

    def _do(self, what: str, with_it: Any) -> None:
        self.done.append((what, with_it))
        if what != "say":
            self.trees.append(with_it)
        _again(self.place, what, with_it)

    @rule(lines=LINES)
    def push(self, lines: list[str]) -> None:
        self._do("push", lines)

    @rule(lines=LINES)
    def force_push(self, lines: list[str]) -> None:
        self._do("force-push", lines)

    @rule()
    def rebase(self) -> None:
        """The same again, by other commits."""
        self._do("force-push", self.trees[-1])

    @rule(which=st.integers(0, 50))
    def go_back(self, which: int) -> None:
        """To what was before, the base included, by force."""
        self._do("force-push", self.trees[which % len(self.trees)])

    @rule()
    def revert(self) -> None:
        self._do("push", BASE)

    @rule(text=st.sampled_from(["/iam help", "/iam review", "/iam explain", "thanks"]))
    def say(self, text: str) -> None:
        self._do("say", text)

    @rule(which=st.integers(0, 50))
    def accept(self, which: int) -> None:
        """Somebody accepts what is open, once all is quiet: else it depends on the trouble whether he could see it."""
        self.place.heal()
        there = self.place.open_findings()
        if there:
            self.done.append(("accept", there[which % len(there)]))
            _again(self.place, *self.done[-1])

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

    @invariant()
    def nothing_that_the_reviewed_head_grants_is_called_fixed(self) -> None:
        """Whatever happened, and whether the bot knew its earlier reviews or not."""
        if not hasattr(self, "place") or self.place.pull is None:
            return
        reviewed = self.place.store.newest_review(self.place.ref)
        if reviewed is not None and reviewed.head == self.place.pull.head:
            assert self.place.called_fixed().isdisjoint(self.place.granted(reviewed.head))

    def teardown(self) -> None:
        if not hasattr(self, "place"):
            return
        try:
            self.place.heal()
            assert self.place.pull is not None
            assert self.place.called_fixed().isdisjoint(self.place.granted(self.place.pull.head))
            calm = self._calm()
            assert self.place.conversation() == calm
        finally:
            self.place.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _calm(self) -> dict[str, Any]:
        """The conversation with a bot that nothing happens to."""
        folder = self.folder / "calm"
        folder.mkdir()
        calm = Place(folder, self.forge)
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
        case "rename":
            place.push(with_it, file="renamed.tf")
        case "accept":
            place.say(f"/iam accept {with_it} until={in_days(9)} reason=known", "carol")
            place.deliver(place.mine()[-1])
            place.look()
        case _:
            place.say(with_it)


class GitHubConversation(Conversation):
    """On GitHub."""

    @rule()
    def rename(self) -> None:
        """The file has another name until the next push; the stand-in's diff tells GitLab nothing of renaming."""
        self._do("rename", self.trees[-1])

    @rule(fault=GITHUB_FAULTS)
    def fault(self, fault: Fault) -> None:
        self.place.sandbox.faults.order(dataclasses.replace(fault))


class GitLabConversation(Conversation):
    """On GitLab."""

    forge = "gitlab"

    @rule(fault=GITLAB_FAULTS)
    def fault(self, fault: Fault) -> None:
        self.place.sandbox.faults.order(dataclasses.replace(fault))


SETTINGS = settings(
    max_examples=sample(6, 500),
    stateful_step_count=sample(8, 12),
    phases=[Phase.generate, *([Phase.shrink] if SOAKING else [])],
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    print_blob=True,
)

TestOnGitHub = GitHubConversation.TestCase
TestOnGitHub.settings = SETTINGS
TestOnGitLab = GitLabConversation.TestCase
TestOnGitLab.settings = SETTINGS
