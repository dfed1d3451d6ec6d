"""How a finding's points come about, a line for each kind of access."""

from __future__ import annotations

from collections.abc import Sequence

from bot.review.model import GradeName
from bot.review.prose import Prose, counted
from bot.risk.score import POINTS
from bot.risk.score_components import ScoreComponent


def arithmetic(components: Sequence[ScoreComponent]) -> tuple[Prose, ...]:
    """The components that count, worst first, equal ones in one line."""
    alike: dict[str, list[ScoreComponent]] = {}
    for one in sorted(components, key=lambda one: (-one.points, one.service)):
        alike.setdefault(str(one), []).append(one)
    return tuple(_line(words, same) for words, same in alike.items()) or (Prose("counted with another finding"),)


def _line(words: str, same: Sequence[ScoreComponent]) -> Prose:
    times = f", for {len(same)} principals" if len(same) > 1 else ""
    return Prose(f"{words}{times}, {counted(sum(one.points for one in same), 'point')}")


def by_setting(rule: str, grade: GradeName) -> Prose:
    """That a repository's own setting says what a rule's findings weigh."""
    return Prose(f"{rule} is {grade} by the rules' setting: {counted(POINTS[grade], 'point')} in all")
