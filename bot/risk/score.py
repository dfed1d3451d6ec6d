"""Points for cells, and the score of a review: 0 to 100, never lower for more access."""

from __future__ import annotations

from bot.review.model import GRADES, GradeName

POINTS: dict[GradeName, int] = {"none": 0, "low": 1, "medium": 4, "high": 15, "critical": 40}

BANDS: dict[GradeName, tuple[int, int]] = {
    "none": (0, 0),
    "low": (1, 24),
    "medium": (25, 49),
    "high": (50, 79),
    "critical": (80, 100),
}
"""The first and last score of each grade: the number never contradicts the word."""

HALF = 40
"""So many points beyond the worst cell fill half of a band, twice as many three quarters, and so on."""


def score_of(grade: GradeName, points: int) -> int:
    """The score of findings whose worst grade is `grade` and whose points add up to `points`."""
    low, high = BANDS[grade]
    beyond = max(points - POINTS[grade], 0)
    unfilled: float = 0.5 ** (beyond / HALF)
    return low + round((high - low) * (1 - unfilled))


def worst(grades: list[GradeName]) -> GradeName:
    """The worst of some grades, "none" if there are none."""
    return max(grades, key=GRADES.index, default="none")


def step_down(grade: GradeName, ceiling: GradeName) -> GradeName:
    """The grade, at most `ceiling`."""
    return min(grade, ceiling, key=GRADES.index)
