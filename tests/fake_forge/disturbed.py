"""Change requests through lost, doubled and late deliveries, and a forge that fails before or after it has obeyed.

Whatever happens on the way, once all is quiet people must see what they would have seen without any of it.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from hypothesis import strategies as st
from sqlalchemy import select

from bot.fake_forge.deliveries import SentDelivery
from bot.fake_forge.faults import Fault
from bot.fake_forge.gitlab.fake_gitlab import GitLabSandbox
from bot.fake_forge.sample import AnySandbox
from bot.fake_forge.sandbox import Sandbox
from bot.fake_forge.world import PullRequest, Repository
from bot.render.marker import read_marker
from bot.store.tables import change_requests, unfinished
from bot.wiring.server import Bot
from bot.wiring.settings import load
from tests.fake_forge.fixtures import app_key
from tests.fake_forge.gitlab.fixtures import environment as gitlab_environment
from tests.wiring.serving import environment as github_environment
from tests.wiring.serving import hurried, serving, star, stars

Forge = Literal["github", "gitlab"]

BASE = b"a = 1\nb = 2\nc = 3\nd = 4\n"
HEADS = (
    b"a = 1\nb = *\nc = 3\nd = 4\n",
    b"a = 1\nb = *\nc = **\nd = 4\n",
    b"# moved\n#\na = 1\nb = *\nc = 3\nd = 4\n",
    b"a = 1\nb = 2\nc = **\nd = 4\n",
    b"a = 1\nb = 5\nc = 3\nd = 4\n",
    b"a = ***\nb = 2\nc = 3\nd = 4\ne = ****\n",
)
"""What main.tf can be: each star is new access (see tests/wiring/serving.py)."""

SECONDS = 120.0

_SETTINGS = {
    "IAM_REVIEW_REVIEW_THREADS": "8",
    "IAM_REVIEW_RECONCILE_MINUTES": "0.02",
    "IAM_REVIEW_SWEEP_HOURS": "0.002",
}
"""What was missed is looked for all the time, not just now and then."""

_EVENTS = ("pull_request", "Merge Request Hook")
_GONE = re.compile(r" (?:fixed|gone|moved) -->")
_COMMITS = re.compile(r"\b[0-9a-f]{7,40}\b")
_NOTHING_LEFT = "No new access any more"


@dataclass(frozen=True, slots=True)
class Trouble:
    """A request that goes wrong: the forge answers `status`, `after` having done what was asked or instead."""

    method: str
    status: int
    after: bool

    def fault(self, where: str) -> Fault:
        """For requests below these paths."""
        headers = {"Retry-After": "1"} if self.status in (403, 429) else {}
        return Fault(self.status, self.method, where, self.after, message="rate limit exceeded", headers=headers)


@dataclass(frozen=True, slots=True)
class Step:
    """A push: of which head, how its delivery fares, what goes wrong then, and whether the bot may come to rest."""

    head: int
    delivery: Literal["once", "twice", "lost", "late"]
    troubles: tuple[Trouble, ...]
    rest: bool


TROUBLES = st.builds(
    Trouble, st.sampled_from(("POST", "PATCH", "PUT", "GET", "")), st.sampled_from((502, 503, 429, 403)), st.booleans()
)
STEPS = st.builds(
    Step,
    st.integers(0, len(HEADS) - 1),
    st.sampled_from(("once", "once", "twice", "lost", "late")),
    st.lists(TROUBLES, max_size=3).map(tuple),
    st.booleans(),
)
WAYS = st.lists(STEPS, min_size=1, max_size=5).map(tuple)
"""The way of one change request; its first step opens it."""

Way = tuple[Step, ...]


@dataclass
class Stage:
    """A forge and a bot whose state is in `directory`. No delivery goes out by itself."""

    forge: Forge
    sandbox: AnySandbox
    directory: Path

    @contextmanager
    def bot(self) -> Iterator[Bot]:
        """A bot at work, for which a failure is no reason to wait long."""
        gitlab = self.sandbox if isinstance(self.sandbox, GitLabSandbox) else None
        github = self.sandbox if isinstance(self.sandbox, Sandbox) else None
        variables = gitlab_environment(gitlab, self.directory) if gitlab else {}
        variables |= github_environment(github, self.directory) if github else {}
        bot = hurried(load(None, variables | _SETTINGS), stars)
        with serving(bot) as address:
            self.sandbox.deliveries.url = address.replace("/hooks/github", f"/hooks/{self.forge}")
            try:
                yield bot
            finally:
                self.sandbox.deliveries.settle()

    def repository(self, name: str) -> Repository:
        """A repository of which the bot knows nothing yet."""
        rules = {".iam-review.yaml": b"mode: enforce\n"}
        return self.sandbox.create_repository(name, {"main.tf": BASE, **rules})

    def where(self, repository: Repository) -> str:
        """A pattern for the addresses of a repository in the API."""
        return f"/(?:{repository.full_name}|projects/{repository.id})/"


@contextmanager
def stage(forge: Forge, directory: Path) -> Iterator[Stage]:
    """One forge, held still."""
    start = GitLabSandbox.start if forge == "gitlab" else lambda: Sandbox.start(private_key=app_key())
    with start() as sandbox:
        sandbox.deliveries.held = True
        yield Stage(forge, sandbox, directory)


@dataclass
class Journey:
    """One change request on its way."""

    stage: Stage
    repository: Repository
    way: Way
    pull: PullRequest | None = None
    late: list[SentDelivery] = field(default_factory=list)

    def go(self) -> None:
        """All of it; deliveries that are late come after the next step's, or at the end."""
        for step in self.way:
            self._step(step)
        for delivery in self.late:
            self.stage.sandbox.deliveries.send(delivery)

    def _step(self, step: Step) -> None:
        sandbox, files = self.stage.sandbox, {**_rules(), "main.tf": HEADS[step.head]}
        where = self.stage.where(self.repository)
        sandbox.faults.order(*(trouble.fault(where) for trouble in step.troubles))
        if self.pull is None:
            self.pull = sandbox.open_pull(self.repository, files)
        else:
            sandbox.push(self.pull, files)
        self._deliver(step)
        if step.rest:
            sandbox.wait_for_check(self.pull, 5)

    def _deliver(self, step: Step) -> None:
        deliveries = self.stage.sandbox.deliveries
        mine = [each for each in deliveries.sent if each.event in _EVENTS and self._is_mine(each)]
        late, self.late = self.late, []
        if step.delivery == "late":
            self.late.append(mine[-1])
        for _ in range({"once": 1, "twice": 2}.get(step.delivery, 0)):
            deliveries.send(mine[-1])
        for each in late:
            deliveries.send(each)

    def _is_mine(self, delivery: SentDelivery) -> bool:
        payload = delivery.payload
        project = payload.get("project") or payload["repository"]
        return bool(self.repository.full_name in (project.get("path_with_namespace"), project.get("full_name")))


