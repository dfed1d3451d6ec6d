"""Is everything one pattern matches matched by a union of others? If not, by what shortest string?

The union runs as one bit-parallel automaton: a state is an integer with a bit for every place in
every pattern that may have been reached.
"""

from __future__ import annotations

from collections import deque
from functools import lru_cache

from bot.frozen import dataclass
from bot.iam.pattern import (
    ANY,
    FRESH,
    SEGMENT_ANY,
    SEGMENT_STAR,
    STAR,
    STARS,
    TooComplex,
    covers_char,
    is_symbol,
    letters,
)

MAX_STATES = 4_000
"""How many states are looked at before the question counts as too complex."""

MAX_WORK = 600_000
"""States times bits of automaton."""


@dataclass(frozen=True, slots=True)
class _Union:
    """The automaton of a union of patterns; all masks are over positions, one bit each."""

    start: int
    stars: int
    segment_stars: int
    anys: int
    segment_anys: int
    exact: dict[str, int]
    final: int
    endless: int

    def close(self, state: int) -> int:
        stars = self.stars | self.segment_stars
        while True:
            wider = state | ((state & stars) << 1)
            if wider == state:
                return state
            state = wider

    def step(self, state: int, char: str) -> int:
        symbol = is_symbol(char)
        moving = state & self.exact.get(char, 0)
        if not symbol:
            moving |= state & self.anys
        staying = state & self.stars
        if char != ":":
            moving |= 0 if symbol else state & self.segment_anys
            staying |= state & self.segment_stars
        return self.close((moving << 1) | staying)

    def expected(self, state: int) -> list[str]:
        return [char for char, mask in self.exact.items() if mask & state]


def _automaton(patterns: tuple[str, ...]) -> _Union:
    masks: dict[str, int] = {STAR: 0, SEGMENT_STAR: 0, ANY: 0, SEGMENT_ANY: 0}
    exact: dict[str, int] = {}
    start = final = endless = 0
    at = 0
    for pattern in patterns:
        start |= 1 << at
        for char in pattern:
            if char in masks:
                masks[char] |= 1 << at
            else:
                for letter in letters(char):
                    exact[letter] = exact.get(letter, 0) | 1 << at
            at += 1
        final |= 1 << at
        if pattern.endswith(STAR):
            endless |= 1 << (at - 1)
        at += 1
    union = _Union(start, masks[STAR], masks[SEGMENT_STAR], masks[ANY], masks[SEGMENT_ANY], exact, final, endless)
    return _Union(
        union.close(start),
        union.stars,
        union.segment_stars,
        union.anys,
        union.segment_anys,
        exact,
        final,
        endless,
    )


def uncovered_example(pattern: str, union: tuple[str, ...]) -> str | None:
    """A shortest string that `pattern` matches and no pattern of `union` does; None if there is none.

    FRESH stands in it for any character no pattern names. Raises TooComplex.
    """
    found, settled = _search(pattern, union)
    if not settled:
        raise TooComplex("a pattern overlaps many others in too many ways")
    return found


@lru_cache(maxsize=16384)
def _search(pattern: str, union: tuple[str, ...]) -> tuple[str | None, bool]:
    """The example, and whether the search came to an end."""
    automaton = _automaton(union)
    origin = (0, automaton.start)
    came_from: dict[tuple[int, int], tuple[tuple[int, int], str]] = {origin: (origin, "")}
    pending = deque([origin])
    limit = min(MAX_STATES, MAX_WORK // (1 + sum(map(len, union)) // 64))
    while pending:
        place = pending.popleft()
        at, state = place
        if state & automaton.endless:
            continue
        if not state or (at == len(pattern) and not state & automaton.final):
            return _spelled(came_from, place) + _shortest(pattern[at:]), True
        for following, char in _moves(pattern, at, state, automaton):
            if following not in came_from:
                came_from[following] = (place, char)
                (pending.append if char else pending.appendleft)(following)
        if len(came_from) > limit:
            return None, False
    return None, True


def _moves(pattern: str, at: int, state: int, union: _Union) -> list[tuple[tuple[int, int], str]]:
    if at == len(pattern):
        return []
    token = pattern[at]
    if token in STARS:
        skipped = [((at + 1, state), "")]
        takes = ANY if token == STAR else SEGMENT_ANY
        chars = [c for c in union.expected(state) if covers_char(takes, c) or is_symbol(c)]
        return skipped + [((at, union.step(state, c)), c) for c in (FRESH, *chars)]
    if token in (ANY, SEGMENT_ANY):
        chars = [FRESH, *(c for c in union.expected(state) if covers_char(token, c))]
        return [((at + 1, union.step(state, c)), c) for c in chars]
    return [((at + 1, union.step(state, c)), c) for c in letters(token)]


def _spelled(came_from: dict[tuple[int, int], tuple[tuple[int, int], str]], place: tuple[int, int]) -> str:
    chars: list[str] = []
    while (step := came_from[place])[0] != place:
        place, char = step
        chars.append(char)
    return "".join(reversed(chars))


def _shortest(pattern: str) -> str:
    return "".join(
        FRESH if token in (ANY, SEGMENT_ANY) else letters(token)[0] for token in pattern if token not in STARS
    )
