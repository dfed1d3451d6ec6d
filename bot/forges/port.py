"""A forge as the bot sees it: a change request, its conversation, and a status; nine methods."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Protocol

from bot.frozen import dataclass
from bot.review.identity import ThreadKey

Side = Literal["head", "base"]
"""Of a diff: what a change makes of a file, and what it was before."""


@dataclass(frozen=True, slots=True)
class RepositoryRef:
    """Names one repository: `repository` is its full name, "owner/name" at least.

    `account` is what the forge's package knows by whose credentials to use there; nobody else reads anything into it.
    """

    forge: str
    repository: str
    account: int | None = None


@dataclass(frozen=True, slots=True)
class ChangeRef:
    """Names one change request. `repository` and `account` are as in its RepositoryRef.

    `group` is the head commit of a merge queue's group that the change request goes into the base branch with: such a
    commit needs a conclusion of its own and has no conversation. Raises ValueError for a number below 1.
    """

    forge: str
    repository: str
    number: int
    account: int | None = None
    group: str = ""

    def __post_init__(self) -> None:
        if self.number < 1:
            raise ValueError(f"{self.number} is no change request's number")

    @property
    def place(self) -> RepositoryRef:
        """The repository it is in."""
        return RepositoryRef(self.forge, self.repository, self.account)


@dataclass(frozen=True, slots=True)
class ChangeRequest:
    """A change request as it is now. Ids are full commit ids; `clone_url` is where git can fetch both.

    `base` is the base branch's commit as the forge tells it, which on GitLab is that of the last push to the change
    request: where `base_branch` is now is found out by git.
    `contributors` are the logins of those who wrote or committed what is between merge base and head, as far as
    the forge knows them; `from_fork` says that the head is in another repository.
    `head_ref` is the full name of the git reference by which the forge keeps the head, fork or not.
    `public` says that anybody may read the repository, and comment there.
    For a merge group `head` is the group's commit and `merge_base` what it is merged onto; `members` are the numbers of
    the change requests that are in it, as far as the forge tells.
    """

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
    from_fork: bool = False
    contributors: tuple[str, ...] = ()
    public: bool = False
    members: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenChange:
    """An open change request in a list; `head` is its head commit."""

    ref: ChangeRef
    head: str


@dataclass(frozen=True, slots=True)
class PostedComment:
    """A comment the bot has written earlier: its body tells what it is by its marker.

    `side` is None where it stands on no diff. `thread` is what its thread is resolved by, "" where it has none;
    `resolved` whether it is.
    """

    id: str
    kind: Literal["inline", "summary"]
    body: str
    path: str = ""
    line: int | None = None
    side: Side | None = None
    thread: str = ""
    resolved: bool = False


@dataclass(frozen=True, slots=True)
class Conversation:
    """All comments of this bot on the change request (found by author and marker)."""

    comments: tuple[PostedComment, ...]


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of a diff. Of an added or removed line the other side's number is that of the line which follows there."""

    kind: Literal["added", "removed", "context"]
    old: int
    new: int


@dataclass(frozen=True, slots=True)
class ReviewComment:
    """An inline comment to post. `line` is the last line; `start_line` the first, None if it is one line.

    `line` None asks for a comment on the file as a whole.
    `old_path` is the file's name at the base where it differs; `at` and `start_at` are the two lines in the diff.
    """

    path: str
    line: int | None
    side: Side
    body: str
    thread: ThreadKey
    start_line: int | None = None
    old_path: str = ""
    at: DiffLine | None = None
    start_at: DiffLine | None = None


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
class CheckAction:
    """A button on a check, where the forge has such; `identifier` (at most 20 characters) comes back when pressed."""

    label: str
    description: str
    identifier: str


RERUN = CheckAction("Re-run", "Review this head again", "rerun")
EXPLAIN = CheckAction("Explain", "Every finding in full, as a comment", "explain")


@dataclass(frozen=True, slots=True)
class Check:
    """The status on a head commit. `conclusion` None: still running; "cancelled": it never came to a verdict.

    `actions` are its buttons once it is finished. `sarif` is the review as a SARIF log, for a forge that shows
    such and is configured to be given it. `again`: it was asked for, so it is written though it says the same.
    """

    conclusion: Literal["success", "failure", "neutral", "cancelled"] | None
    title: str
    summary: str
    annotations: tuple[Annotation, ...] = ()
    details_url: str = ""
    actions: tuple[CheckAction, ...] = (RERUN,)
    sarif: str = ""
    again: bool = False


Role = Literal["none", "read", "triage", "write", "maintain", "admin"]


@dataclass(frozen=True, slots=True)
class Permission:
    """What a person may do in a repository now, and to which of the teams that were asked about they belong."""

    role: Role
    teams: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Approval:
    """A person's approval of the commit `commit`, given `at` (UTC, by the forge's clock); `id` tells it from others.

    Of one whose time the forge does not tell `at` is None, and the commit "".
    """

    id: str
    by: str
    commit: str
    at: datetime | None


class Forge(Protocol):
    """What a forge adapter does. Every method raises ForgeUnavailable or ForgeRefused, nothing else."""

    def change_request(self, ref: ChangeRef) -> ChangeRequest:
        """The change request now, whatever a payload said; a merge group that is gone has the state "closed"."""
        ...

    def conversation(self, ref: ChangeRef) -> Conversation:
        """The bot's own comments on it, their bodies as they were written: markers in them are read back."""
        ...

    def post_review(self, change: ChangeRequest, comments: Sequence[ReviewComment]) -> tuple[ReviewComment, ...]:
        """Post inline comments in one review; returns those whose position the forge refused."""
        ...

    def write_comment(
        self,
        ref: ChangeRef,
        body: str,
        replaces: PostedComment | None = None,
        answers: str = "",
        resolve: bool | None = None,
    ) -> None:
        """Write a comment on the change request as a whole, or replace the body of an earlier one of any kind.

        `answers` names a person's comment (as its event did): the new one goes into its thread if it has one.
        `resolve` resolves the thread of `replaces`, or opens it again (False), where the forge lets the bot do so.
        """
        ...

    def set_check(self, change: ChangeRequest, check: Check) -> None:
        """Set the status of the head commit; a finished one is never set back to running but followed by a new one.

        A running one is only said where there is no finished one yet, and so is a cancelled one, which is for heads
        that are the change request's no more. It blocks where the head is looked at all the same: no forge takes it
        for passed. A forge that keeps statuses in pipelines begins none for it.
        """
        ...

    def react(self, ref: ChangeRef, comment: str, reaction: str) -> None:
        """React to a person's comment: "eyes", "rocket", "confused", "-1"; nothing where the forge cannot."""
        ...

    def permission(self, place: RepositoryRef, user: str, teams: Sequence[str] = ()) -> Permission:
        """What the user may do in the repository now, and which of `teams` they belong to.

        A team is named as the forge's people know it; one that the forge does not tell about is nobody's.
        """
        ...

    def approvals(self, ref: ChangeRef) -> tuple[Approval, ...]:
        """The approvals that stand now, of people: of one the newest word counts, and one without a time does not.

        An approval of an earlier commit is one of that commit for ever.
        """
        ...

    def open_change_requests(self, place: RepositoryRef) -> tuple[OpenChange, ...]:
        """Open change requests of a repository."""
        ...
