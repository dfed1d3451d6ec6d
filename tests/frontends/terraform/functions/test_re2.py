from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.frontends.terraform.functions.re2 import RegexError, compile_regex, expand

ATOMS = st.sampled_from(["a", "b", "c", ".", "[ab]", "[^a]", "^", "$", "\\b", "\\w", "\\d", "(?:ab)", "é", "1"])


def _repeated(inner: str) -> st.SearchStrategy[str]:
    return st.sampled_from(["", "*", "+", "?", "{1,2}", "*?", "+?", "??"]).map(lambda mark: f"({inner}){mark}")


PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda options: f"(?:{'|'.join(options)})"),
        inner.flatmap(_repeated),
    ),
    max_leaves=6,
)


@given(PATTERNS, st.text("abc1é ", max_size=8))
@settings(max_examples=300, deadline=None)
def test_finds_what_python_finds(pattern: str, text: str) -> None:
    """The two dialects agree where repeated groups cannot match nothing, up to the meaning of `$` and of words."""
    expected = re.search(pattern.replace("$", r"\Z"), text, re.ASCII)
    found = compile_regex(pattern).search(text)
    assert (found is None) == (expected is None)
    if found is not None and expected is not None:
        assert found.start == expected.start()


@pytest.mark.parametrize(
    ("pattern", "text", "spans"),
    [
        ("(a+)(b)?", "xaa", ((1, 3), (1, 3), None)),
        ("(|a)+", "aa", ((0, 0), (0, 0))),
        ("(?U)a+", "aaa", ((0, 1),)),
        ("(?i:A)b", "ab", ((0, 2),)),
        ("(?P<x>a)|b", "b", ((0, 1), None)),
        (r"é(\B)", "aé€", ((1, 2), (2, 2))),
        (r"\Q\C\E", r"a\C", ((1, 3),)),
        (r"[\p{Greek}]", "aβ", ((1, 2),)),
    ],
)
def test_groups(pattern: str, text: str, spans: tuple[tuple[int, int] | None, ...]) -> None:
    found = compile_regex(pattern).search(text)
    assert found is not None
    assert found.spans == spans


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        ")",
        "a**",
        "(?=a)",
        "(?<!a)",
        r"\1",
        "[b-a]",
        "a{2,1}",
        "(?P<x>a)(?P<x>b)",
        "+",
        r"\8",
        r"a\C",
        r"(?<x>[)](?P<x>b))",
    ],
)
def test_refuses(pattern: str) -> None:
    with pytest.raises(RegexError):
        compile_regex(pattern)


@pytest.mark.parametrize(
    ("template", "expected"),
    [("$1", "b"), ("${1}x", "bx"), ("$1x", ""), ("$$1", "$1"), ("$n", "b"), ("$9", ""), ("$", "$"), ("${1", "${1")],
)
def test_expands(template: str, expected: str) -> None:
    regex = compile_regex("a(?P<n>b)c")
    found = regex.search("abc")
    assert found is not None
    assert expand(template, "abc", found, regex.groups) == expected


def test_an_expression_that_backtracks_for_ever_elsewhere_ends() -> None:
    """Python's own takes 2**40 steps for it: here the time is in proportion to the text."""
    assert compile_regex("^(a+)+$").search("a" * 40 + "b") is None
