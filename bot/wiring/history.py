"""Composition of `history`: replays merged changes offline and tells what the bot would have done."""

from __future__ import annotations

import contextlib
import functools
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from bot import __version__
from bot.contents.git import GitContents
from bot.contents.merged import BranchLine, MergedChange, branch_line, merged_changes
from bot.contents.once import Once
from bot.contents.origin import origin_place
from bot.contents.work_tree import Checkout
from bot.errors import ContentsError, ReviewFailed
from bot.evaluated.touched import Touched, parse_diff
from bot.forges.repository_pages import RepositoryPages, pages_of
from bot.frozen import dataclass
from bot.render import json as contract
from bot.render.markdown import visible
from bot.render.replays.provenance import Made
from bot.render.replays.replay import Replay, ReplayedChange, RepositoryHistory, action
from bot.render.replays.tally import tally
from bot.render.replays.what_if import at_fail_closed
from bot.review.codec import encode, to_plain
from bot.review.prose import counted
from bot.review_config.settings import ReviewConfig
from bot.review_process.parent import run
from bot.review_process.rounds import Options, ReviewedChange, review_contents, with_declared_waivers
from bot.wiring.known_pages import PUBLIC
from bot.wiring.offline import with_modules_here


@dataclass(frozen=True, slots=True)
class MergedInto:
    """A repository's merged changes, newest first, what reviews one of them, and the line they were taken from.

    `page` and `commit_page` give addresses for people, "" where none is known.
    """

    name: str
    changes: tuple[MergedChange, ...]
    review: Callable[[MergedChange], ReviewedChange]
    line: BranchLine = BranchLine()
    page: Callable[[int], str] = RepositoryPages().of_change
    commit_page: Callable[[str], str] = RepositoryPages().of_commit


def merged_into(directories: Sequence[Path], revision: str, last: int, options: Options) -> tuple[MergedInto, ...]:
    """The `last` changes of each of these repositories; nothing is reviewed yet. Raises RevisionError."""
    checkouts = [checkout.top if (checkout := Checkout.holding(each)) else each for each in directories]
    found = zip(names(checkouts), checkouts, strict=True)
    return tuple(_merged_into(name, top, revision, last, options) for name, top in found)


def _merged_into(name: str, top: Path, revision: str, last: int, options: Options) -> MergedInto:
    changes = merged_changes(top, revision, last)
    pages = pages_of(*origin_place(top), PUBLIC)
    review = functools.partial(_reviewed, top, options)
    return MergedInto(name, changes, review, branch_line(top, revision, changes), pages.of_change, pages.of_commit)


def _reviewed(directory: Path, options: Options, change: MergedChange) -> ReviewedChange:
    """In a child process: a change that needs too much ends alone."""
    contents = Once(GitContents.local(directory, change.base, change.head))
    return review_contents(contents, run, with_modules_here(options, contents, (directory,)))


def replays(repository: MergedInto) -> Iterator[ReplayedChange]:
    """The changes as they are reviewed."""
    for change in repository.changes:
        yield _one(repository, change)


def _one(into: MergedInto, change: MergedChange) -> ReplayedChange:
    started = time.perf_counter()
    about = functools.partial(
        Replay,
        change.number,
        change.title,
        change.base,
        change.head,
        merged=change.merged,
        author=change.author,
        commit=change.commit,
        page=into.page(change.number),
        commit_page=into.commit_page(change.commit),
    )
    try:
        reviewed = with_declared_waivers(into.review(change), datetime.now(UTC).date())
    except (ReviewFailed, ContentsError) as error:
        failed = about("failed", _since(started), error=str(error))
        return ReplayedChange(failed, ReviewConfig(), Touched())
    done = about(action(reviewed.review, reviewed.rules), _since(started), reviewed.review)
    return ReplayedChange(done, reviewed.rules, parse_diff(reviewed.revisions.diff))


def _since(started: float) -> float:
    return round(time.perf_counter() - started, 3)


def replayed(
    repositories: Sequence[MergedInto],
    heard: Callable[[ReplayedChange], None],
    ended: Callable[[RepositoryHistory], None],
) -> tuple[RepositoryHistory, ...]:
    """All of them, one after the other; each change, and each repository, is told as soon as it is done.

    Ctrl-C, SIGTERM and SIGHUP end it early, so that what was reviewed until then is all that comes back.
    """
    histories = []
    early = False
    with _signals_interrupt():
        for repository in repositories:
            changes: list[ReplayedChange] = []
            try:
                for one in () if early else replays(repository):
                    changes.append(one)
                    heard(one)
            except KeyboardInterrupt:
                early = True
            histories.append(history_of(repository, changes))
            ended(histories[-1])
    return tuple(histories)


