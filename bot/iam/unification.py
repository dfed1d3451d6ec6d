"""May a text with unknown parts be one that a pattern with unknown parts matches?

Two Terraform unknowns are taken to be different things unless they are attributes of one resource; an
unknown and literal text may be equal as far as the unknown's name tells (`aws_s3_bucket.b.arn` is an ARN of S3).
"""

from __future__ import annotations

from bot.iam.arn import first_name, segments
from bot.iam.pattern import (
    FRESH,
    FRESH_RUN,
    STAR,
    STARS,
    WILDCARDS,
    TooComplex,
    covers_char,
    holds_symbol,
    is_symbol,
    is_unknown,
    meets,
)
from bot.iam.vocabulary import Vocabulary
from bot.late_pattern import late_pattern

MAX_STATES = 50_000


def may_match(pattern: str, text: str, vocabulary: Vocabulary, *, strangers: bool = False) -> bool:
    """Whether some choice of the unknowns makes `pattern` match `text`. Errs towards yes. Raises TooComplex.

    FRESH in `text` is something that no unknown is. With `strangers`, any two unknowns may be equal.
    """
    if not (holds_symbol(pattern) or holds_symbol(text)):
        return meets(pattern, text)
    if not meets(vocabulary.loosened(pattern), vocabulary.loosened(text)):
        return False
    return not _of_other_length(pattern, text) and _walk(pattern, text, vocabulary, strangers)


def _of_other_length(pattern: str, text: str) -> bool:
    """Whether two names hold the same unknowns beside literal text of different lengths: they are never equal.

    `alerts-${var.env}` is not `alerts-${var.env}-dublin`, whatever the variable is. An unknown with text around it in
    one part of an ARN is a part of a name: it holds no separator.
    """
    left, right = (first_name(segments(one)[-1]) for one in (pattern, text))
    if any(char in WILDCARDS or char in (FRESH, FRESH_RUN) for char in left + right):
        return False
    ours, theirs = (sorted(filter(is_symbol, one)) for one in (left, right))
    return bool(ours) and ours == theirs and len(left) != len(right) and min(len(left), len(right)) > len(ours)


def _walk(pattern: str, text: str, vocabulary: Vocabulary, strangers: bool) -> bool:
    seen = {(0, 0)}
    pending = [(0, 0)]
    while pending:
        i, j = pending.pop()
        if i == len(text) and j == len(pattern):
            return True
        for place in _steps(pattern, text, i, j, vocabulary, strangers):
            if place not in seen:
                seen.add(place)
                pending.append(place)
        if len(seen) > MAX_STATES:
            raise TooComplex("unknown values in long texts with many wildcards")
    return False


def _steps(pattern: str, text: str, i: int, j: int, vocabulary: Vocabulary, strangers: bool) -> list[tuple[int, int]]:
    """From a place in both, where one can get: `i` counts in the text, `j` in the pattern."""
    a = text[i] if i < len(text) else ""
    b = pattern[j] if j < len(pattern) else ""
    steps = []
    if b in STARS and b:
        steps.append((i, j + 1))
        if a and (b == STAR or a != ":"):
            steps.append((i + 1, j))
    if a and b and (a == b or (b not in STARS and a not in STARS and covers_char(b, a))):
        steps.append((i + 1, j + 1))
    if strangers and a and b and is_unknown(a) and is_unknown(b):
        steps.append((i + 1, j + 1))
    if a and is_unknown(a):
        # The text's unknown is some of what the pattern says here.
        steps += [(i + 1, k) for k in _runs(pattern, j, a, vocabulary, wild=True)]
    if b and is_unknown(b):
        # The pattern's unknown is some of what the text says here.
        steps += [(k, j + 1) for k in _runs(text, i, b, vocabulary, wild=False)]
    return steps


def _runs(text: str, start: int, unknown: str, vocabulary: Vocabulary, *, wild: bool) -> list[int]:
    """The ends of the stretches of `text` from `start` that `unknown` may be equal to."""
    ends = []
    for end in range(start, len(text)):
        char = text[end]
        foreign = is_symbol(char) and not _related(char, unknown, vocabulary)
        if char in (FRESH, FRESH_RUN) or foreign or (char in WILDCARDS and not wild):
            break
        ends.append(end + 1)
    return ends


_INDEX = late_pattern(r"\[(?:\"[^\"]*\"|[^\]]*)\]")


def _owner(name: str) -> str:
    """What an attribute belongs to, up to its last dot; dots in keys of maps are none."""
    hidden = _INDEX.sub(lambda match: "_" * len(match[0]), name)
    dot = hidden.rfind(".")
    return name[:dot] if dot >= 0 else ""


def _siblings(left: str, right: str) -> bool:
    """Whether two names are different keys of one map."""
    return left != right and all(name.endswith("]") for name in (left, right)) and _map(left) == _map(right)


def _map(name: str) -> str:
    *_, last = _INDEX.finditer(name)
    return name[: last.start()]


def _related(left: str, right: str, vocabulary: Vocabulary) -> bool:
    """Whether two unknowns are attributes of one resource."""
    if not (is_unknown(left) and is_unknown(right)):
        return False
    names = [vocabulary.name(char) for char in (left, right)]
    owners = set(map(_owner, names))
    return left != right and len(owners) == 1 and "." in owners.pop() and not _siblings(*names)
