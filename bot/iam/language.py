"""Sets of strings: a union of patterns without a union of others; intersection, difference, emptiness."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache

from bot.frozen import dataclass
from bot.iam.inclusion import uncovered_example
from bot.iam.intersection import intersect
from bot.iam.pattern import (
    FRESH,
    FRESH_RUN,
    STAR,
    STARS,
    WILDCARDS,
    TooComplex,
    covers,
    is_literal,
    letters,
    literal_prefix,
    meets,
)

MAX_COMPARISONS = 400_000
"""Pairs of patterns looked at in one operation before it counts as too complex."""

_SMALL = 12


@dataclass(frozen=True, slots=True)
class Language:
    """What some pattern of `within` matches and none of `without` does."""

    within: tuple[str, ...]
    without: tuple[str, ...] = ()


EVERYTHING = Language((STAR,))


class PrefixIndex:
    """Patterns by their literal prefix, to find those that may cover or meet a given one."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._by_prefix: dict[str, list[str]] = {}
        for pattern in patterns:
            self._by_prefix.setdefault(literal_prefix(pattern), []).append(pattern)
        self._prefixes = sorted(self._by_prefix)
        self._lengths = sorted({len(prefix) for prefix in self._prefixes})

    def wider(self, pattern: str) -> Iterable[str]:
        """Those whose prefix begins the pattern: only they can cover it."""
        start = literal_prefix(pattern)
        for length in self._lengths:
            if length > len(start):
                break
            yield from self._by_prefix.get(start[:length], ())

    def near(self, pattern: str) -> Iterable[str]:
        """Those whose prefix agrees with the pattern's: only they can meet it."""
        yield from self.wider(pattern)
        start = literal_prefix(pattern)
        for prefix in self._prefixes[bisect_left(self._prefixes, start) :]:
            if not prefix.startswith(start):
                break
            if len(prefix) > len(start):
                yield from self._by_prefix[prefix]


def overlapping(pattern: str, others: tuple[str, ...]) -> tuple[str, ...]:
    """The patterns of `others` that share a string with `pattern`."""
    return tuple(other for other in others if meets(pattern, other))


def uncovered(within: tuple[str, ...], without: tuple[str, ...]) -> tuple[str, ...]:
    """The patterns of `within` that match something outside the union `without`. Raises TooComplex."""
    if not without or not within:
        return within
    if STAR in without:
        return ()
    exact = frozenset(without)
    rest = tuple(pattern for pattern in within if pattern not in exact)
    if len(without) <= _SMALL:
        return tuple(pattern for pattern in rest if not _within_union(pattern, without, without))
    index = PrefixIndex(without)
    spent = 0
    left = []
    for pattern in rest:
        wider = tuple(index.wider(pattern))
        near = wider if is_literal(pattern) else tuple(index.near(pattern))
        spent += len(near)
        if spent > MAX_COMPARISONS:
            raise TooComplex("thousands of patterns overlap thousands of others")
        if not _within_union(pattern, wider, near):
            left.append(pattern)
    return tuple(left)


def _within_union(pattern: str, wider: tuple[str, ...], near: tuple[str, ...]) -> bool:
    if any(covers(other, pattern) for other in wider):
        return True
    if is_literal(pattern):
        return False
    filled = _filled(pattern)
    if not any(covers(other, filled) for other in near):
        return False
    meeting = overlapping(pattern, near)
    return len(meeting) > 0 and uncovered_example(pattern, meeting) is None


def example(language: Language) -> str | None:
    """A short string of the language, or None if it is empty. Raises TooComplex."""
    for pattern in language.within:
        meeting = overlapping(pattern, language.without)
        filled = _filled(pattern)
        if not any(covers(other, filled) for other in meeting):
            return filled
        found = uncovered_example(pattern, meeting)
        if found is not None:
            return found
    return None


def _filled(pattern: str) -> str:
    """A string the pattern matches: something no policy names for each wildcard."""
    if is_literal(pattern):
        return pattern
    return "".join(_fresh(token) if token in WILDCARDS else letters(token)[0] for token in pattern)


def _fresh(wildcard: str) -> str:
    return FRESH_RUN if wildcard in STARS else FRESH


@lru_cache(maxsize=512)
def tidy(language: Language) -> Language:
    """The same language without patterns that say nothing. Raises TooComplex."""
    if not language.without:
        return language
    within = uncovered(language.within, language.without)
    if len(within) * len(language.without) > _SMALL * _SMALL:
        index = PrefixIndex(within)
        without = tuple(p for p in language.without if any(meets(p, other) for other in index.near(p)))
    else:
        without = tuple(p for p in language.without if any(meets(p, other) for other in within))
    return Language(within, without)


def conjoin(left: Language, right: Language) -> Language:
    """The strings in both. Raises TooComplex."""
    without = left.without if not right.without else tuple(dict.fromkeys(left.without + right.without))
    return tidy(Language(_both(left.within, right.within), without))


def subtract(left: Language, right: Language) -> tuple[Language, ...]:
    """The strings of `left` not in `right`, as languages that do not overlap. Raises TooComplex."""
    parts = [tidy(Language(left.within, tuple(dict.fromkeys(left.without + right.within))))]
    if right.without:
        parts.append(conjoin(Language(_both(left.within, right.within), left.without), Language(right.without)))
    return tuple(part for part in parts if part.within)


def _both(left: tuple[str, ...], right: tuple[str, ...]) -> tuple[str, ...]:
    if STAR in right or left == right:
        return left
    if STAR in left:
        return right
    if len(left) * len(right) <= _SMALL * _SMALL:
        return _pairwise((a, right) for a in left)
    index = PrefixIndex(right)
    spent = 0
    pairs = []
    for pattern in left:
        near = tuple(index.near(pattern))
        spent += len(near)
        if spent > MAX_COMPARISONS:
            raise TooComplex("thousands of patterns overlap thousands of others")
        pairs.append((pattern, near))
    return _pairwise(pairs)


def _pairwise(pairs: Iterable[tuple[str, tuple[str, ...]]]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for pattern, others in pairs:
        covering = next((other for other in others if covers(other, pattern)), None)
        if covering is not None:
            found[pattern] = None
            continue
        for other in others:
            found.update(dict.fromkeys(intersect(pattern, other)))
    return tuple(found)
