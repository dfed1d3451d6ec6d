"""Compares once more with `${aws:username}` and other policy variables at the values that statements name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.access_diff.cells import Comparison
from bot.access_diff.direction import Direction, Doubt
from bot.access_diff.ruleset import with_values
from bot.frozen import dataclass
from bot.iam.pattern import TooComplex


@dataclass(frozen=True, slots=True)
class Special:
    """The comparison with some condition keys (lower case) having one value throughout."""

    values: Mapping[str, str]
    direction: Direction


def specials(general: Direction) -> Iterator[Special]:
    """The comparisons under each combination of values, one by one. What is too much goes to `general`'s doubts."""
    if not any(True for _ in Comparison(general.old, general.new, general.space).candidates()):
        return
    for values in general.chosen.combinations:
        vocabulary = general.vocabulary.fixing(values)
        try:
            old, new = (with_values(side, vocabulary) for side in (general.old, general.new))
        except TooComplex as reason:
            general.doubts += [Doubt(box.origin, str(reason)) for box in general.new.main.allows.all]
            return
        yield Special(
            values,
            Direction(old, new, general.space, vocabulary, general.holder, general.strict, wanted=general.wanted),
        )
