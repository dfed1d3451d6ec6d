"""What a GitLab knows beyond what every forge does: threads, versions of a diff, pipelines, project settings."""

from __future__ import annotations

import hashlib
from dataclasses import field
from datetime import UTC, datetime

from bot.fake_forge.world import Account, Comment, LineComment, PullRequest, Repository, now
from bot.frozen import dataclass

LEVELS = {"none": 0, "minimal": 5, "read": 10, "guest": 10, "planner": 15, "triage": 20, "reporter": 20}
LEVELS |= {"write": 30, "developer": 30, "maintain": 40, "maintainer": 40, "admin": 50, "owner": 50}
"""Access levels by GitLab's names and by those that the stories use: https://docs.gitlab.com/api/access_requests/"""

UNFINISHED = ("created", "pending", "running")


def discussion_id(seed: int) -> str:
    """A thread's id as GitLab's look."""
    return hashlib.sha1(f"discussion-{seed}".encode(), usedforsecurity=False).hexdigest()


@dataclass(slots=True)
class Settings:
    """A project's settings about merging and being seen; `ci` runs a pipeline of the project's own on each push."""

    pipelines_must_succeed: bool = True
    threads_must_be_resolved: bool = False
    visibility: str = "internal"
    ci: str = ""


def exactly_now() -> datetime:
    """The time now, as GitLab keeps when versions of a diff are made and approvals given."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class DiffVersion:
    """A version of a merge request's diff."""

    id: int
    base: str
    start: str
    head: str
    created: datetime = field(default_factory=exactly_now)


@dataclass(slots=True)
class MergeRequest(PullRequest):
    """A merge request; `source` is the project that its branch is in, None for its own.

    `approvals` are by whom it is approved, and since when.
    """

    source: Repository | None = None
    versions: list[DiffVersion] = field(default_factory=list)
    prepared: bool = True
    approvals: dict[str, datetime] = field(default_factory=dict)

    @property
    def source_project(self) -> Repository:
        """The project that the source branch is in."""
        return self.source or self.repository


@dataclass(slots=True)
class Note(Comment):
    """A comment on the merge request as a whole: alone, or in a thread."""

    discussion: str = ""
    in_thread: bool = False
    resolved: bool = False
    system: bool = False

    @property
    def kind(self) -> str | None:
        """GitLab's name for what it is."""
        return "DiscussionNote" if self.in_thread else None


@dataclass(slots=True)
class DiffNote(LineComment):
    """A comment on the diff; `line` None: outdated, its `original_*` tell where it stood."""

    discussion: str = ""
    resolved: bool = False
    base: str = ""
    start: str = ""
    old_path: str = ""
    system: bool = False

    @property
    def kind(self) -> str:
        """GitLab's name for what it is."""
        return "DiffNote"


@dataclass(slots=True)
class Job:
    """A job of a pipeline, or a commit status, which GitLab keeps as one; `retried` once a newer one has its name."""

    id: int
    name: str
    status: str
    creator: Account
    description: str | None = None
    target_url: str | None = None
    retried: bool = False
    created: datetime = field(default_factory=now)


@dataclass(slots=True)
class Pipeline:
    """A pipeline of a project; `merge_request` is set if it runs for one, not for a branch."""

    id: int
    project: Repository
    sha: str
    ref: str
    source: str
    merge_request: MergeRequest | None = None
    source_sha: str = ""
    jobs: list[Job] = field(default_factory=list)
    created: datetime = field(default_factory=now)

    @property
    def current(self) -> list[Job]:
        """Its jobs, the newest of each name."""
        return [job for job in self.jobs if not job.retried]

    @property
    def status(self) -> str:
        """Failed if any job has, else running if any still is, else manual if one waits, else what all came to."""
        states = {job.status for job in self.current}
        if states & {"failed", "canceled"}:
            return "failed"
        if states & set(UNFINISHED):
            return "running" if states - {"created", "pending"} else "pending"
        if "manual" in states:
            return "manual"
        return "success" if states - {"skipped"} else "skipped"
