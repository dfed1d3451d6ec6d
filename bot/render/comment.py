"""Inline comments: one a finding, consequence first."""

from __future__ import annotations

from dataclasses import dataclass

from bot.forge.port import ReviewComment
from bot.risk.finding import Finding, Review
from bot.risk.settings import Rules
from bot.touched import Touched


@dataclass(frozen=True, slots=True)
class Placed:
    """The inline comments of a review, and the findings that are only in the summary."""

    comments: tuple[ReviewComment, ...]
    summary_only: tuple[Finding, ...]


def inline_comments(review: Review, touched: Touched, rules: Rules) -> Placed:
    """Comments for the worst findings at or above the rules' threshold, each at its anchor."""
    raise NotImplementedError
