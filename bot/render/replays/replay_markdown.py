"""Replays as Markdown, for an issue or a wiki: the counts, what settings decide, and each change that is spoken to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.render.markdown import code, folded, table, words
from bot.render.phrases import GRADE_SIGNS, place_words
from bot.render.replays.replay import ReplayedChange, RepositoryHistory
from bot.render.replays.tally import modes, tally
from bot.render.replays.what_if import at_thresholds, what_ifs


def document(histories: Sequence[RepositoryHistory]) -> str:
    """The whole text."""
    every = tuple(one for history in histories for one in history.changes)
    said = tally(every)
    parts = ["# What iam-review would have said", _repositories(histories)]
    parts.append(
        table(("mode", "what it would have meant"), [(code(mode), words(means)) for mode, means in modes(said)])
    )
    thresholds = [(code(at.grade), str(at.blocked), str(at.commented), str(at.comments)) for at in at_thresholds(every)]
    parts.append(table(("from this grade on", "blocked", "changes with comments", "comments"), thresholds))
    settings = [(code(one.setting), words(one.means), str(one.comments), str(one.changes)) for one in what_ifs(every)]
    if settings:
        parts.append(table(("setting", "why", "comments it decides", "on changes"), settings))
    parts.append(
        f"Not looked into: {', '.join(f'{code(kind)} {count}' for kind, count in said.gaps) or 'nothing'}. "
        f"Undecided: {said.undecided}. Seconds a change: median {said.median:.1f}, worst {said.worst:.1f}; "
        f"{said.total / 60:.1f} minutes of one runner in all."
    )
    for history in histories:
        parts += [f"## {words(history.name)}", *_changes(history.changes)]
    return "\n\n".join(parts) + "\n"


def _repositories(histories: Sequence[RepositoryHistory]) -> str:
    rows = []
    for history in histories:
        said = tally(history.changes)
        done = said.actions
        cells = (said.changes, done["block"], done["comment"], done["silent"], done["failed"], said.comments)
        rows.append((words(history.name), *map(str, cells)))
    return table(("repository", "changes", "would block", "comments only", "silent", "failed", "comments"), rows)


def _changes(changes: Sequence[ReplayedChange]) -> Iterator[str]:
    silent = [one.replay for one in changes if one.replay.action == "silent"]
    for one in changes:
        if one.replay.action != "silent":
            yield "\n".join((f"### {words(one.replay.name)} {words(one.replay.title)}", "", *_told(one)))
    if silent:
        listed = "\n".join(f"- {words(replay.name)} {words(replay.title)}" for replay in silent)
        yield folded(f"{len(silent)} passed in silence", listed)


def _told(one: ReplayedChange) -> Iterator[str]:
    replay = one.replay
    if replay.review is None:
        yield f"could not be reviewed: {words(replay.error)}"
        return
    done = "block" if replay.action == "block" else "get comments"
    yield f"would {done}: {replay.review.grade} {replay.review.score}"
    for finding in one.commented():
        yield f"- {GRADE_SIGNS[finding.grade]} {place_words(finding.location)}: {words(finding.title)}"
