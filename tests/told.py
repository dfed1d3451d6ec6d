"""How cases write down what is told of a place: "kind at file:line: words"."""

from __future__ import annotations

from collections.abc import Iterable

from bot.evaluated.config import EvaluationGap
from bot.evaluated.diagnostic import Diagnostic
from bot.extract import ExtractionGap
from bot.render.gap_words import gap_words
from bot.review.model import Gap


def told(found: Diagnostic) -> str:
    """One diagnostic."""
    return f"{found.kind} at {found.span}: {found.reason}"


def told_of(gaps: Iterable[EvaluationGap | ExtractionGap]) -> list[str]:
    """Each once, in order."""
    return list(dict.fromkeys(told(gap.diagnostic) for gap in gaps))


def told_in_review(gaps: Iterable[Gap]) -> list[str]:
    """Those of a review that its change touches."""
    return [f"{gap.kind} at {gap.file}:{gap.line}: {gap_words(gap)}" for gap in gaps if gap.changed]
