"""Two different unknowns of one finding are never printed alike."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.access_diff.delta import ConditionView, Row
from bot.risk.wording.states import distinct, told_apart
from bot.risk.wording.words import cut, row_words

NAME = st.text("ab_-", min_size=1, max_size=40)
SYMBOL = st.lists(NAME, min_size=1, max_size=4).map(lambda names: f"${{module.{'.'.join(names)}.s3_bucket_arn}}")


@given(st.lists(SYMBOL, min_size=2, max_size=6, unique=True))
def test_no_two_are_printed_alike(symbols: list[str]) -> None:
    words = distinct(symbols)
    printed = [cut(words.get(one, one)) for one in symbols]
    assert len(set(printed)) == len(symbols), printed


def test_what_is_held_and_what_is_new_are_told_apart() -> None:
    rows = [
        Row(("lambda:InvokeFunction",), ("*",), conditions=(ConditionView("ArnLike", "aws:SourceArn", (name,)),))
        for name in ("${module.nuclei-report-data.s3_bucket_arn}", "${module.owasp-zap-report-data.s3_bucket_arn}")
    ]
    held, new = map(row_words, told_apart(*rows))
    assert (held.rpartition(" ")[2], new.rpartition(" ")[2]) == (
        "${...nuclei-report-data.s3_bucket_arn}",
        "${...owasp-zap-report-data.s3_bucket_arn}",
    )


def test_what_differs_already_stays() -> None:
    one, two = (Row(("s3:GetObject",), (f"arn:aws:s3:::{name}",)) for name in ("a", "b"))
    assert told_apart(one, two) == (one, two)
