"""Findings with the source lines around them, so that a report can be shown where the source is not."""

from __future__ import annotations

import dataclasses

from bot.evaluated.source_tree import SourceTree
from bot.frontends.front_ends import holds_values
from bot.review.model import ExcerptLine, Finding, Location, Review

AROUND = 2
"""Lines before and after the causing ones; none in a var file, whose other values are nobody's business."""

MAX_LINES = 12
MAX_LINE = 240


def with_excerpts(review: Review, base: SourceTree, head: SourceTree) -> Review:
    """The review with an excerpt in each finding, gained, undecided or lost."""

    def shown(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        return tuple(
            dataclasses.replace(one, excerpt=_excerpt(one.location, head if one.location.side == "head" else base))
            for one in findings
        )

    return dataclasses.replace(
        review, gained=shown(review.gained), undecided=shown(review.undecided), lost=shown(review.lost)
    )


def _excerpt(where: Location, tree: SourceTree) -> tuple[ExcerptLine, ...]:
    content, around = tree.read(where.file), 0 if holds_values(where.file) else AROUND
    if content is None or where.line < 1:
        return ()
    lines = content.decode("utf-8", "replace").split("\n")
    first = max(where.line - around, 1)
    last = min(where.end_line + around, first + MAX_LINES - 1, len(lines))
    return tuple(
        ExcerptLine(number, _short(lines[number - 1]), where.line <= number <= where.end_line)
        for number in range(first, last + 1)
    )


def _short(text: str) -> str:
    line = text.rstrip("\r").expandtabs(4)
    return line if len(line) <= MAX_LINE else f"{line[: MAX_LINE - 1]}…"
