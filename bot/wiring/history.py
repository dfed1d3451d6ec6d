"""Composition of `history`: replays merged changes offline and tells what the bot would have done."""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.contents.git import GitContents
from bot.contents.merged import MergedChange, merged_changes
from bot.errors import ContentsError, ReviewFailed
from bot.evaluated.touched import Touched, parse_diff
from bot.render.markdown import visible
from bot.render.phrases import counted
from bot.render.replays.replay import Replay, ReplayedChange, RepositoryHistory, action
from bot.render.replays.tally import tally
from bot.review.codec import encode
from bot.review_config.settings import ReviewConfig
from bot.review_process.parent import run
from bot.review_process.rounds import Options, review_contents, with_declared_waivers


def replays(directory: Path, revision: str, last: int, options: Options) -> Iterator[ReplayedChange]:
    """The `last` merged changes as they are reviewed, newest first. Raises RevisionError.

    Each is reviewed in a child process: one that needs too much ends alone.
    """
    for change in merged_changes(directory, revision, last):
        yield _one(directory, change, options)


def _one(directory: Path, change: MergedChange, options: Options) -> ReplayedChange:
    started = time.perf_counter()
    about = functools.partial(Replay, change.number, change.title, change.base, change.head, merged=change.merged)
    try:
        contents = GitContents.local(directory, change.base, change.head)
        reviewed = with_declared_waivers(review_contents(contents, run, options), datetime.now(UTC).date())
    except (ReviewFailed, ContentsError) as error:
        failed = about("failed", _since(started), error=str(error))
        return ReplayedChange(failed, ReviewConfig(), Touched())
    done = about(action(reviewed.review, reviewed.rules), _since(started), reviewed.review)
    return ReplayedChange(done, reviewed.rules, parse_diff(reviewed.revisions.diff))


def _since(started: float) -> float:
    return round(time.perf_counter() - started, 3)


def names(directories: Sequence[Path]) -> list[str]:
    """What to call the repositories: each by its folder, and by the one above where two folders are called the same."""
    short = [directory.resolve().name for directory in directories]
    return [
        name if short.count(name) == 1 else f"{directory.resolve().parent.name}/{name}"
        for name, directory in zip(short, directories, strict=True)
    ]


def document(histories: Sequence[RepositoryHistory], output: str) -> str:
    """All of them in one text: html, markdown or csv."""
    match output:
        case "html":
            from bot.render.replays import replay_page

            return replay_page.document(histories)
        case "markdown":
            from bot.render.replays import replay_markdown

            return replay_markdown.document(histories)
        case _:
            from bot.render.replays import replay_csv

            return replay_csv.table(histories)


def line(outcome: Replay) -> str:
    """One change as a line for people, and the worst that it gains as another."""
    review = outcome.review
    verdict = f"{review.grade} {review.score}" if review else outcome.error
    found = f"{len(review.gained)} gained, {len(review.undecided)} undecided" if review else ""
    unseen = f", {len(outcome.unseen)} not analysed" if outcome.unseen else ""
    about = f"{outcome.name:8} {outcome.title[:60]:60}"
    told = f"{outcome.action:8} {outcome.seconds:6.2f} s  {about}  {verdict}: {found}{unseen}"
    worst = review.gained[0] if review and review.gained else None
    return told if worst is None else f"{told}\n{'':20}{worst.grade}: {visible(worst.title)}"


def as_json(outcome: Replay) -> str:
    """One change as a line of JSON."""
    return encode(outcome).decode()


def summary(changes: Sequence[ReplayedChange]) -> list[str]:
    """What the whole replay says, for a team that thinks about adopting the bot."""
    if not changes:
        return ["no change of this branch touches Terraform; --branch names another, --repo another repository"]
    said = tally(changes)
    return [
        f"{counted(said.changes, 'change')}: {said.actions['block']} would block, "
        f"{said.actions['comment']} would get comments, "
        f"{said.actions['summary']} would get a summary alone, "
        f"{said.actions['silent']} would stay silent ({said.unseen} of them not looked into whole), "
        f"{said.actions['failed']} could not be reviewed",
        f"policies evaluated completely: {said.complete} of {said.policies}; undecided findings: {said.undecided}",
        f"not looked into, by kind: {', '.join(f'{kind} {count}' for kind, count in said.gaps) or 'nothing'}",
        f"seconds a change: median {said.median:.2f}, worst {said.worst:.2f}",
    ]