def _rules() -> dict[str, bytes]:
    return {".iam-review.yaml": b"mode: enforce\n"}


def troubled(stage: Stage, ways: Sequence[Way], name: str) -> list[dict[str, Any]]:
    """What people see in the end, way by way, all of them gone at once."""
    journeys = [Journey(stage, stage.repository(f"acme/{name}-{number}"), way) for number, way in enumerate(ways)]
    with stage.bot() as bot:
        threads = [threading.Thread(target=journey.go) for journey in journeys]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        stage.sandbox.faults.waiting.clear()
        _come_to_rest(stage, bot)
    # What no delivery told is found when a bot starts.
    with stage.bot() as bot:
        deadline = time.monotonic() + SECONDS
        for journey in journeys:
            assert journey.pull is not None
            assert stage.sandbox.wait_for_check(journey.pull, deadline - time.monotonic()), "no conclusion"
        _come_to_rest(stage, bot)
    return [seen(stage, journey.pull) for journey in journeys if journey.pull]


def undisturbed(stage: Stage, name: str) -> list[dict[str, Any]]:
    """What people see of each of HEADS if nothing goes wrong: the last head alone decides it."""
    plain = [(Step(head, "once", (), rest=True),) for head in range(len(HEADS))]
    journeys = [Journey(stage, stage.repository(f"acme/{name}-{way[0].head}"), way) for way in plain]
    with stage.bot() as bot:
        for journey in journeys:
            journey.go()
        for journey in journeys:
            assert journey.pull is not None
            assert stage.sandbox.wait_for_check(journey.pull, SECONDS), "no conclusion"
        _come_to_rest(stage, bot)
    return [seen(stage, journey.pull) for journey in journeys]


