"""What a script does on either forge: make repositories and pull requests, push, comment, look at the outcome."""

from __future__ import annotations

import shutil
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Protocol, Self, TypedDict, TypeVar

from bot.fake_forge.deliveries import Deliveries
from bot.fake_forge.faults import Faults
from bot.fake_forge.github.forge import AnsweredRequest
from bot.fake_forge.http_server import Server
from bot.fake_forge.repository import BareRepository, folder
from bot.fake_forge.world import Account, PullRequest, Repository, World

CHECK = "iam-review"
"""What the bot's check, or its status, is called."""

_SUMMARY = "iam-review:summary"

Files = Path | Mapping[str, bytes]
"""A folder, or contents by path."""

Pull = TypeVar("Pull", bound=PullRequest)
_Pull = TypeVar("_Pull", bound=PullRequest, contravariant=True)


class Model(Protocol[_Pull]):
    """The forge's own part: what can be done to its pull requests (`GitHub`, `GitLab`). Callers hold `world.lock`."""

    @property
    def world(self) -> World:
        """What there is."""

    @property
    def faults(self) -> Faults:
        """Faults that were ordered."""

    @property
    def requests(self) -> list[AnsweredRequest]:
        """Every request, in order."""

    def open_pull(self, pull: _Pull, /) -> None:
        """A new one."""

    def push(self, pull: _Pull, head: str, sender: Account, /) -> None:
        """Its branch points to `head` now."""

    def close(self, pull: _Pull, sender: Account, merged: bool, /) -> None:
        """It is closed or merged."""

    def change(self, pull: _Pull, action: str, sender: Account, /) -> None:
        """It is reopened, ready for review, or a draft again."""

    def retarget(self, pull: _Pull, branch: str, sender: Account, /) -> None:
        """It goes into another branch."""


class NewPull(TypedDict):
    """The fields of a pull request that is about to be opened."""

    id: int
    number: int
    repository: Repository
    title: str
    body: str
    author: Account
    base_branch: str
    head_branch: str
    head: str
    base: str
    draft: bool
    from_fork: str


def place_for(directory: Path | None) -> Path:
    """Where the repositories are kept: `directory`, or a new one that goes with the sandbox."""
    return directory or Path(tempfile.mkdtemp(prefix="iam-review-sandbox-"))


