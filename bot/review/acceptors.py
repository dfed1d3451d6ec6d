"""Who may accept what a review found."""

from __future__ import annotations

from bot.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Acceptors:
    """Which logins and teams may accept what was found, for so many days, `by_approval` of the change as well."""

    names: tuple[str, ...]
    by_approval: bool
    days: int
