from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.frontends.terraform.functions.re2 import compile_regex
from bot.frontends.terraform.functions.replacing import ends_below

STEP = st.text("abi-x", max_size=3)
PATH = st.lists(STEP, min_size=1, max_size=4).map(lambda steps: "".join(f"/{step}" for step in steps))
PIECE = st.sampled_from(
    [
        "/",
        "a",
        "b+",
        "[^/]+",
        "([^/]*)",
        "([ab]+)",
        ".",
        ".*",
        "[^x]+",
        "(/a)*",
        "a|b",
        "$",
        "^",
        r"\.",
        r"\w{1,2}",
        "x?",
    ]
)
PATTERN = st.lists(PIECE, min_size=1, max_size=6).map("".join)


@given(PATTERN.map(lambda pattern: f"{pattern}$"), PATH, PATH)
def test_what_lies_above_changes_no_match(pattern: str, above: str, below: str) -> None:
    if not ends_below(pattern, below):
        return
    compiled = compile_regex(pattern)
    alone, whole = compiled.search(below), compiled.search(above + below)
    if alone is None:
        assert whole is None
        return
    assert whole is not None
    size = len(above)
    moved = tuple(None if span is None else (span[0] - size, span[1] - size) for span in whole.spans)
    assert moved == alone.spans


@pytest.mark.parametrize(
    "pattern", ["/infra/([^/]+)/app-config$", "/(?P<env>[a-z]+)/x$", "[^/]+$", r"/stacks/(\w+)$", "/[[:alnum:]]+$"]
)
def test_usual_patterns_are_followed(pattern: str) -> None:
    assert ends_below(pattern, "/live/infra/stacks/app-config")


@pytest.mark.parametrize("pattern", ["(?i)/a$", "/a", "/a$|b$", "/+a$", "(/a)+$", "/[+-9]a$", r"/\Qa\E$", r"\ba$"])
def test_others_are_not(pattern: str) -> None:
    assert not ends_below(pattern, "/a/a/a")
