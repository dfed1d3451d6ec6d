"""Whatever two values of an argument are: what differs comes down to values that hold no others, and none is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.evaluated.document import Symbol
from bot.evaluated.guard import Guard, Undecided
from bot.evaluated.mentions import plain
from bot.evaluated.value import (
    Alternative,
    BoolValue,
    Choice,
    ListValue,
    NullValue,
    NumberValue,
    ObjectValue,
    Part,
    StringValue,
    Unknown,
    Value,
)
from bot.review.unjudged.leaves import leaves

TEXTS = st.sampled_from(["", "a", "arn:aws:iam::999999999999:root"])
SCALARS: st.SearchStrategy[Value] = (
    st.builds(lambda text: StringValue((Part(text),)), TEXTS)
    | st.builds(lambda name: StringValue((Part("a"), Part(Symbol(name)))), st.sampled_from(["var.a", "var.b"]))
    | st.builds(NumberValue, st.integers(0, 2))
    | st.builds(BoolValue, st.booleans())
    | st.builds(lambda name: Unknown(Symbol(name)), st.sampled_from(["var.a", "var.b"]))
    | st.just(NullValue())
)


def _choice(ways: list[Value]) -> Choice:
    return Choice(tuple(Alternative(Guard(Undecided(f"var.w == {at}", "w")), way) for at, way in enumerate(ways)))


VALUES: st.SearchStrategy[Value] = st.recursive(
    SCALARS,
    lambda inner: (
        st.builds(lambda items: ListValue(tuple(items)), st.lists(inner, max_size=3))
        | st.builds(lambda held: ObjectValue(tuple(held.items())), st.dictionaries(st.sampled_from("abc"), inner))
        | st.builds(_choice, st.lists(inner, min_size=2, max_size=3))
    ),
    max_leaves=8,
)


@given(VALUES, VALUES)
def test_what_differs_comes_down_to_what_holds_nothing(old: Value, new: Value) -> None:
    for _, value in leaves("x", old, new):
        assert not isinstance(value, Choice)
        assert not (isinstance(value, ListValue) and value.items)
        assert not (isinstance(value, ObjectValue) and value.entries)


@given(VALUES, TEXTS)
def test_what_is_new_anywhere_is_among_it(value: Value, text: str) -> None:
    """A value put beside another one, in a list, an object or a choice, is seen."""
    new = StringValue((Part(f"new {text}"),))
    for old, head in (
        (ListValue((value,)), ListValue((value, new))),
        (ObjectValue((("a", value),)), ObjectValue((("a", value), ("b", new)))),
        (_choice([value, value]), _choice([value, new])),
        (value, _choice([value, new])),
    ):
        found = [plain(one) for _, one in leaves("x", old, head)]
        assert plain(new) in found, found
