"""Replays as Markdown, for an issue or a wiki: the counts, what settings decide, and each change that is spoken to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.render.markdown import code, folded, table, words
from bot.render.phrases import GRADE_SIGNS, place_words
from bot.render.replays.replay import Replay, ReplayedChange, RepositoryHistory
from bot.render.replays.tally import cost, early, modes, tally, unseen_places, unseen_words
from bot.render.replays.what_if import at_thresholds, what_ifs
from bot.review.model import Finding


def document(histories: Sequence[RepositoryHistory]) -> str:
    """The whole text."""
    every = tuple(one for history in histories for one in history.changes)
    said = tally(every)
    parts = ["# What iam-review would have said", *([words(ended)] if (ended := early(histories)) else [])]
    parts.append(_repositories(histories))
    parts.append(
        table(("mode", "what it would have meant"), [(code(mode), words(means)) for mode, means in modes(said)])
    )
    thresholds = [(code(at.grade), str(at.blocked), str(at.commented), str(at.comments)) for at in at_thresholds(every)]
    parts.append(table(("from this grade on", "blocked", "changes with comments", "comments"), thresholds))
    settings = [(code(one.setting), words(one.means), str(one.comments), str(one.changes)) for one in what_ifs(every)]
    if settings:
        parts.append(table(("setting", "why", "comments it decides", "on changes"), settings))
    parts.append(
        f"Not looked into: {words(', '.join(unseen_words([one.replay for one in every])) or 'nothing')}. "
        f"Undecided: {said.undecided}. {' '.join(cost(histories))}"
    )
    for history in histories:
        parts += [f"## {words(history.name)}", *_changes(history)]
    return "\n\n".join(parts) + "\n"


def _repositories(histories: Sequence[RepositoryHistory]) -> str:
    rows = []
    for history in histories:
        said = tally(history.changes)
        done = said.actions
        silent = f"{done['silent']} ({said.unseen} not looked into whole)" if said.unseen else str(done["silent"])
        cells = (said.changes, *(done[each] for each in ("block", "comment", "summary")), silent, done["failed"])
        rows.append((words(history.name), *map(str, (*cells, said.comments))))
    names = ("changes", "would block", "comments only", "summary only", "silent", "failed", "comments")
    return table(("repository", *names), rows)


def _changes(history: RepositoryHistory) -> Iterator[str]:
    for one in history.spoken:
        yield "\n".join((f"### {words(one.replay.name)} {words(one.replay.title)}", "", *_told(one)))
    if history.summed_up:
        heading = f"{len(history.summed_up)} gained too little for a comment, or nothing certain: a summary alone"
        yield folded(heading, "\n".join(line for replay in history.summed_up for line in _summed_up(replay)))
    if history.silent:
        unseen = sum(bool(replay.unseen) for replay in history.silent)
        heading = f"{len(history.silent)} passed in silence, {unseen} of them not looked into whole"
        yield folded(heading, "\n".join(map(_silent, history.silent)))


def _silent(replay: Replay) -> str:
    told = f"- {words(replay.name)} {words(replay.title)}"
    return f"{told}: {_unseen(replay)}" if replay.unseen else told


def _unseen(replay: Replay) -> str:
    return f"not looked into: {words('; '.join(unseen_places(replay)))}"


def _summed_up(replay: Replay) -> Iterator[str]:
    yield _silent(replay)
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
