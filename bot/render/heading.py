"""What heads a review, as facts: the grade, the counts, and whether it stands with a question mark."""

from __future__ import annotations

from collections.abc import Iterator

from bot.frozen import dataclass
from bot.render.gap_list import not_reviewed
from bot.review.model import GradeName, Review
from bot.review.prose import counted
from bot.risk.verdict import changed_gaps, is_open

QUESTION = "?"
"""Heads the title of a review that left something open and does not block for what it did find."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The facts of a title.

    `asks`: it stands with a question mark, never with a tick. `graded`: new access that nobody has accepted leads.
    `not_reviewed` tells of roots that were not reviewed for reasons of ours, `rules_unreadable` that nothing can pass,
    `by_earlier_rules` that an earlier version counts of rules that cannot be read.
    """

    asks: bool
    graded: bool
    grade: GradeName
    score: int
    new: int
    rules_change: bool
    accepted: int
    undecided: int
    not_analysed: int
    removed: int
    complete: bool
    not_reviewed: str = ""
    rules_unreadable: bool = False
    by_earlier_rules: bool = False
    not_today: int = 0
    outside: bool = False
    """Whether the change is about other systems' access too, which nothing is said of."""

    @property
    def title(self) -> str:
        """ "CRITICAL 92: 2 new privileges, 1 not analysed"; "No IAM privilege change" only if nothing is open."""
        return f"{QUESTION} {self.words}" if self.asks else self.words

    @property
    def words(self) -> str:
        """The title for where the question mark is a sign of its own."""
        return f"{self._said()}, by earlier rules" if self.by_earlier_rules else self._said()

    def _said(self) -> str:
        said = ", ".join(self._counts())
        if self.graded:
            return f"{self.grade.upper()} {self.score}: {said}"
        if self.rules_unreadable:
            return f"The rules cannot be read{f': {said}' if said else ''}"
        if self.accepted or said:
            return ": ".join(filter(None, (self._nothing_new(), said)))
        if not self.complete:
            return "No new privilege found, but not everything could be analysed"
        if self.removed:
            return f"No new privilege, {counted(self.removed, 'privilege')} removed"
        return "No AWS IAM privilege change" if self.outside else "No IAM privilege change"

    def _nothing_new(self) -> str:
        if not self.accepted:
            return "No new privilege proved"
        beyond = "Nothing is proved beyond" if self.asks else "Nothing beyond"
        return f"{beyond} what was accepted ({self.accepted})"

    @property
    def is_silent(self) -> bool:
        """Whether nothing was found, removed or left open."""
        open_or_removed = (
            self.asks or self.rules_unreadable or self.by_earlier_rules or bool(self.removed) or not self.complete
        )
        return not open_or_removed and not self.accepted and not any(self._counts())

    def _not_today(self) -> str:
        """How much of what is new a variable's default keeps out today."""
        if not self.not_today:
            return ""
        return ", nothing today" if self.not_today == self.new else f" ({self.not_today} not today)"

    def _counts(self) -> Iterator[str]:
        if self.new:
            yield f"{counted(self.new, 'new privilege')}{self._not_today()}"
        if self.graded and self.rules_unreadable:
            yield "the rules cannot be read"
        if self.rules_change:
            yield "the rules change"
        if self.graded and self.accepted:
            yield f"{self.accepted} accepted"
        if self.undecided:
            yield f"{self.undecided} undecided"
        if self.not_analysed:
            yield f"{self.not_analysed} not analysed"
        if self.not_reviewed:
            yield self.not_reviewed


def heading(review: Review) -> Heading:
    """The facts that head a review; what was accepted is counted as that alone."""
    gained = [finding for finding in review.gained if finding.waiver is None]
    undecided = [finding for finding in review.undecided if finding.waiver is None]
    access = sum(finding.kind != "config" for finding in gained)
    return Heading(
        asks=is_open(review) and not (gained and review.verdict == "fail"),
        graded=bool(gained),
        grade=review.grade,
        score=review.score,
        new=access,
        rules_change=access < len(gained),
        accepted=len(review.gained) - len(gained) + len(review.undecided) - len(undecided),
        undecided=len(undecided),
        not_analysed=sum(gap.cause == "open" for gap in changed_gaps(review)),
        removed=len(review.lost),
        complete=review.complete,
        not_reviewed=not_reviewed(review),
        rules_unreadable=bool(review.rules_problems),
        by_earlier_rules=review.earlier_rules is not None,
        not_today=sum(finding.disabled_by_default for finding in gained),
        outside=bool(review.dispositions.outside),
    )


def title(review: Review) -> str:
    """The one line that says it all."""
    return heading(review).title
