"""A GitHub on loopback to script: make repositories and pull requests, push, comment, look at the outcome."""

from __future__ import annotations

import secrets
import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from bot.sandbox.deliveries import Deliveries
from bot.sandbox.faults import Faults
from bot.sandbox.github.access import DEFAULT_PERMISSIONS, Access
from bot.sandbox.github.forge import GitHub, Request
from bot.sandbox.github.queue import MergeGroup
from bot.sandbox.github.shapes import AppFacts, Shapes
from bot.sandbox.repository import BareRepository, folder
from bot.sandbox.server import Server, listen, run
from bot.sandbox.world import Comment, PullRequest, Repository, User, World

APP_ID = 4711
INSTALLATION = 47
SLUG = "iam-review"
CHECK = "iam-review"
_SUMMARY = "iam-review:summary"
EVENTS = (
    "pull_request",
    "issue_comment",
    "pull_request_review_comment",
    "check_run",
    "check_suite",
    "merge_group",
    "installation_repositories",
)

Files = Path | Mapping[str, bytes]
"""A folder, or contents by path."""


@dataclass(slots=True)
class Sandbox:
    """A running sandbox; a context manager that stops it. Times are the machine's."""

    directory: Path
    github: GitHub
    server: Server
    _owns_directory: bool

    @classmethod
    def start(cls, directory: Path | None = None, port: int = 0, private_key: str = "") -> Sandbox:
        """Listen on 127.0.0.1; repositories are kept in `directory`, or in one that goes with the sandbox.

        `private_key` is the App's, PEM; a new one is made unless it is given.
        """
        place = directory or Path(tempfile.mkdtemp(prefix="iam-review-sandbox-"))
        listening = listen(port)
        world = World()
        bot = world.user(f"{SLUG}[bot]")
        access = Access(APP_ID, INSTALLATION, bot, private_key=private_key)
        facts = AppFacts(APP_ID, SLUG, world.user("acme"), access.permissions, EVENTS)
        shapes = Shapes(f"http://127.0.0.1:{listening.server_port}", world, facts)
        github = GitHub(world, access, shapes, Deliveries(secrets.token_hex(16), EVENTS))
        return cls(place, github, run(listening, github), directory is None)

    def stop(self) -> None:
        """Stop listening and delivering; the repositories go unless the directory was given."""
        self.github.deliveries.stop()
        self.server.stop()
        if self._owns_directory:
            shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The site for people and git."""
        return self.server.url

    @property
    def api_url(self) -> str:
        """The base URL for the REST API."""
        return f"{self.server.url}/api/v3"

    @property
    def world(self) -> World:
        """What there is."""
        return self.github.world

    def bots(self) -> list[User]:
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

    @property
    def faults(self) -> Faults:
        """Order faults here."""
        return self.github.faults

    @property
    def requests(self) -> list[Request]:
        """Every request to the API and to git, in order."""
        return self.github.requests

    def personal_token(self, user: str, **permissions: str) -> str:
        """A token of a user, for a bot that is no App; with the usual permissions or the given ones."""
        return self.github.access.personal_token(self.github.world.user(user), permissions or DEFAULT_PERMISSIONS)

    def send_webhooks_to(self, url: str) -> None:
        """Set the App's webhook address; the first delivery is a ping, what happened before goes nowhere."""
        self.deliveries.settle()
        self.deliveries.url = url
        self.deliveries.emit("ping", self.github.payloads.ping(url, EVENTS))

    def create_repository(
        self, full_name: str, files: Files, message: str = "Infrastructure", author: str = "ada"
    ) -> Repository:
        """A repository whose default branch holds `files`; the bot's check is required to merge."""
        git = BareRepository.create(self._place(full_name))
        repository = self._register(full_name, git)
        git.commit(repository.default_branch, _contents(files), message, author)
        self.github.world.user(author)
        return repository

    def borrow_repository(self, full_name: str, source: Path, base: str) -> Repository:
        """A repository that shares the objects of a local one; its default branch is at revision `base`."""
        git = BareRepository.borrow(self._place(full_name), source)
        repository = self._register(full_name, git)
        git.set_branch(repository.default_branch, BareRepository(source).resolve(base))
        return repository

    def _place(self, full_name: str) -> Path:
        return self.directory / f"{full_name}.git"

    def _register(self, full_name: str, git: BareRepository) -> Repository:
        owner, _, name = full_name.partition("/")
        world = self.github.world
        with world.lock:
            repository = Repository(next(world.ids), world.user(owner), name, git, required_checks={CHECK})
            world.repositories[full_name] = repository
        return repository

    def open_pull(
        self,
        repository: Repository,
        files: Files,
        title: str = "Change",
        body: str = "",
        author: str = "ada",
        branch: str = "feature",
        draft: bool = False,
        from_fork: str = "",
    ) -> PullRequest:
        """A pull request whose head holds exactly `files`; `from_fork` names another repository it comes from."""
        parent = repository.git.resolve(repository.default_branch)
        head = repository.git.commit(branch, _contents(files), title, author, parent)
        return self.open_pull_at(repository, head, title, body, author, branch, draft, from_fork)

    def open_pull_at(
        self,
        repository: Repository,
        head: str,
        title: str = "Change",
        body: str = "",
        author: str = "ada",
        branch: str = "feature",
        draft: bool = False,
        from_fork: str = "",
    ) -> PullRequest:
        """A pull request at a commit that the repository already has."""
        world = self.github.world
        with world.lock:
            if not from_fork:
                repository.git.set_branch(branch, head)
            pull = PullRequest(
                id=next(world.ids),
                number=1 + sum(each.repository is repository for each in world.pulls),
                repository=repository,
                title=title,
                body=body,
                author=world.user(author),
                base_branch=repository.default_branch,
                head_branch=branch,
                head=head,
                base=repository.git.resolve(repository.default_branch),
                draft=draft,
                from_fork=from_fork,
            )
            self.github.open_pull(pull)
        return pull

    def push(
        self, pull: PullRequest, files: Files, message: str = "Another change", force: bool = False, by: str = ""
    ) -> str:
        """Push a commit that holds exactly `files`; `force` replaces what the pull request had. Returns its id.

        `by` pushes what the pull request's author has committed.
        """
        parent = pull.base if force else pull.head
        git = pull.repository.git
        head = git.commit(pull.head_branch, _contents(files), message, pull.author.login, parent)
        with self.github.world.lock:
            self.github.push(pull, head, self.github.world.user(by) if by else pull.author)
        return head

    def enqueue(self, pull: PullRequest, user: str = "grace") -> MergeGroup:
        """Someone puts it into the merge queue."""
        with self.github.world.lock:
            return self.github.enqueue(pull, self.github.world.user(user))

    def add_team(self, team: str, *users: str) -> None:
        """A team ("owner/name") and who is in it."""
        with self.github.world.lock:
            self.github.world.teams[team] = {self.github.world.user(user).login for user in users}

    def install(self, owner: str) -> int:
        """Install the App on another owner's repositories; the installation's number."""
        with self.github.world.lock:
            number = self.github.access.further.setdefault(owner, next(self.github.world.ids))
            mine = [each for each in self.github.world.repositories.values() if each.owner.login == owner]
            if mine:
                payload = self.github.payloads.installation_repositories(mine, self.github.world.user(owner))
                self.deliveries.emit("installation_repositories", payload)
            return number

    def press(self, pull: PullRequest, user: str, button: str, check: str = CHECK) -> None:
        """Someone presses one of the newest check run's own buttons."""
        with self.github.world.lock:
            run = self.github.newest_run(pull, check)
            assert run is not None and button in [action["identifier"] for action in run.actions]
            self.github.press(run, self.github.world.user(user), button)

    def rerun_all(self, pull: PullRequest, user: str) -> None:
        """Someone has all checks run again."""
        with self.github.world.lock:
            self.github.press_all(pull, self.github.world.user(user))

    def close(self, pull: PullRequest, merged: bool = False) -> None:
        """Close the pull request, or merge it whatever its checks say."""
        with self.github.world.lock:
            self.github.close(pull, pull.author, merged)

    def change(self, pull: PullRequest, action: str) -> None:
        """Do what the action says: "reopened", "ready_for_review" or "converted_to_draft"."""
        with self.github.world.lock:
            self.github.change(pull, action, pull.author)

    def retarget(self, pull: PullRequest, branch: str) -> None:
        """Make it a pull request into another branch that exists."""
        with self.github.world.lock:
            self.github.retarget(pull, branch, pull.author)

    def comment(self, pull: PullRequest, user: str, text: str) -> Comment:
        """Someone comments on the pull request."""
        with self.github.world.lock:
            return self.github.add_comment(pull, self.github.world.user(user), {"body": text})

    def rerun(self, pull: PullRequest, user: str, check: str = CHECK) -> None:
        """Someone presses Re-run on the newest check run."""
        with self.github.world.lock:
            run = self.github.newest_run(pull, check)
            if run is not None:
                self.github.press(run, self.github.world.user(user))

    def snapshot(self, pull: PullRequest, check: str = CHECK) -> dict[str, Any]:
        """What a person sees: the bot's comments in place, its summary, its check, whether merging is possible."""
        world = self.github.world
        with world.lock:
            bots = self.github.access.bots()
            inline = [comment for comment in world.line_comments_on(pull) if comment.author in bots]
            said = [comment.body for comment in world.comments_on(pull) if comment.author in bots]
            summaries = [body for body in said if _SUMMARY in body.partition("\n")[0]]
            return {
                "comments": [{"path": c.path, "line": c.line, "side": c.side, "body": c.body} for c in inline],
                "summary": summaries[-1] if summaries else None,
                "check": self._verdict(pull, check),
                "mergeable": self.github.mergeable_state(pull) == "clean",
            }

    def _verdict(self, pull: PullRequest, check: str) -> dict[str, str | None]:
        """The check run's conclusion and title, or the commit status's state and description."""
        run = self.github.newest_run(pull, check)
        if run is not None:
            return {"conclusion": run.conclusion, "title": run.title}
        statuses = [s for s in self.github.world.statuses_on(pull.repository, pull.head) if s.context == check]
        if not statuses:
            return {"conclusion": None, "title": None}
        state = statuses[-1].state
        return {"conclusion": None if state == "pending" else state, "title": statuses[-1].description}

    def wait_for_check(self, pull: PullRequest, seconds: float = 60.0, check: str = CHECK) -> bool:
        """Wait until the check on the head is finished; False if it is not within `seconds`."""
        deadline = time.monotonic() + seconds
        world = self.github.world

        def finished() -> bool:
            return self._verdict(pull, check)["conclusion"] is not None

        with world.lock:
            return world.lock.wait_for(finished, timeout=max(0.0, deadline - time.monotonic()))


def _contents(files: Files) -> Mapping[str, bytes]:
    return folder(files) if isinstance(files, Path) else files
