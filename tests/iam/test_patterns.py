"""Cover, meet, intersection and inclusion of patterns, against trying every short string."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.iam.action_glob import matcher
from bot.iam.inclusion import uncovered_example
from bot.iam.intersection import arn_readings, intersect
from bot.iam.language import Language, conjoin, example, subtract, tidy, uncovered
from bot.iam.pattern import FRESH, SEGMENT_STAR, covers, meets, normal
from bot.iam.wildcard import characters, wildcard_match

MANY = settings(max_examples=max(300, settings().max_examples * 3), deadline=None)
FEWER = settings(max_examples=max(100, settings().max_examples), deadline=None)
PATTERN = st.text("ab*?", max_size=5)
PATTERNS = st.lists(PATTERN, max_size=3)
SEVERAL = st.lists(st.text("aabb*?", min_size=2, max_size=5), min_size=13, max_size=20, unique=True)
"""As many as are looked up by their beginnings rather than one by one."""


@cache
def words() -> tuple[str, ...]:
    return tuple("".join(chars) for size in range(6) for chars in itertools.product("abz", repeat=size))


@cache
def matched(pattern: str) -> frozenset[str]:
    tokens = characters(pattern, wild=True)
    return frozenset(word for word in words() if wildcard_match(tokens, word))


def union(patterns: tuple[str, ...]) -> frozenset[str]:
    return frozenset().union(*map(matched, patterns))


@MANY
@given(PATTERN, PATTERN)
def test_cover_is_never_claimed_wrongly(wide: str, narrow: str) -> None:
    if covers(normal(wide), normal(narrow)):
        assert matched(narrow) <= matched(wide)


@MANY
@given(PATTERN, PATTERN)
def test_meeting_and_intersection_agree_with_the_words(left: str, right: str) -> None:
    both = matched(left) & matched(right)
    assert union(intersect(normal(left), normal(right))) == both
    assert meets(normal(left), normal(right)) == bool(intersect(normal(left), normal(right)))


@MANY
@given(PATTERN, PATTERNS)
def test_an_example_is_outside_the_union_and_there_is_one_if_a_word_is(pattern: str, others: list[str]) -> None:
    tidy = tuple(map(normal, others))
    found = uncovered_example(normal(pattern), tidy)
    if found is None:
        assert matched(pattern) <= union(tidy)
    else:
        word = found.replace(FRESH, "z")
        assert wildcard_match(characters(pattern, wild=True), word)
        assert not any(wildcard_match(characters(other, wild=True), word) for other in others)


@MANY
@given(PATTERNS, PATTERNS, PATTERNS, PATTERNS)
def test_languages_are_sets(a: list[str], b: list[str], c: list[str], d: list[str]) -> None:
    left, right = language(a, b), language(c, d)
    assert spelled(conjoin(left, right)) == spelled(left) & spelled(right)
    assert frozenset().union(*map(spelled, subtract(left, right))) == spelled(left) - spelled(right)


@FEWER
@given(SEVERAL, SEVERAL, SEVERAL, PATTERNS)
def test_languages_of_many_patterns_are_sets(a: list[str], b: list[str], c: list[str], d: list[str]) -> None:
    left, right = language(a, b), language(c, d)
    assert spelled(conjoin(left, right)) == spelled(left) & spelled(right)
    assert frozenset().union(*map(spelled, subtract(left, right))) == spelled(left) - spelled(right)


@FEWER
@given(SEVERAL, SEVERAL)
def test_of_many_patterns_those_are_left_that_say_something(within: list[str], without: list[str]) -> None:
    left = language(within, without)
    kept = tidy(left)
    said = {one for one in left.within if matched(one) - union(left.without)}
    assert said <= set(kept.within) <= set(left.within)
    assert {one for one in left.without if matched(one) & union(kept.within)} <= set(kept.without) <= set(left.without)
    assert (not uncovered(left.within, left.without)) == (not kept.within)


def language(within: list[str], without: list[str]) -> Language:
    return Language(tuple(map(normal, within)), tuple(map(normal, without)))


def spelled(one: Language) -> frozenset[str]:
    return union(one.within) - union(one.without)


@pytest.mark.parametrize(
    ("pattern", "count"),
    [("arn:aws:s3:::b/*", 1), ("arn:aws:s3*", 1), ("*", 1), ("arn:aws:lambda:*:*:f", 2), ("arn:aws:sqs:*:1:q", 3)],
)
def test_readings_of_an_arn(pattern: str, count: int) -> None:
    readings = arn_readings(pattern)
    assert len(readings) == count
    assert readings[0].replace(SEGMENT_STAR, "*") == pattern


OTHERS = tuple(f"{letter}x*" for letter in "cdefghijklmnop")


@pytest.mark.parametrize(
    ("pattern", "union"),
    [("*a", ("?*",)), ("a*b", ("ab", "a?*b")), ("a*b", (*OTHERS, "ab", "a?*b")), ("*a", (*OTHERS, "?*"))],
)
def test_a_pattern_in_a_union_of_which_none_covers_it_by_itself(pattern: str, union: tuple[str, ...]) -> None:
    assert uncovered((pattern,), union) == ()
    assert uncovered((pattern,), union[:-1]) == (pattern,)


STARS = normal("*a" * 2000)
MATCHERS: dict[str, Callable[[str], object]] = {
    "covers": lambda text: covers(STARS, text),
    "meets": lambda text: meets(STARS, text),
    "intersect": lambda text: intersect(STARS, text),
    "the evaluator's": lambda text: wildcard_match(characters(STARS, wild=True), text),
    "of actions": lambda text: matcher(STARS)(text),
    "of actions with ?": lambda text: matcher(STARS + "?z")(text),
}


@pytest.mark.parametrize("name", MATCHERS)
def test_many_stars_take_no_longer_than_pattern_and_text_are_long(name: str) -> None:
    began = time.process_time()
    assert not MATCHERS[name]("a" * 3000 + "b")
    assert time.process_time() - began < 1


def test_a_star_of_one_segment_takes_no_colon() -> None:
    one, other = "a:b:*", f"{SEGMENT_STAR}:b:c"
    assert intersect(one, other) == intersect(other, one) == ("a:b:c",)
    shared = intersect(f"{SEGMENT_STAR}c", "?b*")
    assert shared
    assert set("?*").isdisjoint("".join(shared))


def test_the_shortest_example_of_a_language() -> None:
    assert example(Language(("a*",), ("a", "a?*b"))) is not None
    assert example(Language(("a?",), ("a*",))) is None
