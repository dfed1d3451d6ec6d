"""No expression that looks for words in an author's text takes longer than the text is long."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterator

import pytest

from bot.late_pattern import late_pattern
from bot.review.unjudged import inner_values, sinks

PATTERNS = {
    name: one
    for module in (inner_values, sinks)
    for name, one in vars(module).items()
    if isinstance(one, type(late_pattern("")))
}
LENGTH = 6_000
SECONDS = 0.1
"""Of this process: in proportion to the text it takes a hundredth of that, with its square five times as much."""


def texts(pattern: re.Pattern[str]) -> Iterator[str]:
    """The expression's own words, followed by many separators, and in turn with them."""
    words = dict.fromkeys(re.findall(r"[A-Za-z]{3,}", re.sub(r"\\[a-z]", " ", pattern.pattern)))
    for word, separator in itertools.product(words, "-.:_ [(\"'"):
        yield word + separator * LENGTH
        yield f"{word}{separator}" * (LENGTH // len(word))
        yield f"{word}:{f'a{separator}' * (LENGTH // 2)}"


@pytest.mark.parametrize("name", PATTERNS)
def test_it_takes_no_longer_than_the_text(name: str) -> None:
    slow = []
    for text in texts(PATTERNS[name]):
        began = time.process_time()
        PATTERNS[name].search(text)
        if time.process_time() - began > SECONDS:
            slow.append(text[:40])
            break
    assert slow == []
