"""A forge as the bot sees it: a change request, its conversation, and a status; eight methods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class ChangeRef:
    """Names one change request. `repository` is "owner/name" (GitLab: the full path); `installation` a GitHub App's."""

    forge: str
    repository: str
    number: int
    installation: int | None = None


@dataclass(frozen=True, slots=True)
class ChangeRequest:
    """A change request as it is now. Ids are full commit ids; `clone_url` is where git can fetch both."""

    ref: ChangeRef
    head: str
    base: str
    merge_base: str
    base_branch: str
    state: Literal["open", "closed", "merged"]
    draft: bool
    author: str
    clone_url: str
    web_url: str
    head_ref: str


@dataclass(frozen=True, slots=True)
class PostedComment:
    """A comment the bot has written earlier: its body tells what it is by its marker."""

    id: str
    kind: Literal["inline", "summary"]
    body: str
    path: str = ""
    line: int | None = None
    side: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """All comments of this bot on the change request (found by author and marker)."""

    comments: tuple[PostedComment, ...]


@dataclass(frozen=True, slots=True)
class ReviewComment:
    """An inline comment to post. `line` is the last line; `start_line` the first, None if it is one line.

    `side` is "RIGHT" (head) or "LEFT" (base). `line` None asks for a comment on the file as a whole.
    """

    path: str
    line: int | None
    side: Literal["RIGHT", "LEFT"]
    body: str
    fingerprint: str
    start_line: int | None = None


@dataclass(frozen=True, slots=True)
class Annotation:
    """A line note of a check."""

    path: str
    line: int
    end_line: int
    level: Literal["notice", "warning", "failure"]
    title: str
    message: str


@dataclass(frozen=True, slots=True)
class Check:
    """The status on a head commit. `conclusion` None: still running."""

    conclusion: Literal["success", "failure", "neutral"] | None
    title: str
    summary: str
    annotations: tuple[Annotation, ...] = ()
    details_url: str = ""


class Forge(Protocol):
    """What a forge adapter does. Every method raises ForgeUnavailable or ForgeRefused, nothing else."""

    def change_request(self, ref: ChangeRef) -> ChangeRequest:
        """The change request now, whatever a payload said."""
        ...

    def conversation(self, ref: ChangeRef) -> Conversation:
        """The bot's own comments on it."""
        ...

    def post_review(self, change: ChangeRequest, comments: Sequence[ReviewComment]) -> tuple[ReviewComment, ...]:
        """Post inline comments in one review; returns those whose position the forge refused."""
        ...

    def write_comment(self, ref: ChangeRef, body: str, replaces: PostedComment | None = None) -> None:
        """Write a comment on the change request as a whole, or replace the body of an earlier one of any kind."""
        ...

    def set_check(self, change: ChangeRequest, check: Check) -> None:
        """Set the status of the head commit; a finished one is never set back to running but followed by a new one."""
        ...

    def react(self, ref: ChangeRef, comment: str, reaction: str) -> None:
        """React to a person's comment: "eyes", "rocket", "confused", "-1"."""
        ...

    def permission(self, ref: ChangeRef, user: str) -> str:
        """What the user may do in the repository now: none, read, triage, write, maintain, admin."""
        ...

    def open_change_requests(self, ref: ChangeRef) -> tuple[ChangeRef, ...]:
        """Open change requests of the repository of `ref` (its number is not used)."""
        ...
