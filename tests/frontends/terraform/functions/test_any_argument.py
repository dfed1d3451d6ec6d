from __future__ import annotations

import contextlib
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.evaluated.call import Call, FunctionFault
from bot.evaluated.diagnostic import Span, Step
from bot.evaluated.document import Symbol
from bot.evaluated.partial import RepeatedList
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.value import (
    BoolValue,
    ListValue,
    NullValue,
    NumberValue,
    ObjectValue,
    Part,
    StringValue,
    SymbolicKey,
    Unknown,
    Value,
)
from bot.frontends.terraform.functions import BUILT_IN, FUNCTIONS
from bot.frontends.terraform.modules.revision_files import TreeFiles
from tests.soaking import sample

SPAN = Span("main.tf", 1, 1, 1, 9)
TRAIL = (Step(SPAN, "literal"),)
TREE = SourceTree("head", {"a/b.txt": "1", "a/c.json": "2"}, {"1": b"x\ny\xff", "2": b"{}"})
TEXTS = [
    "", "a", "a/b.txt", "1", "1.5", "true", "null", "[1]", '{"a":1}', "10.0.0.0/8", "2020-01-01T00:00:00Z", "YYYY",
    "%s", "%d-%v", "/a+/", "(", "\n", "é", "arn:aws:iam::1:role/x", "utf-8", "a,b\n1,2", "**", "%", "AAAA", "\x00",
]  # fmt: skip
SYMBOL = Symbol("aws_x.y.arn", "known only after apply")

LEAVES: st.SearchStrategy[Value] = st.one_of(
    st.sampled_from(TEXTS).map(lambda text: StringValue((Part(text, TRAIL, True),), TRAIL)),
    st.sampled_from([0, 1, -1, 2, 1.5, 10**30, 1e300]).map(lambda number: NumberValue(number, TRAIL)),
    st.booleans().map(BoolValue),
    st.just(NullValue(TRAIL)),
    st.just(Unknown(SYMBOL, TRAIL)),
    st.just(StringValue((Part("a", TRAIL), Part(SYMBOL, TRAIL), Part("/b", TRAIL, True)), TRAIL)),
)
KEYS = st.sampled_from(["a", "b", SymbolicKey.of((SYMBOL,))])


def _object(entries: dict[str, Value]) -> Value:
    return ObjectValue(tuple(sorted(entries.items())), TRAIL)


VALUES: st.SearchStrategy[Value] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: ListValue(tuple(items), TRAIL)),
        st.lists(inner, max_size=2).map(lambda items: ListValue(tuple(items), TRAIL, True)),
        st.lists(inner, min_size=1, max_size=2).map(lambda items: RepeatedList(tuple(items), TRAIL)),
        st.dictionaries(KEYS, inner, max_size=2).map(_object),
    ),
    max_leaves=5,
)


NAMES = sorted({*BUILT_IN, *(name for name in FUNCTIONS if "aws" in name)})


@given(st.sampled_from(NAMES), st.lists(VALUES, max_size=4))
@settings(max_examples=sample(500, 15_000), deadline=None)
def test_gives_a_value_or_a_fault(name: str, arguments: list[Value]) -> None:
    """Whatever a repository writes, a function answers with a value or says why it cannot."""
    try:
        result = FUNCTIONS[name](tuple(arguments), _call(name))
    except FunctionFault as fault:
        assert fault.kind
        assert fault.reason
    else:
        assert isinstance(result, Value)


LARGE = 8 * 10**6


@pytest.mark.parametrize("name", NAMES)
def test_a_large_number_makes_nothing_large(name: str) -> None:
    """What could get large is measured before it is made."""
    text = StringValue((Part("a", TRAIL, True),), TRAIL)
    number, list_ = NumberValue(LARGE, TRAIL), ListValue((text, text), TRAIL)
    shapes = ((number,), (text, number), (number, text), (number, number), (list_, number), (text, number, number))
    tracemalloc.start()
    try:
        for arguments in shapes:
            with contextlib.suppress(FunctionFault):
                FUNCTIONS[name](arguments, _call(name))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < LARGE / 2, f"{name} makes something large: see bot/frontends/terraform/functions/budget.py"


def _call(name: str) -> Call:
    return Call(name, name, SPAN, "", TreeFiles(TREE), lambda text, variables: text)
