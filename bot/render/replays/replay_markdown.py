"""Replays as Markdown, for an issue or a wiki: the counts, what settings decide, and each change that is spoken to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.render.markdown import code, folded, table, words
from bot.render.phrases import GRADE_SIGNS, place_words, revision
from bot.render.replays.provenance import (
    Made,
    found_words,
    look_further,
    made_words,
    open_questions,
    remedies,
    taken_words,
)
from bot.render.replays.replay import ACTIONS, Action, Replay, ReplayedChange, RepositoryHistory
from bot.render.replays.tally import cost, early, modes, tally, unseen_places, unseen_words
from bot.render.replays.what_if import at_thresholds, what_ifs
from bot.review.model import Finding

OF_ONE = 12
"""So many open questions of one change are listed."""


def document(histories: Sequence[RepositoryHistory], made: Made) -> str:
    """The whole text."""
    every = tuple(one for history in histories for one in history.changes)
    said = tally(every)
    parts = ["# What iam-review would have said", *([words(ended)] if (ended := early(histories)) else [])]
    parts.append(_repositories(histories))
    taken = (f"{words(history.name)}: {words(taken_words(history))}" for history in histories)
    beside = (words(found_words(said)), *taken, *map(words, made_words(made, every)))
    parts.append("\n".join(f"- {line}" for line in beside))
    parts.append(
        table(("mode", "what it would have meant"), [(code(mode), words(means)) for mode, means in modes(every)])
    )
    thresholds = [(code(at.grade), str(at.blocked), str(at.commented), str(at.comments)) for at in at_thresholds(every)]
    parts.append(table(("from this grade on", "blocked", "changes with comments", "comments"), thresholds))
    settings = [(code(one.setting), words(one.means), str(one.comments), str(one.changes)) for one in what_ifs(every)]
    if settings:
        parts.append(table(("setting", "why", "comments it decides", "on changes"), settings))
    further = f"{said_further}. " if (said_further := look_further(every)) else ""
    parts.append(
        f"Not looked into: {words(', '.join(unseen_words([one.replay for one in every])) or 'nothing')}. {further}"
        f"Undecided: {said.undecided}. {' '.join(cost(histories))}"
    )
    for history in histories:
        parts += [f"## {words(history.name)}", *_changes(history)]
    return "\n\n".join(parts) + "\n"


_NAMES: dict[Action, str] = {
    "block": "would block",
    "comment": "comments only",
    "summary": "summary only",
    "open": "left open",
    "silent": "silent",
    "failed": "failed",
}


def _repositories(histories: Sequence[RepositoryHistory]) -> str:
    rows = []
    for history in histories:
        said = tally(history.changes)
        done = said.actions
        cells = (said.changes, *(done[each] for each in ACTIONS), said.comments)
        rows.append((words(history.name), *map(str, cells)))
    names = ("changes", *(_NAMES[each] for each in ACTIONS), "comments")
    return table(("repository", *names), rows)


def _changes(history: RepositoryHistory) -> Iterator[str]:
    for one in history.spoken:
        heading = f"### {words(one.replay.name)} {words(one.replay.title)}"
        yield "\n".join((heading, "", f"{_about(one.replay)}:", *_told(one)))
    if history.summed_up:
        heading = f"{len(history.summed_up)} gained too little for a comment, or nothing certain: a summary alone"
        yield folded(heading, "\n".join(line for replay in history.summed_up for line in _summed_up(replay)))
    if history.left_open:
        heading = f"{len(history.left_open)} left open: nothing was found, and not all of it could be looked into"
        further = (f"- To look further into {words(one)}" for one in remedies(history.left_open))
        listed = (line for replay in history.left_open for line in _left_open(replay))
        yield folded(heading, "\n".join((*further, *listed)))
    if history.silent:
        yield folded(f"{len(history.silent)} passed in silence", "\n".join(map(_line, history.silent)))


def _line(replay: Replay) -> str:
    return f"- {words(replay.name)} {words(replay.title)} ({_about(replay)})"


def _about(replay: Replay) -> str:
    """When, by whom, which commits, and where people look at it."""
    commits = f"{revision(replay.base)}..{revision(replay.head)}"
    link = replay.page or replay.commit_page
    said = (str(replay.merged or ""), words(replay.author), code(commits), f"[page]({link})" if link else "")
    return ", ".join(filter(None, said))


def _left_open(replay: Replay) -> Iterator[str]:
    yield f"{_line(replay)}: {words(replay.heading)}"
    yield from _questions(replay)


def _questions(replay: Replay) -> Iterator[str]:
    for one in open_questions(replay, OF_ONE):
        yield f"  - {code(one.place)} {words(one.what)}"
    if len(replay.unseen) > OF_ONE:
        yield f"  - and {len(replay.unseen) - OF_ONE} more"


def _unseen(replay: Replay) -> str:
    return f"not looked into: {words('; '.join(unseen_places(replay)))}"


def _summed_up(replay: Replay) -> Iterator[str]:
    yield f"{_line(replay)}: {_unseen(replay)}" if replay.unseen else _line(replay)
    for finding in replay.found:
        yield f"  {_finding_line(finding)}"


def _told(one: ReplayedChange) -> Iterator[str]:
    replay = one.replay
    if replay.review is None:
        yield f"could not be reviewed: {words(replay.error)}"
        return
    done = "block" if replay.action == "block" else "get comments"
    yield f"would {done}: {replay.review.grade} {replay.review.score}"
    yield from map(_finding_line, one.commented())
    if replay.unseen:
        yield f"- {_unseen(replay)}"


def _finding_line(finding: Finding) -> str:
    return f"- {GRADE_SIGNS[finding.grade]} {place_words(finding.location)}: {words(finding.title)}"
