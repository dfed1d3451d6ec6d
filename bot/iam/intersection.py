"""The strings two patterns both match, as a list of patterns."""

from __future__ import annotations

from functools import lru_cache
from itertools import product

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
    segments,
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
    parts, others = segments(left), segments(right)
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
    parts = pattern.split(":", 5)
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
    """All ways to lay the patterns over each other, built from their ends."""
    row: list[set[str]] = [set() for _ in range(len(right) + 1)]
    below = row
    for i in range(len(left), -1, -1):
        row = [set() for _ in range(len(right) + 1)]
        for j in range(len(right), -1, -1):
            row[j] = _cell(left, right, i, j, row, below)
        below = row
    return row[0]


def _cell(left: str, right: str, i: int, j: int, row: list[set[str]], below: list[set[str]]) -> set[str]:
    if i == len(left) and j == len(right):
        return {""}
    a = left[i] if i < len(left) else ""
    b = right[j] if j < len(right) else ""
    found: set[str] = set()
    if a in STARS and b in STARS:
        both = SEGMENT_STAR if SEGMENT_STAR in (a, b) else STAR
        found = {both + tail for tail in below[j] | row[j + 1]}
    elif a in STARS:
        found = below[j] | ({_taken(a, b) + tail for tail in row[j + 1]} if b and star_takes(a, b) else set())
    elif b in STARS:
        found = row[j + 1] | ({_taken(b, a) + tail for tail in below[j]} if a and star_takes(b, a) else set())
    elif a and b and (token := meet_char(a, b)) is not None:
        found = {token + tail for tail in below[j + 1]}
    found = set(map(normal, found))
    if len(found) > MAX_PATTERNS:
        found = set(widest(found))
    if len(found) > MAX_PATTERNS:
        raise TooComplex("two patterns with many wildcards overlap in too many ways")
    return found


def _taken(star: str, token: str) -> str:
    return SEGMENT_ANY if star == SEGMENT_STAR and token == ANY else token
