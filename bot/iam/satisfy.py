"""Can one value of a condition key pass all of some tests? If so, which?"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache, reduce

from bot.frozen import dataclass
from bot.iam.condition import Family, Test
from bot.iam.interval import (
    EVERY_ADDRESS,
    EVERY_VALUE,
    NO_VALUE,
    Intervals,
    above,
    address,
    below,
    common,
    decimal,
    instant,
    invert,
    moment,
    network,
    number,
    point,
    some_value,
    union,
)
from bot.iam.language import EVERYTHING, Language, conjoin, example
from bot.iam.pattern import STAR, TooComplex, caseless, is_unknown


@dataclass(frozen=True, slots=True)
class KeyValue:
    """A value of a key that passes: None if it is to be missing, else its strings (as patterns' characters)."""

    values: tuple[str, ...] | None


_ABSENT = KeyValue(None)


@lru_cache(maxsize=65536)
def satisfy(tests: frozenset[Test], many: bool) -> KeyValue | None:
    """A value of one key that passes all `tests`, None if there is none. Raises TooComplex.

    `many`: the key may have several values at once.
    """
    if len(tests) > 1 and any(test.negation() in tests for test in tests):
        return None
    if all(test.missing or test.family is Family.OPAQUE for test in tests):
        return _ABSENT
    asked = [test for test in tests if test.family is not Family.OPAQUE]
    if any(test.family is Family.PRESENCE and not test.inverted for test in asked):
        return None
    asked = [test for test in asked if test.family is not Family.PRESENCE]
    values = _present(asked, many)
    return None if values is None else KeyValue(values)


def _present(tests: list[Test], many: bool) -> tuple[str, ...] | None:
    families = _families(tests)
    every = [test for test in tests if test.every]
    some = [test for test in tests if not test.every]
    together = _common_value(every + some, families)
    if together is not None:
        return (together,)
    if not many or len(some) < 2:
        return None
    return _all_found([_common_value([*every, test], families) for test in some])


def _all_found(values: list[str | None]) -> tuple[str, ...] | None:
    found: dict[str, None] = {}
    for value in values:
        if value is None:
            return None
        found[value] = None
    return tuple(found)


def _families(tests: list[Test]) -> set[Family]:
    """The one way in which a key is compared; a bool is a string as well."""
    families = {test.family for test in tests} or {Family.STRING}
    if families == {Family.STRING, Family.BOOL}:
        families = {Family.STRING}
    if len(families) > 1:
        raise TooComplex(f"the key {tests[0].key} is compared as {' and as '.join(sorted(families))}")
    return families


def _common_value(tests: list[Test], families: set[Family]) -> str | None:
    (family,) = families
    if family is Family.STRING:
        return example(reduce(conjoin, map(_language, tests), EVERYTHING))
    if family is Family.BOOL:
        return _boolean(tests)
    universe = EVERY_ADDRESS if family is Family.ADDRESS else EVERY_VALUE
    value = some_value(reduce(common, map(_stretches, tests), universe))
    return next(_unknown_values(tests), None) if value is None else _WRITTEN[family](value)


def _unknown_values(tests: list[Test]) -> Iterator[str]:
    """The values that only Terraform knows and that pass: each is equal to itself alone."""
    for named in dict.fromkeys(value for test in tests for value in test.values if any(map(is_unknown, value))):
        if all((named in test.values) != test.inverted for test in tests):
            yield named[1:]


def _language(test: Test) -> Language:
    values = tuple(map(caseless, test.values)) if test.family is Family.BOOL else test.values
    return Language((STAR,), values) if test.inverted else Language(values)


def _boolean(tests: list[Test]) -> str | None:
    passing = (value for value in ("false", "true") if all((value in test.values) != test.inverted for test in tests))
    return next(passing, None)


def _stretches(test: Test) -> Intervals:
    values = union(_stretch(test.family, value[0], value[1:]) for value in test.values)
    return invert(values) if test.inverted else values


_WRITTEN = {Family.NUMBER: decimal, Family.DATE: moment, Family.ADDRESS: address}


def _stretch(family: Family, relation: str, text: str) -> Intervals:
    if family is Family.ADDRESS:
        return network(text) or NO_VALUE
    value = number(text) if family is Family.NUMBER else instant(text)
    if value is None:
        return NO_VALUE
    return _related(relation, value)


def _related(relation: str, value: Fraction) -> Intervals:
    if relation == "=":
        return point(value)
    if relation in "<[":
        return below(value, inclusive=relation == "[")
    return above(value, inclusive=relation == "]")
