"""One merged change as it would have been reviewed, and a repository's changes together."""

from __future__ import annotations

from datetime import date
from typing import Literal

from bot.evaluated.touched import Touched
from bot.forges.port import ReviewComment
from bot.frozen import dataclass
from bot.render.comment import inline_comments
from bot.render.heading import title
from bot.review.model import Finding, Gap, Review
from bot.review_config.settings import ReviewConfig
from bot.review_config.thresholds import worth_comment
from bot.risk.verdict import changed_gaps, is_open

Action = Literal["block", "comment", "summary", "open", "silent", "failed"]
ACTIONS: tuple[Action, ...] = ("block", "comment", "summary", "open", "silent", "failed")
"""`summary`: it gains something, or may, but nothing worth a comment on its line; `open`: nothing was found, but not
all of it could be looked into, so that its title begins with a question mark; `silent`: it gains nothing."""


@dataclass(frozen=True, slots=True)
class Replay:
    """What the bot would have done on one merged change; `error` says why it could not review it.

    `commit` is what it became on the branch's own line; `page` and `commit_page` are addresses for people, "" where
    the repository's own address makes none.
    """

    number: int
    title: str
    base: str
    head: str
    action: Action
    seconds: float
    review: Review | None = None
    error: str = ""
    merged: date | None = None
    author: str = ""
    commit: str = ""
    page: str = ""
    commit_page: str = ""

    @property
    def name(self) -> str:
        """What people call the change: its number, or the head's short id."""
        return f"#{self.number}" if self.number else self.head[:10]

    @property
    def heading(self) -> str:
        """What its check would have been titled."""
        return self.error if self.review is None else title(self.review)

    @property
    def found(self) -> tuple[Finding, ...]:
        """What the change gained, and what it may have."""
        return () if self.review is None else (*self.review.gained, *self.review.undecided)

    @property
    def unseen(self) -> tuple[Gap, ...]:
        """What the change touches and was not looked into, though access could be behind it."""
        return () if self.review is None else changed_gaps(self.review)


@dataclass(frozen=True, slots=True)
class ReplayedChange:
    """A replay, with the rules that it was judged by and the lines that the change touches."""

    replay: Replay
    rules: ReviewConfig
    touched: Touched

    def inline_comments(self, rules: ReviewConfig | None = None) -> tuple[ReviewComment, ...]:
        """The inline comments as they would have been written, by its rules or others; none where it failed."""
        review = self.replay.review
        return () if review is None else inline_comments(review, self.touched, rules or self.rules)

    def commented(self) -> tuple[Finding, ...]:
        """The findings that those comments are about."""
        if self.replay.review is None:
            return ()
        threads = {comment.thread for comment in self.inline_comments()}
        return tuple(one for one in self.replay.review.gained if one.identity.newest.thread in threads)


@dataclass(frozen=True, slots=True)
class RepositoryHistory:
    """The last changes of one repository, newest first; `of` how many there were to look at.

    They are those that touch Terraform among the last `commits` of `branch` ("" for the default one), whose newest is
    `tip`; 0 where it is not known how many there were.
    """

    name: str
    changes: tuple[ReplayedChange, ...]
    of: int
    branch: str = ""
    tip: str = ""
    commits: int = 0

    @property
    def stopped(self) -> bool:
        """Whether it was ended before all of them were reviewed."""
        return len(self.changes) < self.of

    @property
    def period(self) -> tuple[date, date] | None:
        """The days of the first and the last of them; None if none has one."""
        days = [one.replay.merged for one in self.changes if one.replay.merged is not None]
        return (min(days), max(days)) if days else None

    @property
    def spoken(self) -> tuple[ReplayedChange, ...]:
        """What would have been spoken to on its lines, or failed: what would have been blocked first."""
        said = [one for one in self.changes if one.replay.action in ("block", "comment", "failed")]
        return tuple(sorted(said, key=lambda one: ACTIONS.index(one.replay.action)))

    @property
    def summed_up(self) -> tuple[Replay, ...]:
        """What would have got a summary alone."""
        return tuple(one.replay for one in self.changes if one.replay.action == "summary")

    @property
    def left_open(self) -> tuple[Replay, ...]:
        """What gained nothing that was found, and was not looked into whole."""
        return tuple(one.replay for one in self.changes if one.replay.action == "open")

    @property
    def silent(self) -> tuple[Replay, ...]:
        """What would have passed in silence."""
        return tuple(one.replay for one in self.changes if one.replay.action == "silent")


def action(review: Review, rules: ReviewConfig) -> Action:
    """What the bot would have done, were the mode enforce."""
    if review.verdict == "fail":
        return "block"
    if any(worth_comment(finding, rules) for finding in review.gained):
        return "comment"
    if review.gained or review.undecided:
        return "summary"
    return "open" if is_open(review) else "silent"
