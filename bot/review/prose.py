"""Words for people, of a type of their own: nothing can read them back, take them apart or add to them.

Only `bot.risk.wording` and `bot.render` make them, and only the writers of `bot.render` and the JSON contract
(`bot.review.codec`) turn them into text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NoReturn


class Prose:
    """Words in one line. No dataclass: JSON would show what is inside, where the contract has a string."""

    __slots__ = ("_prose",)
    _prose: str

    def __init__(self, words: str) -> None:
        object.__setattr__(self, "_prose", words)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"prose is not changed: {name}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Prose) and other._prose == self._prose

    def __hash__(self) -> int:
        return hash((Prose, self._prose))

    def __bool__(self) -> bool:
        """Whether anything is said."""
        return bool(self._prose)

    def __repr__(self) -> str:
        return f"Prose({self._prose!r})"

    def __str__(self) -> NoReturn:
        raise TypeError("prose is turned into text by render's writers")

    def __format__(self, spec: str) -> NoReturn:
        raise TypeError("prose is turned into text by render's writers")

    def hiding(self, hide: Callable[[str], str]) -> Prose:
        """The same without what must not be shown."""
        return Prose(hide(self._prose))


NOTHING_SAID = Prose("")


def nothing_said() -> Prose:
    """The default of a field of prose: JSON Schema cannot be told of one that is a value."""
    return NOTHING_SAID


def text_of_prose(prose: Prose) -> str:
    """Its text, for a writer."""
    return prose._prose


def counted(count: int, thing: str) -> str:
    """ "1 more grant", "2 more grants"."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def and_more(left: int) -> str:
    """ " and 2 more"; "" of none."""
    return f" and {left} more" if left > 0 else ""


def first_few(names: Sequence[str], most: int) -> str:
    """ "a, b and 2 more": so many of them by their names."""
    return f"{', '.join(names[:most])}{and_more(len(names) - most)}"
