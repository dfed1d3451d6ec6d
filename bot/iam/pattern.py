"""Glob patterns as plain strings: does one cover, meet or match another?

A pattern is a `str` in which `*` and `?` are wildcards and a few private-use characters stand for
what a character cannot say: a literal `*`, a wildcard that stops at `:`, a letter in either case,
and symbols (policy variables, Terraform unknowns), each of which is one letter that only itself and
`*` match. `alphabet.py` makes such strings out of policy text.
"""

from __future__ import annotations

from functools import lru_cache

from bot.iam.arn import segments

STAR = "*"
ANY = "?"
LITERAL_STAR = "\ue000"
LITERAL_ANY = "\ue001"
SEGMENT_STAR = "\ue002"
SEGMENT_ANY = "\ue003"
FRESH = "\ue004"
"""Stands in an example string for one character that occurs in no policy."""
FRESH_RUN = "\ue005"
"""Stands in an example string for a word that occurs in no policy."""

_CASELESS = 0xE000
_FIRST_SYMBOL = "\ue100"
_LAST_SYMBOL = "\uf8ff"
_FIRST_UNKNOWN = "\U000f0000"

STARS = frozenset((STAR, SEGMENT_STAR))
_SPECIAL = frozenset((ANY, SEGMENT_STAR, SEGMENT_ANY, *(chr(_CASELESS + ord(c)) for c in "abcdefghijklmnopqrstuvwxyz")))
WILDCARDS = frozenset((STAR, ANY, SEGMENT_STAR, SEGMENT_ANY))


MAX_STEPS = 500_000
"""Steps of one match or meeting before it counts as too complex."""


class TooComplex(Exception):
    """A question that is not worth its price; whoever asked answers "undecided"."""


def caseless(text: str) -> str:
    """Make the ASCII letters of a pattern match both cases (other letters are folded)."""
    return "".join(chr(_CASELESS + ord(c)) if "a" <= c <= "z" else c for c in text.lower())


def arn_pattern(pattern: str) -> str:
    """An ARN pattern whose wildcards before the resource part stay within their segment, as no ARN has a `:` there.

    A pattern with fewer than six segments keeps its wildcards: its `*` runs on into what follows.
    """
    parts = segments(pattern)
    if len(parts) < 6:
        return pattern
    narrow = ":".join(parts[:5]).replace(STAR, SEGMENT_STAR).replace(ANY, SEGMENT_ANY)
    return f"{narrow}:{parts[5]}"


def is_symbol(char: str) -> bool:
    """Whether `char` stands for a policy variable or a Terraform unknown."""
    return _FIRST_SYMBOL <= char <= _LAST_SYMBOL or char >= _FIRST_UNKNOWN


@lru_cache(maxsize=16384)
def holds_symbol(pattern: str) -> bool:
    """Whether anything in it does."""
    return not pattern.isascii() and any(map(is_symbol, pattern))


def is_unknown(char: str) -> bool:
    """Whether `char` stands for a Terraform unknown: a constant nobody knows, unlike a policy variable."""
    return char >= _FIRST_UNKNOWN


def letters(char: str) -> str:
    """The concrete letters a non-wildcard character stands for."""
    plain = chr(ord(char) - _CASELESS) if char in _SPECIAL and char not in WILDCARDS else char
    return plain if plain == char else plain + plain.upper()


@lru_cache(maxsize=16384)
def is_literal(pattern: str) -> bool:
    """Whether the pattern matches exactly one string."""
    return WILDCARDS.isdisjoint(pattern) and _SPECIAL.isdisjoint(pattern)


@lru_cache(maxsize=16384)
def normal(pattern: str) -> str:
    """One spelling for patterns of one meaning: `**` is `*`, `*?` is `?*`."""
    while STAR + STAR in pattern:
        pattern = pattern.replace(STAR + STAR, STAR)
    while STAR + ANY in pattern:
        pattern = pattern.replace(STAR + ANY, ANY + STAR).replace(STAR + STAR, STAR)
    return pattern


@lru_cache(maxsize=16384)
def literal_prefix(pattern: str) -> str:
    """The text before the first wildcard or letter of either case."""
    for index, char in enumerate(pattern):
        if char in _SPECIAL or char == STAR:
            return pattern[:index]
    return pattern


@lru_cache(maxsize=16384)
def literal_suffix(pattern: str) -> str:
    """The text after the last wildcard or letter of either case."""
    return literal_prefix(pattern[::-1])[::-1]


@lru_cache(maxsize=65536)
def covers(wide: str, narrow: str) -> bool:
    """Whether `wide` matches everything `narrow` matches; sound, and complete but for `?` next to `*`.

    `narrow` may be a plain string: then this is matching.
    """
    if wide in (narrow, STAR):
        return True
    if not _SPECIAL.isdisjoint(wide):
        start = literal_prefix(wide)
        if not (narrow.startswith(start) and narrow.endswith(literal_suffix(wide))):
            return False
        return _covers_slowly(wide[len(start) :], narrow[len(start) :])
    first, *rest = wide.split(STAR)
    if not rest or not narrow.startswith(first):
        return False
    return _covers_in_order(rest, narrow, len(first))


