"""Leaves out what is in files that the rules ignore, and says how much that was."""

from __future__ import annotations

import dataclasses

from bot.review.model import Finding, Review
from bot.review_config.settings import ReviewConfig
from bot.review_config.thresholds import path_glob


def without_ignored(review: Review, rules: ReviewConfig) -> Review:
    """The review without findings, gaps and advice in ignored files.

    Guardrails and changes of the rules themselves are never ignored.
    """
    if not rules.ignored_paths:
        return review
    globs = [path_glob(pattern) for pattern in rules.ignored_paths]

    def ignored(file: str) -> bool:
        return any(glob.fullmatch(file) for glob in globs)

    def kept(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        return tuple(one for one in findings if one.kind in ("config", "guardrail") or not ignored(one.location.file))

    gaps = tuple(gap for gap in review.gaps if not ignored(gap.file))
    left = dataclasses.replace(
        review,
        gained=kept(review.gained),
        undecided=kept(review.undecided),
        lost=kept(review.lost),
        gaps=gaps,
        lint=tuple(one for one in review.lint if not ignored(one.location.file)),
        complete=not any(gap.is_open for gap in gaps),
    )
    return dataclasses.replace(left, notes=(*review.notes, *_said(review, left)))


def _said(before: Review, after: Review) -> tuple[str, ...]:
    counts = {
        "new privileges": len(before.gained) - len(after.gained),
        "undecided": len(before.undecided) - len(after.undecided),
        "not analysed": sum(gap.changed for gap in before.gaps) - sum(gap.changed for gap in after.gaps),
    }
    said = ", ".join(f"{what} {count}" for what, count in counts.items() if count)
    return (f"Left out, in files that the rules ignore: {said}.",) if said else ()
