"""The strings two patterns both match, as a list of patterns."""

from __future__ import annotations

from functools import lru_cache
from itertools import product

from bot.iam.arn import segments
from bot.iam.pattern import (
    ANY,
    SEGMENT_ANY,
    SEGMENT_STAR,
    STAR,
    STARS,
    TooComplex,
    arn_pattern,
    covers,
    literal_prefix,
    meet_char,
    meets,
    normal,
    separate,
    star_takes,
)

MAX_PATTERNS = 32
"""More patterns than this for one intersection are not worth it."""

MAX_PRODUCT = 200_000
"""The longest pair of patterns, multiplied, that is intersected character by character."""


@lru_cache(maxsize=65536)
def intersect(left: str, right: str) -> tuple[str, ...]:
    """Patterns that together match what both match; raises TooComplex where that is too many."""
    if covers(left, right):
        return (right,)
    if covers(right, left):
        return (left,)
    if not meets(left, right):
        return ()
    if len(left) * len(right) > MAX_PRODUCT:
        raise TooComplex("two long patterns with many wildcards overlap")
    parts, others = separate(left), separate(right)
    if parts is not None and others is not None:
        return tuple(map(":".join, product(*map(intersect, parts, others))))
    start = min(len(literal_prefix(left)), len(literal_prefix(right)))
    found = _alignments(left[start:], right[start:])
    return widest({left[:start] + rest for rest in found})


_ANY_ARN = f"arn:{':'.join((SEGMENT_STAR,) * 4)}:{STAR}"


@lru_cache(maxsize=16384)
def arn_readings(pattern: str) -> tuple[str, ...]:
    """The ways an ARN pattern can be laid over the six segments of an ARN, the plain one first.

    `arn:aws:lambda:*:*:f` is a resource `f`, and also any resource that ends in `:f`, as IAM lets a `*` run on
    beyond the colon of its segment. A pattern with fewer than six segments stays as it is. Raises TooComplex.
    """
    parts = segments(pattern)
    plain = arn_pattern(pattern)
    if len(parts) < 6 or not any(STAR in part for part in parts[:5]):
        return (plain,)
    return tuple(dict.fromkeys((plain, *widest({plain, *intersect(_ANY_ARN, pattern)}))))


def widest(patterns: set[str]) -> tuple[str, ...]:
    """Drop patterns that another one covers."""
    kept: list[str] = []
    for pattern in sorted(patterns, key=lambda p: (len(p), p)):
        if not any(covers(other, pattern) for other in kept):
            kept = [other for other in kept if not covers(pattern, other)]
            kept.append(pattern)
    return tuple(kept)


def _alignments(left: str, right: str) -> set[str]:
    """All ways to lay the patterns over each other, built from their ends at places reached from their starts."""
    end = (len(left), len(right))
    moves = _reachable(left, right)
    tails: dict[_Place, set[str]] = {end: {""}}
    for place in sorted(moves.keys() - {end}, reverse=True):
        steps = moves[place]
        found = {normal(token + tail) for following, token in steps for tail in tails.get(following, ())}
        if len(found) > MAX_PATTERNS:
            found = set(widest(found))
        if len(found) > MAX_PATTERNS:
            raise TooComplex("two patterns with many wildcards overlap in too many ways")
        if found:
            tails[place] = found
    return tails.get((0, 0), set())


_Place = tuple[int, int]
_Step = tuple[_Place, str]


def _reachable(left: str, right: str) -> dict[_Place, list[_Step]]:
    """The places in both patterns up to which they can be laid over each other, with the ways on from each."""
    moves: dict[_Place, list[_Step]] = {}
    pending = [(0, 0)]
    while pending:
        place = pending.pop()
        if place not in moves:
            moves[place] = _steps(left, right, *place)
            pending += [following for following, _ in moves[place]]
    return moves


def _steps(left: str, right: str, i: int, j: int) -> list[_Step]:
    """The next places after one, each with the token that both patterns match on the way there."""
    a = left[i] if i < len(left) else ""
    b = right[j] if j < len(right) else ""
    if a in STARS and b in STARS:
        both = SEGMENT_STAR if SEGMENT_STAR in (a, b) else STAR
        return [((i + 1, j), both), ((i, j + 1), both)]
    if a in STARS:
        return [((i + 1, j), ""), *([((i, j + 1), _taken(a, b))] if b and star_takes(a, b) else [])]
    if b in STARS:
        return [((i, j + 1), ""), *([((i + 1, j), _taken(b, a))] if a and star_takes(b, a) else [])]
    if a and b and (token := meet_char(a, b)) is not None:
        return [((i + 1, j + 1), token)]
    return []


def _taken(star: str, token: str) -> str:
    return SEGMENT_ANY if star == SEGMENT_STAR and token == ANY else token