def _covers_in_order(pieces: list[str], text: str, at: int) -> bool:
    *middle, last = pieces
    for piece in middle:
        found = text.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return len(text) - len(last) >= at and text.endswith(last)


def _covers_slowly(wide: str, narrow: str) -> bool:
    """Run `wide` as an automaton; a `*` once reached makes every place before it pointless."""
    reached = {0}
    _skip_stars(reached, wide)
    steps = 0
    for char in narrow:
        following = set()
        for at in reached:
            if at == len(wide):
                continue
            token = wide[at]
            if token in STARS:
                if token == STAR or _within_segment(char):
                    following.add(at)
            elif covers_char(token, char):
                following.add(at + 1)
        if not following:
            return False
        _skip_stars(following, wide)
        last_star = max((at for at in following if at < len(wide) and wide[at] == STAR), default=0)
        reached = {at for at in following if at >= last_star}
        steps += len(following)
        if steps > MAX_STEPS:
            raise TooComplex("matching a long pattern with many wildcards")
    return len(wide) in reached


def _skip_stars(positions: set[int], pattern: str) -> None:
    for at in tuple(positions):
        while at < len(pattern) and pattern[at] in STARS:
            at += 1
            positions.add(at)


def _within_segment(char: str) -> bool:
    return char not in (":", STAR, ANY)


def covers_char(wide: str, narrow: str) -> bool:
    """Whether token `wide`, not a star, covers token `narrow`."""
    if wide == narrow:
        return True
    if wide == ANY:
        return narrow not in STARS and not is_symbol(narrow)
    if wide == SEGMENT_ANY:
        return narrow not in STARS and _within_segment(narrow) and not is_symbol(narrow)
    return narrow not in WILDCARDS and wide in _SPECIAL and narrow in letters(wide)


def meet_char(left: str, right: str) -> str | None:
    """The narrower of two tokens that are not stars, or None if nothing matches both."""
    if covers_char(left, right):
        return right
    if covers_char(right, left):
        return left
    if {left, right} == {ANY, SEGMENT_ANY}:
        return SEGMENT_ANY
    return None


@lru_cache(maxsize=16384)
def separate(pattern: str) -> tuple[str, ...] | None:
    """The six segments of an ARN pattern, if no wildcard before the last one can run on into the next."""
    parts = segments(pattern)
    return tuple(parts) if len(parts) == 6 and not any(STAR in part for part in parts[:5]) else None


@lru_cache(maxsize=65536)
def meets(left: str, right: str) -> bool:
    """Whether some string matches both patterns; exact."""
    if left == right or STAR in (left, right):
        return True
    if is_literal(left):
        return covers(right, left)
    if is_literal(right):
        return covers(left, right)
    if not _ends_agree(left, right):
        return False
    parts, others = separate(left), separate(right)
    if parts is not None and others is not None:
        return all(map(meets, parts, others))
    start = min(len(literal_prefix(left)), len(literal_prefix(right)))
    return _meets_slowly(left[start:], right[start:])


def _ends_agree(left: str, right: str) -> bool:
    heads = literal_prefix(left), literal_prefix(right)
    tails = literal_suffix(left), literal_suffix(right)
    return (heads[0].startswith(heads[1]) or heads[1].startswith(heads[0])) and (
        tails[0].endswith(tails[1]) or tails[1].endswith(tails[0])
    )


def _meets_slowly(left: str, right: str) -> bool:
    seen = {(0, 0)}
    pending = [(0, 0)]
    while pending:
        i, j = pending.pop()
        if i == len(left) and j == len(right):
            return True
        for state in _meeting_steps(left, right, i, j):
            if state not in seen:
                seen.add(state)
                pending.append(state)
        if len(seen) > MAX_STEPS:
            raise TooComplex("two long patterns with many wildcards")
    return False


def _meeting_steps(left: str, right: str, i: int, j: int) -> list[tuple[int, int]]:
    a = left[i] if i < len(left) else ""
    b = right[j] if j < len(right) else ""
    steps = []
    if a in STARS:
        steps.append((i + 1, j))
    if b in STARS:
        steps.append((i, j + 1))
    if not a or not b:
        return steps
    if a in STARS:
        if b not in STARS and star_takes(a, b):
            steps.append((i, j + 1))
    elif b in STARS:
        if star_takes(b, a):
            steps.append((i + 1, j))
    elif meet_char(a, b) is not None:
        steps.append((i + 1, j + 1))
    return steps


def star_takes(star: str, token: str) -> bool:
    """Whether a star can match something that `token`, not a star, matches."""
    return star == STAR or token in (ANY, SEGMENT_ANY) or _within_segment(token)