def _come_to_rest(stage: Stage, bot: Bot) -> None:
    deadline = time.monotonic() + SECONDS
    stage.sandbox.deliveries.settle()
    while _unfinished(bot):
        assert time.monotonic() < deadline, "the bot does not come to rest"
        time.sleep(0.05)


def _unfinished(bot: Bot) -> bool:
    """Whether work on a change request is left; going through repositories never ends here."""
    left = select(change_requests.c.number).where(unfinished, change_requests.c.number > 0)
    with bot.engines.read.connect() as connection:
        return connection.execute(left).first() is not None


def seen(stage: Stage, pull: PullRequest | None) -> dict[str, Any]:
    """What stands open now; `more` than one other comment is odd.

    What is marked as fixed depends on the way, and so does what is gone: a bot that was interrupted after it had
    commented knows nothing of that review. But nothing is called `fixed` that is there: that would be a lie.
    """
    assert pull is not None
    shown = stage.sandbox.snapshot(pull)
    comments = [each for each in shown["comments"] if not _GONE.search(each["body"].partition("\n")[0])]
    bots = stage.sandbox.bots()
    said = [comment.body for comment in stage.sandbox.world.comments_on(pull) if comment.author in bots]
    summary = shown["summary"] or ""
    return {
        "comments": sorted(((c["path"], c["line"], c["side"], _same(c["body"])) for c in comments), key=repr),
        "fixed": _called_fixed(shown["comments"]) & _there(stage, pull),
        "summary": "" if _NOTHING_LEFT in summary else _same(summary),
        "more": max(len(said) - 1, 0),
        "check": {key: _same(value or "") for key, value in shown["check"].items()},
        "mergeable": shown["mergeable"],
    }


def _called_fixed(comments: Sequence[Mapping[str, Any]]) -> set[str]:
    """The fingerprints of what is marked as fixed."""
    markers = (read_marker(each["body"]) for each in comments)
    return {str(marker.thread) for marker in markers if marker and marker.state == "fixed" and marker.thread}


def _there(stage: Stage, pull: PullRequest) -> set[str]:
    """The fingerprints of all that the head grants."""
    return {star(line) for line in pull.repository.git.files(pull.head)["main.tf"].decode().splitlines()}


def agree(end: dict[str, Any], expected: dict[str, Any]) -> bool:
    """Whether people see the same.

    A comment whose line has left the diff while its finding went and came unseen is not posted twice (see "a finding
    whose comment has merely left the diff" in tests/cases/change_request/plan.yaml): it may stand without a line.
    """
    outdated = {(path, side, body) for path, line, side, body in end["comments"] if line is None}
    standing = [
        (path, None if (path, side, body) in outdated else line, side, body)
        for path, line, side, body in expected["comments"]
    ]
    return end == {**expected, "comments": sorted(standing, key=repr)}


def _same(text: str) -> str:
    """The text without commits, of which each run has its own, and without the repository's name."""
    return re.sub(r"acme/[\w-]+", "acme/x", _COMMITS.sub("c0ffee", text))