def history_of(repository: MergedInto, changes: Sequence[ReplayedChange]) -> RepositoryHistory:
    """The repository with those of its changes that were reviewed."""
    line = repository.line
    of = len(repository.changes)
    return RepositoryHistory(repository.name, tuple(changes), of, line.branch, line.tip, line.commits)


@contextlib.contextmanager
def _signals_interrupt() -> Iterator[None]:
    """Signals that would end this process end the block as Ctrl-C does; those that are ignored (nohup) stay so."""
    taken = [each for each in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(each) is signal.SIG_DFL]
    for each in taken:
        signal.signal(each, signal.default_int_handler)
    try:
        yield
    finally:
        for each in taken:
            signal.signal(each, signal.SIG_DFL)


def names(directories: Sequence[Path]) -> list[str]:
    """What to call the repositories: each by its folder, and by the one above where two folders are called the same."""
    short = [directory.resolve().name for directory in directories]
    return [
        name if short.count(name) == 1 else f"{directory.resolve().parent.name}/{name}"
        for name, directory in zip(short, directories, strict=True)
    ]


def tell(
    repositories: Sequence[MergedInto],
    output: str,
    say: Callable[[str], None],
    aside: Callable[[str], None],
    rules: str = "",
) -> int:
    """Replay them and tell it, in one of HistoryFormat: `say` is for what was asked for, `aside` for people beside it.

    `rules` are where the rules came from, in words.

    Returns the exit code: 130 where it was ended early, 3 where a change could not be reviewed.
    """
    one_document = output not in ("terminal", "json")
    lines = aside if one_document else say
    summed_up = say if output == "terminal" else aside

    def heard(one: ReplayedChange) -> None:
        lines(as_json(one.replay) if output == "json" else line(one.replay))

    def ended(history: RepositoryHistory) -> None:
        for said in summary(history):
            summed_up(f"{history.name}: {said}" if len(repositories) > 1 else said)

    histories = replayed(repositories, heard, ended)
    if one_document:
        say(document(histories, output, rules).removesuffix("\n"))
    if any(history.stopped for history in histories):
        return 130
    return 3 if any(one.replay.action == "failed" for history in histories for one in history.changes) else 0


def rules_words(config: Path | None, fail_at: str, served: bool) -> str:
    """Where the rules come from that changes are judged by."""
    own = "each change by the .iam-review.yaml that its base has, else by the built-in ones"
    told = f"those of {config.name}" if config else f"{own}, with the server's organisation" if served else own
    return f"{told}, with --fail-at {fail_at}" if fail_at else told


def document(histories: Sequence[RepositoryHistory], output: str, rules: str = "") -> str:
    """All of them in one text: html, markdown or csv; `rules` are where the rules came from, in words."""
    made = Made(__version__, datetime.now(UTC).date(), rules)
    match output:
        case "html":
            from bot.render.replays import replay_page

            return replay_page.document(histories, made)
        case "markdown":
            from bot.render.replays import replay_markdown

            return replay_markdown.document(histories, made)
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
    """One change as a line of JSON; its review is that of the JSON contract."""
    review = None if outcome.review is None else msgspec.json.decode(contract.write(outcome.review))
    return encode({**to_plain(outcome), "review": review}).decode()


def summary(history: RepositoryHistory) -> list[str]:
    """What the whole replay of a repository says, for a team that thinks about adopting the bot."""
    if not history.of:
        return ["no change of this branch touches Terraform; --branch names another, --repo another repository"]
    early = [f"ended early, after {len(history.changes)} of {history.of} changes"] if history.stopped else []
    if not history.changes:
        return early
    said = tally(history.changes)
    closed = {at.setting: at for at in at_fail_closed(history.changes)}
    return [
        *early,
        f"{counted(said.changes, 'change')}: {said.actions['block']} would block, "
        f"{said.actions['comment']} would get comments, "
        f"{said.actions['summary']} would get a summary alone, "
        f"{said.actions['open']} would be left open (nothing found, not looked into whole), "
        f"{said.actions['silent']} would stay silent, "
        f"{said.actions['failed']} could not be reviewed",
        f"policies evaluated completely: {said.complete} of {said.policies}; undecided findings: {said.undecided}",
        f"not looked into, by kind: {', '.join(f'{kind} {count}' for kind, count in said.gaps) or 'nothing'}",
        f"with fail_closed: changed, {closed['changed'].blocked} would block",
        f"seconds a change: median {said.median:.2f}, worst {said.worst:.2f}",
    ]
