"""What the sandbox forge knows: its users, repositories, pull requests, conversations and checks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Literal

from bot.fake_forge.repository import BareRepository

Side = Literal["LEFT", "RIGHT"]


def now() -> datetime:
    """The time now, to the second as forges tell it."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(slots=True)
class Account:
    """An account; `kind` is "User" or "Bot"."""

    id: int
    login: str
    kind: Literal["User", "Bot"] = "User"


@dataclass(slots=True)
class Repository:
    """A repository over a real bare one. `roles` maps logins to what they may do; absent ones may read.

    `any_source`: the required checks may come from anybody, not from the bot's App alone.
    """

    id: int
    owner: Account
    name: str
    git: BareRepository
    default_branch: str = "main"
    required_checks: set[str] = field(default_factory=set)
    any_source: bool = False
    roles: dict[str, str] = field(default_factory=dict)
    created: datetime = field(default_factory=now)

    @property
    def full_name(self) -> str:
        """The repository's "owner/name"."""
        return f"{self.owner.login}/{self.name}"


@dataclass(slots=True)
class PullRequest:
    """A pull request; `head` is the commit its head branch points to."""

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
    from_fork: str = ""
    state: Literal["open", "closed"] = "open"
    draft: bool = False
    merged: datetime | None = None
    closed: datetime | None = None
    created: datetime = field(default_factory=now)
    updated: datetime = field(default_factory=now)


@dataclass(slots=True)
class Reaction:
    """One person's reaction to a comment."""

    id: int
    user: Account
    content: str
    created: datetime = field(default_factory=now)


@dataclass(slots=True)
class Comment:
    """A comment on the pull request as a whole."""

    id: int
    pull: PullRequest
    author: Account
    body: str
    created: datetime = field(default_factory=now)
    updated: datetime = field(default_factory=now)
    reactions: list[Reaction] = field(default_factory=list)


@dataclass(slots=True)
class LineComment:
    """A comment on lines of the diff, or on a file as a whole if `subject` is "file".

    `line` and `start_line` are None once the lines are gone from the diff (an outdated comment).
    """

    id: int
    review: int
    pull: PullRequest
    author: Account
    body: str
    path: str
    side: Side
    line: int | None
    start_line: int | None
    commit: str
    hunk: str
    subject: Literal["line", "file"] = "line"
    reply_to: int | None = None
    resolved: bool = False
    original_line: int | None = None
    original_start_line: int | None = None
    original_commit: str = ""
    created: datetime = field(default_factory=now)
    updated: datetime = field(default_factory=now)
    reactions: list[Reaction] = field(default_factory=list)


@dataclass(slots=True)
class SubmittedReview:
    """A submitted review; `state` is GitHub's word for what it came to."""

    id: int
    pull: PullRequest
    author: Account
    body: str
    event: str
    commit: str
    created: datetime = field(default_factory=now)
    dismissed: bool = False

    @property
    def state(self) -> str:
        """APPROVED, CHANGES_REQUESTED or COMMENTED, until somebody dismisses it."""
        submitted = {"APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED"}.get(self.event, "COMMENTED")
        return "DISMISSED" if self.dismissed else submitted


@dataclass(slots=True)
class LineNote:
    """A line note of a check run."""

    path: str
    line: int
    end_line: int
    level: str
    title: str
    message: str


@dataclass(slots=True)
class CheckRun:
    """A check run of an App on a commit."""

    id: int
    repository: Repository
    name: str
    head: str
    app_id: int
    status: str = "queued"
    conclusion: str | None = None
    title: str | None = None
    summary: str | None = None
    text: str | None = None
    external_id: str = ""
    details_url: str = ""
    actions: list[dict[str, str]] = field(default_factory=list)
    annotations: list[LineNote] = field(default_factory=list)
    started: datetime = field(default_factory=now)
    completed: datetime | None = None


@dataclass(slots=True)
class Status:
    """A commit status."""

    id: int
    repository: Repository
    head: str
    state: str
    context: str
    description: str | None
    target_url: str | None
    creator: Account
    created: datetime = field(default_factory=now)


@dataclass(slots=True)
class World:
    """All of it, behind one lock that tells of changes. Lists are in order of creation; `teams` are "owner/name"."""

    lock: threading.Condition = field(default_factory=threading.Condition)
    users: dict[str, Account] = field(default_factory=dict)
    repositories: dict[str, Repository] = field(default_factory=dict)
    pulls: list[PullRequest] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    line_comments: list[LineComment] = field(default_factory=list)
    reviews: list[SubmittedReview] = field(default_factory=list)
    check_runs: list[CheckRun] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    teams: dict[str, set[str]] = field(default_factory=dict)
    ids: Iterator[int] = field(default_factory=lambda: count(1001))

    def changed(self) -> None:
        """Wake whoever waits for a change."""
        with self.lock:
            self.lock.notify_all()

    def user(self, login: str) -> Account:
        """The account of that name, made if it is new."""
        if login not in self.users:
            self.users[login] = Account(next(self.ids), login, "Bot" if login.endswith("[bot]") else "User")
        return self.users[login]

    def pull(self, repository: str, number: int) -> PullRequest | None:
        """One pull request by its repository's "owner/name" and its number."""
        found = (p for p in self.pulls if p.number == number and p.repository.full_name == repository)
        return next(found, None)

    def comments_on(self, pull: PullRequest) -> list[Comment]:
        """Comments on the pull request as a whole."""
        return [comment for comment in self.comments if comment.pull is pull]

    def line_comments_on(self, pull: PullRequest) -> list[LineComment]:
        """Comments on its lines and files."""
        return [comment for comment in self.line_comments if comment.pull is pull]

    def runs_on(self, repository: Repository, head: str) -> list[CheckRun]:
        """Check runs on a commit."""
        return [run for run in self.check_runs if run.repository is repository and run.head == head]

    def statuses_on(self, repository: Repository, head: str) -> list[Status]:
        """Commit statuses on a commit."""
        return [status for status in self.statuses if status.repository is repository and status.head == head]
