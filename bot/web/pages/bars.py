"""Where the bars of the trend stand: numbers for a drawing, worked out apart from the page that it is drawn on."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from bot.frozen import dataclass
from bot.review.model import GRADES
from bot.web.pages.weeks import Period

WIDTH, HEIGHT = 760, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 18, 48, 22, 34
_WIDEST_SLOT = 84
_LABELS = 9
_TOTALS_UP_TO = 14


@dataclass(frozen=True, slots=True)
class BarPart:
    """The findings of one grade in a bar."""

    grade: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One period: `told` is all of it in words, `label` and `total` are "" where there is no room for them."""

    x: float
    width: float
    top: float
    parts: tuple[BarPart, ...]
    told: str
    label: str
    total: str

    @property
    def middle(self) -> float:
        """Where its labels stand."""
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class Bars:
    """The drawing: lines across it with their number and height, and the bars from left to right.

    The numbers stand at the right, beside what is newest.
    """

    lines: tuple[tuple[int, float], ...]
    bars: tuple[Bar, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    floor: int = HEIGHT - _BOTTOM


def bars(periods: Sequence[Period]) -> Bars:
    """A bar each; one alone is as readable as sixty."""
    most = max((one.total for one in periods), default=0)
    step = _step(most)
    most = max(-(-most // step), 1) * step
    scale = (HEIGHT - _BOTTOM - _TOP) / most
    slot = min((WIDTH - _LEFT - _RIGHT) / max(len(periods), 1), _WIDEST_SLOT)
    first = WIDTH - _RIGHT - slot * len(periods)
    every = -(-len(periods) // _LABELS)
    drawn = []
    for place, one in enumerate(periods):
        label = one.label if (len(periods) - 1 - place) % every == 0 else ""
        total = str(one.total) if one.total and len(periods) <= _TOTALS_UP_TO else ""
        drawn.append(_bar(one, first + place * slot, slot, scale, label, total))
    lines = tuple((number, round(HEIGHT - _BOTTOM - number * scale, 1)) for number in range(0, most + 1, step))
    return Bars(lines, tuple(drawn))


def _bar(one: Period, x: float, slot: float, scale: float, label: str, total: str) -> Bar:
    """The mildest at the bottom."""
    parts, y = [], float(HEIGHT - _BOTTOM)
    for grade in GRADES:
        if number := one.found.get(grade, 0):
            y -= number * scale
            parts.append(BarPart(grade, round(y, 1), round(number * scale, 1)))
    words = [f"{one.found[grade]} {grade}" for grade in reversed(GRADES) if one.found.get(grade)]
    told = f"{one.label}: {', '.join(words) or 'none'}"
    return Bar(round(x + slot * 0.12, 1), round(slot * 0.76, 1), round(y, 1), tuple(parts), told, label, total)


def _step(most: int) -> int:
    """Between two lines: 1, 2 or 5 and noughts, so that there are no more than five of them."""
    steps = (int(f"{first}{'0' * noughts}") for noughts in count() for first in (1, 2, 5))
    return next(step for step in steps if step * 5 >= most)
