"""How a finding's points come about, a line for each kind of access."""

from __future__ import annotations

from collections.abc import Sequence

from bot.risk.score_components import ScoreComponent
from bot.risk.wording.words import counted


def arithmetic(components: Sequence[ScoreComponent]) -> tuple[str, ...]:
    """The components that count, worst first, equal ones in one line."""
    alike: dict[str, list[ScoreComponent]] = {}
    for one in sorted(components, key=lambda one: (-one.points, one.service)):
        alike.setdefault(str(one), []).append(one)
    return tuple(_line(words, same) for words, same in alike.items()) or ("counted with another finding",)


def _line(words: str, same: Sequence[ScoreComponent]) -> str:
    times = f", for {len(same)} principals" if len(same) > 1 else ""
    return f"{words}{times}, {counted(sum(one.points for one in same), 'point')}"