@dataclass(slots=True)
class Stage(ABC, Generic[Pull]):
    """A running sandbox of some forge; a context manager that stops it. Times are the machine's."""

    directory: Path
    server: Server
    _owns_directory: bool

    @property
    @abstractmethod
    def model(self) -> Model[Pull]:
        """The forge's own part."""

    @property
    @abstractmethod
    def deliveries(self) -> Deliveries:
        """Deliveries: hold them, send them again, see their answers."""

    @abstractmethod
    def narrowed(self, pull: PullRequest) -> Pull:
        """The same pull request as this forge has them."""

    @abstractmethod
    def _new_repository(self, full_name: str, git: BareRepository) -> Repository:
        """A repository over `git` with the settings that the forge's users would give it."""

    @abstractmethod
    def _new_pull(self, fields: NewPull) -> Pull:
        """The pull request to be opened."""

    @abstractmethod
    def bots(self) -> list[Account]:
        """The accounts that act by a token or as the App."""

    @abstractmethod
    def _mergeable(self, pull: Pull) -> bool:
        """Whether the merge button works."""

    @abstractmethod
    def _verdict(self, pull: Pull, check: str) -> dict[str, str | None]:
        """The check's conclusion and title, in the words that are common to the forges; None while it has none."""

    def stop(self) -> None:
        """Stop listening and delivering; the repositories go unless the directory was given."""
        self.deliveries.stop()
        self.server.stop()
        if self._owns_directory:
            shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self) -> Self:
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
    def world(self) -> World:
        """What there is."""
        return self.model.world

    @property
    def faults(self) -> Faults:
        """Order faults here."""
        return self.model.faults

    @property
    def requests(self) -> list[AnsweredRequest]:
        """Every request to the API and to git, in order."""
        return self.model.requests

    def create_repository(
        self, full_name: str, files: Files, message: str = "Infrastructure", author: str = "ada"
    ) -> Repository:
        """A repository whose default branch holds `files`; merging asks for the bot's verdict."""
        git = BareRepository.create(self._place(full_name))
        repository = self._new_repository(full_name, git)
        git.commit(repository.default_branch, _contents(files), message, author)
        self.world.user(author)
        return repository

    def borrow_repository(self, full_name: str, source: Path, base: str) -> Repository:
        """A repository that shares the objects of a local one; its default branch is at revision `base`."""
        git = BareRepository.borrow(self._place(full_name), source)
        repository = self._new_repository(full_name, git)
        git.set_branch(repository.default_branch, BareRepository(source).resolve(base))
        return repository

    def _place(self, full_name: str) -> Path:
        return self.directory / f"{full_name}.git"

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
    ) -> Pull:
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
    ) -> Pull:
        """A pull request at a commit that the repository already has."""
        world = self.world
        with world.lock:
            if not from_fork:
                repository.git.set_branch(branch, head)
            fields = NewPull(
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
            pull = self._new_pull(fields)
            self.model.open_pull(pull)
        return pull

    def push(
        self, pull: PullRequest, files: Files, message: str = "Another change", force: bool = False, by: str = ""
    ) -> str:
        """Push a commit that holds exactly `files`; `force` replaces what the pull request had. Returns its id.

        `by` pushes what the pull request's author has committed.
        """
        parent = pull.base if force else pull.head
        head = pull.repository.git.commit(pull.head_branch, _contents(files), message, pull.author.login, parent)
        with self.world.lock:
            self.model.push(self.narrowed(pull), head, self.world.user(by) if by else pull.author)
        return head

    def force_push(self, pull: PullRequest, commit: str) -> None:
        """Make a commit that the repository already has the head, one that was the head before, for example."""
        pull.repository.git.set_branch(pull.head_branch, commit)
        with self.world.lock:
            self.model.push(self.narrowed(pull), commit, pull.author)

    def close(self, pull: PullRequest, merged: bool = False) -> None:
        """Close the pull request, or merge it whatever its checks say."""
        with self.world.lock:
            self.model.close(self.narrowed(pull), pull.author, merged)

    def change(self, pull: PullRequest, action: str) -> None:
        """Do what the action says: "reopened", "ready_for_review" or "converted_to_draft"."""
        with self.world.lock:
            self.model.change(self.narrowed(pull), action, pull.author)

    def retarget(self, pull: PullRequest, branch: str) -> None:
        """Make it a pull request into another branch that exists."""
        with self.world.lock:
            self.model.retarget(self.narrowed(pull), branch, pull.author)

    def snapshot(self, pull: PullRequest, check: str = CHECK) -> dict[str, Any]:
        """What a person sees: the bot's comments in place, its summary, its check, whether merging is possible."""
        world, own = self.world, self.narrowed(pull)
        with world.lock:
            bots = self.bots()
            inline = [comment for comment in world.line_comments_on(pull) if comment.author in bots]
            said = [comment.body for comment in world.comments_on(pull) if comment.author in bots]
            summaries = [body for body in said if _SUMMARY in body.partition("\n")[0]]
            return {
                "comments": [{"path": c.path, "line": c.line, "side": c.side, "body": c.body} for c in inline],
                "summary": summaries[-1] if summaries else None,
                "check": self._verdict(own, check),
                "mergeable": self._mergeable(own),
            }

    def wait_for_check(self, pull: PullRequest, seconds: float = 60.0, check: str = CHECK) -> bool:
        """Wait until the check on the head is finished; False if it is not within `seconds`."""
        deadline = time.monotonic() + seconds
        own = self.narrowed(pull)

        def finished() -> bool:
            return self._verdict(own, check)["conclusion"] is not None

        with self.world.lock:
            return self.world.lock.wait_for(finished, timeout=max(0.0, deadline - time.monotonic()))


def _contents(files: Files) -> Mapping[str, bytes]:
    return folder(files) if isinstance(files, Path) else files
