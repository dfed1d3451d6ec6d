"""Line notes of a check: plain text, on the head's lines."""

from __future__ import annotations

from typing import Literal

from bot.evaluated.touched import Touched
from bot.forges.port import Annotation
from bot.render.anchor import anchor
from bot.render.markdown import clipped, visible
from bot.render.plain import plain
from bot.review.model import Finding, Location, Review
from bot.review_config.settings import ReviewConfig
from bot.review_config.thresholds import fails, worth_comment

MAX_ANNOTATIONS = 50
"""A forge takes so many in one request."""


def line_notes(review: Review, rules: ReviewConfig, touched: Touched) -> tuple[Annotation, ...]:
    """One note for each new privilege whose line, or the hunk that removed it, is in the diff."""
    notes = (_note(finding, rules, touched) for finding in review.gained)
    return tuple(note for note in notes if note is not None)[:MAX_ANNOTATIONS]


def _note(finding: Finding, rules: ReviewConfig, touched: Touched) -> Annotation | None:
    lines = _head_lines(finding.location, touched)
    if lines is None:
        return None
    path, first, last = lines
    return Annotation(
        path=path,
        line=first,
        end_line=last,
        level=_level(finding, rules),
        title=clipped(visible(f"{_state(finding)}{finding.grade}: {finding.rule}"), 200),
        message=clipped(visible(f"{plain(finding.title)}. {_what_now(finding)}"), 2000),
    )


def _state(finding: Finding) -> str:
    """What the note's title begins with, so that nobody takes what is decided for what is open."""
    return "accepted, " if finding.waiver is not None else ""


def _what_now(finding: Finding) -> str:
    """What is to be done about it; of what was accepted by whom, and until when."""
    waiver = finding.waiver
    if waiver is None:
        return plain(finding.fix)
    return f"Accepted by {waiver.approver or waiver.source} until {waiver.until}: {waiver.reason}"


def _level(finding: Finding, rules: ReviewConfig) -> Literal["notice", "warning", "failure"]:
    if finding.waiver is not None:
        return "notice"
    if finding.kind == "guardrail" or fails(finding, rules):
        return "failure"
    return "warning" if worth_comment(finding, rules) else "notice"


def _head_lines(location: Location, touched: Touched) -> tuple[str, int, int] | None:
    where = anchor(location, touched)
    if where is None or where.line is None:
        return None
    if location.side == "head":
        return where.path, where.start_line or where.line, where.line
    change = touched.by_base[location.file]
    if not change.head:
        return None
    # Where the lines were that are gone: the beginning of their hunk on the head's side.
    starts = [head for base, size, head, _ in change.hunks if base <= where.line < base + size]
    return (change.head, max(starts[0], 1), max(starts[0], 1)) if starts else None
