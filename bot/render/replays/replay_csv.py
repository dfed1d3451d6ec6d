"""Replays as a table for a spreadsheet: a row a change."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from bot.render.csv_cells import cell
from bot.render.replays.replay import ReplayedChange, RepositoryHistory
from bot.render.replays.what_if import blocks_if_closed

COLUMNS = (
    "repository", "change", "title", "base", "head", "would", "grade", "score", "comments", "gained", "undecided",
    "not_looked_into", "seconds", "worst", "error", "merged", "author", "commit", "page", "said",
    "would_if_fail_closed_changed",
)  # fmt: skip


def _closed(one: ReplayedChange) -> str:
    return "block" if blocks_if_closed(one, "changed") else one.replay.action


def table(histories: Sequence[RepositoryHistory]) -> str:
    """The rows under a line of names; text out of a change begins no formula."""
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(COLUMNS)
    for history in histories:
        for one in history.changes:
            replay, review = one.replay, one.replay.review
            found = (
                ("", "", "", "", "", "", "")
                if review is None
                else (
                    review.grade,
                    review.score,
                    len(one.inline_comments()),
                    len(review.gained),
                    len(review.undecided),
                    len(replay.unseen),
                    cell(review.gained[0].title) if review.gained else "",
                )
            )
            about = (cell(history.name), replay.name, cell(replay.title), replay.base, replay.head, replay.action)
            last = (cell(replay.author), replay.commit, replay.page, cell(replay.heading), _closed(one))
            rows.writerow(
                (*about, *found[:-1], replay.seconds, found[-1], cell(replay.error), replay.merged or "", *last)
            )
    return written.getvalue()
