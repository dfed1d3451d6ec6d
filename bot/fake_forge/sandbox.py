"""A GitHub on loopback to script: make repositories and pull requests, push, comment, look at the outcome."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from bot.fake_forge.deliveries import Deliveries
from bot.fake_forge.github.access import DEFAULT_PERMISSIONS, Access
from bot.fake_forge.github.forge import GitHub
from bot.fake_forge.github.merge_queue import MergeGroup
from bot.fake_forge.github.shapes import AppFacts, Shapes
from bot.fake_forge.http_server import listen, run
from bot.fake_forge.repository import BareRepository
from bot.fake_forge.stage import CHECK, NewPull, Stage, place_for
from bot.fake_forge.world import Account, Comment, PullRequest, Repository, World

APP_ID = 4711
INSTALLATION = 47
SLUG = "iam-review"
EVENTS = (
    "pull_request",
    "issue_comment",
    "pull_request_review",
    "pull_request_review_comment",
    "check_run",
    "check_suite",
    "merge_group",
    "installation_repositories",
)


@dataclass(slots=True)
class Sandbox(Stage[PullRequest]):
    """A running GitHub."""

    forge: ClassVar[str] = "github"

    github: GitHub

    @classmethod
    def start(cls, directory: Path | None = None, port: int = 0, private_key: str = "", site: str = "") -> Sandbox:
        """Listen on 127.0.0.1; repositories are kept in `directory`, or in one that goes with the sandbox.

        `private_key` is the App's, PEM; a new one is made unless it is given. `site` is the address it gives for its
        own where something stands before it.
        """
        listening = listen(port)
        world = World()
        bot = world.user(f"{SLUG}[bot]")
        access = Access(APP_ID, INSTALLATION, bot, private_key=private_key)
        facts = AppFacts(APP_ID, SLUG, world.user("acme"), access.permissions, EVENTS)
        shapes = Shapes(site or f"http://127.0.0.1:{listening.server_port}", world, facts)
        github = GitHub(world, access, shapes, Deliveries(secrets.token_hex(16), EVENTS))
        return cls(place_for(directory), run(listening, github), directory is None, github)

    @property
    def model(self) -> GitHub:
        """What can be done to its pull requests."""
        return self.github

    @property
    def api_url(self) -> str:
        """The base URL for the REST API."""
        return f"{self.server.url}/api/v3"

    def bots(self) -> list[Account]:
        """The accounts that act by a token or as the App."""
        return self.github.access.bots()

    def page_url(self, pull: PullRequest) -> str:
        """The pull request's page."""
        return f"{self.url}/{pull.repository.full_name}/pull/{pull.number}"

    def conclusions(self, pull: PullRequest, check: str = CHECK) -> int:
        """How many check runs of that name the head has."""
        return sum(run.name == check for run in self.world.runs_on(pull.repository, pull.head))

    @property
    def app_id(self) -> int:
        """The bot's App."""
        return self.github.access.app_id

    @property
    def private_key(self) -> str:
        """The App's private key, PEM."""
        return self.github.access.private_key

    @property
    def installation(self) -> int:
        """The App's only installation, on all repositories."""
        return self.github.access.installation

    @property
    def webhook_secret(self) -> str:
        """What deliveries are signed with."""
        return self.github.deliveries.secret

    @property
    def deliveries(self) -> Deliveries:
        """Deliveries: hold them, send them again, see their answers."""
        return self.github.deliveries

    def section(self) -> dict[str, object]:
        """The section of the bot's configuration with which it is this GitHub's App; writes without a pause."""
        return {
            "webhook_secret": self.webhook_secret,
            "app_id": self.app_id,
            "private_key": self.private_key,
            "base_url": self.api_url,
            "seconds_between_writes": 0.0,
        }

    def personal_token(self, user: str, **permissions: str) -> str:
        """A token of a user, for a bot that is no App; with the usual permissions or the given ones."""
        return self.github.access.personal_token(self.world.user(user), permissions or DEFAULT_PERMISSIONS)

    def send_webhooks_to(self, url: str) -> None:
        """Set the App's webhook address; the first delivery is a ping, what happened before goes nowhere."""
        self.deliveries.settle()
        self.deliveries.url = url
        self.deliveries.emit("ping", self.github.payloads.ping(url, EVENTS))

    def narrowed(self, pull: PullRequest) -> PullRequest:
        """Itself: what all forges have of a pull request is what GitHub has."""
        return pull

    def _new_repository(self, full_name: str, git: BareRepository) -> Repository:
        """The bot's check is required to merge."""
        owner, _, name = full_name.partition("/")
        with self.world.lock:
            repository = Repository(next(self.world.ids), self.world.user(owner), name, git, required_checks={CHECK})
            self.world.repositories[full_name] = repository
        return repository

    def _new_pull(self, fields: NewPull) -> PullRequest:
        return PullRequest(**fields)

    def enqueue(self, pull: PullRequest, user: str = "grace") -> MergeGroup:
        """Someone puts it into the merge queue."""
        with self.world.lock:
            return self.github.enqueue(pull, self.world.user(user))

    def add_team(self, team: str, *users: str) -> None:
        """A team ("owner/name") and who is in it."""
        with self.world.lock:
            self.world.teams[team] = {self.world.user(user).login for user in users}

    def install(self, owner: str) -> int:
        """Install the App on another owner's repositories; the installation's number."""
        with self.world.lock:
            number = self.github.access.further.setdefault(owner, next(self.world.ids))
            mine = [each for each in self.world.repositories.values() if each.owner.login == owner]
            if mine:
                payload = self.github.payloads.installation_repositories(mine, self.world.user(owner))
                self.deliveries.emit("installation_repositories", payload)
            return number

    def press(self, pull: PullRequest, user: str, button: str, check: str = CHECK) -> None:
        """Someone presses one of the newest check run's own buttons."""
        with self.world.lock:
            run = self.github.newest_run(pull, check)
            assert run is not None and button in [action["identifier"] for action in run.actions]
            self.github.press(run, self.world.user(user), button)

    def rerun_all(self, pull: PullRequest, user: str) -> None:
        """Someone has all checks run again."""
        with self.world.lock:
            self.github.press_all(pull, self.world.user(user))

    def comment(self, pull: PullRequest, user: str, text: str) -> Comment:
        """Someone comments on the pull request."""
        with self.world.lock:
            return self.github.add_comment(pull, self.world.user(user), {"body": text})

    def approve(self, pull: PullRequest, user: str, commit: str = "") -> None:
        """Someone approves it at its head, or at an earlier commit."""
        with self.world.lock:
            self.github.judge(pull, self.world.user(user), "APPROVE", commit)

    def unapprove(self, pull: PullRequest, user: str) -> None:
        """Someone's approval is dismissed."""
        with self.world.lock:
            self.github.dismiss(pull, self.world.user(user), pull.repository.owner)

    def rerun(self, pull: PullRequest, user: str, check: str = CHECK) -> None:
        """Someone presses Re-run on the newest check run."""
        with self.world.lock:
            run = self.github.newest_run(pull, check)
            if run is not None:
                self.github.press(run, self.world.user(user))

    def _mergeable(self, pull: PullRequest) -> bool:
        return self.github.mergeable_state(pull) == "clean"

    def _verdict(self, pull: PullRequest, check: str) -> dict[str, str | None]:
        """The check run's conclusion and title, or the commit status's state and description."""
        run = self.github.newest_run(pull, check)
        if run is not None:
            return {"conclusion": run.conclusion, "title": run.title}
        statuses = [s for s in self.world.statuses_on(pull.repository, pull.head) if s.context == check]
        if not statuses:
            return {"conclusion": None, "title": None}
        state = statuses[-1].state
        return {"conclusion": None if state == "pending" else state, "title": statuses[-1].description}
