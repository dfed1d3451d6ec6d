"""Where an exception came from: the place in the bot's own code, read off a traceback."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_FRAME = re.compile(r'^\s*File "(?:[^"]*/)?(bot/[^"]+)", line (\d+), in (.+)$', re.MULTILINE)
_TRACEBACK = "Traceback (most recent call last)"
_CHAINED = ("During handling of the above exception", "was the direct cause of the following exception")
KEPT_LINES = 40


@dataclass(frozen=True, slots=True)
class Fault:
    """`where` is a root or a change; `place` the innermost frame of the bot and what was raised there."""

    repository: str
    where: str
    place: str
    traceback: str = ""


def fault(repository: str, where: str, text: str) -> Fault:
    """Of a traceback, or of whatever a program said before it ended."""
    return Fault(repository, where, place(text), "\n".join(text.rstrip().splitlines()[-KEPT_LINES:]))


def faults(repository: str, where: str, text: str) -> tuple[Fault, ...]:
    """One for each traceback that a program printed; one for what it said if there is none."""
    first, *others = text.split(_TRACEBACK)
    pieces: list[str] = []
    for piece in others:
        chained = pieces and any(words in pieces[-1] for words in _CHAINED)
        whole = _TRACEBACK + piece
        pieces[-1:] = [pieces[-1] + whole] if chained else [*pieces[-1:], whole]
    return tuple(fault(repository, where, piece) for piece in pieces or [first])


def place(text: str) -> str:
    """`bot/x.py:12 in f: ValueError: no`; without a traceback the last line."""
    lines = [line for line in text.splitlines() if line.strip()]
    if _TRACEBACK not in text:
        return lines[-1].strip() if lines else "ended without a word"
    last = text.rpartition(_TRACEBACK)[2]
    frames = _FRAME.findall(last)
    at = "{}:{} in {}".format(*frames[-1]) if frames else "outside the bot"
    return f"{at}: {_raised(last)}"


def _raised(last: str) -> str:
    """The first line after the frames: they are indented."""
    after = (line for line in last.splitlines()[1:] if line and not line.startswith((" ", "\t")))
    return next(after, "no exception named").strip()[:300]


def told(faults: Iterable[Fault]) -> Iterator[str]:
    """Lines for people: each place once, with where it was met and one traceback."""
    by_place: dict[str, list[Fault]] = {}
    for one in faults:
        by_place.setdefault(one.place, []).append(one)
    for at, met in by_place.items():
        yield f"\nexception, met {len(met)} times: {at}"
        yield from (f"  in {one.repository}, {one.where}" for one in met)
        yield from (f"  | {line}" for line in met[0].traceback.splitlines())
