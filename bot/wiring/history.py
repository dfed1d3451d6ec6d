"""Composition of `history`: replays merged changes offline and tells what the bot would have done."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from bot.contents.git import GitContents
from bot.contents.merged import MergedChange, merged_changes
from bot.errors import ContentsError, ReviewFailed
from bot.frozen import dataclass
from bot.render.markdown import visible
from bot.review.codec import encode
from bot.review.model import Review
from bot.review_config.settings import ReviewConfig
from bot.review_config.thresholds import worth_comment
from bot.review_process.parent import run
from bot.review_process.rounds import Options, ReviewedChange, review_contents, with_declared_waivers

Action = Literal["block", "comment", "silent", "failed"]


@dataclass(frozen=True, slots=True)
class Replay:
    """What the bot would have done on one merged change; `error` says why it could not review it."""

    number: int
    title: str
    base: str
    head: str
    action: Action
    seconds: float
    review: Review | None = None
    error: str = ""


def replay(directory: Path, revision: str, last: int, options: Options, report: Callable[[Replay], None]) -> int:
    """Review the `last` merged changes, newest first, handing each to `report`; returns how many failed.

    Each is reviewed in a child process: one that needs too much ends alone.
    """
    failed = 0
    for change in merged_changes(directory, revision, last):
        outcome = _one(directory, change, options)
        failed += outcome.action == "failed"
        report(outcome)
    return failed


def _one(directory: Path, change: MergedChange, options: Options) -> Replay:
    started = time.perf_counter()
    about = (change.number, change.title, change.base, change.head)
    try:
        contents = GitContents.local(directory, change.base, change.head)
        reviewed = with_declared_waivers(review_contents(contents, run, options), datetime.now(UTC).date())
    except (ReviewFailed, ContentsError) as error:
        return Replay(*about, "failed", _since(started), error=str(error))
    return Replay(*about, _action(reviewed), _since(started), reviewed.review)


def _action(reviewed: ReviewedChange) -> Action:
    if reviewed.review.verdict == "fail":
        return "block"
    return "comment" if speaks(reviewed.review, reviewed.rules) else "silent"


def speaks(review: Review, rules: ReviewConfig) -> bool:
    """Whether any finding is worth an inline comment."""
    return any(worth_comment(finding, rules) for finding in review.gained)


def _since(started: float) -> float:
    return round(time.perf_counter() - started, 3)


def line(outcome: Replay) -> str:
    """One change as a line for people, and the worst that it gains as another."""
    review = outcome.review
    verdict = f"{review.grade} {review.score}" if review else outcome.error
    found = f"{len(review.gained)} gained, {len(review.undecided)} undecided" if review else ""
    unseen = f", {sum(gap.changed for gap in review.gaps)} not analysed" if review else ""
    name = f"#{outcome.number}" if outcome.number else outcome.head[:10]
    told = f"{outcome.action:8} {outcome.seconds:6.2f} s  {name:8} {outcome.title[:60]:60}  {verdict}: {found}{unseen}"
    worst = review.gained[0] if review and review.gained else None
    return told if worst is None else f"{told}\n{'':20}{worst.grade}: {visible(worst.title)}"


def as_json(outcome: Replay) -> str:
    """One change as a line of JSON."""
    return encode(outcome).decode()


def summary(outcomes: Iterable[Replay]) -> list[str]:
    """What the whole replay says, for a team that thinks about adopting the bot."""
    replays = list(outcomes)
    actions = Counter(outcome.action for outcome in replays)
    reviews = [outcome.review for outcome in replays if outcome.review]
    policies, complete = (sum(getattr(review.stats, name) for review in reviews) for name in ("policies", "complete"))
    if not replays:
        return ["no change of this branch touches Terraform; --branch names another, --repo another repository"]
    seconds = sorted(outcome.seconds for outcome in replays)
    return [
        f"{len(replays)} changes: {actions['block']} would block, {actions['comment']} would get comments, "
        f"{actions['silent']} would stay silent, {actions['failed']} could not be reviewed",
        f"policies evaluated completely: {complete} of {policies}; undecided findings: "
        f"{sum(len(review.undecided) for review in reviews)}",
        f"changed gaps by reason: {_reasons(reviews)}",
        f"seconds a change: median {seconds[len(seconds) // 2]:.2f}, worst {seconds[-1]:.2f}",
    ]


def _reasons(reviews: Iterable[Review]) -> str:
    gaps = Counter(gap.kind for review in reviews for gap in review.gaps if gap.changed and gap.carries_policy)
    return ", ".join(f"{kind} {count}" for kind, count in gaps.most_common()) or "none"
