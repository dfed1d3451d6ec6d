"""Conditions inside conditions: the narrower one gives nothing new to who has the wider, and the reverse does."""

from __future__ import annotations

from typing import Any

import pytest

from bot.access_diff.pairs import PairVerdict, judge_pair
from bot.iam.statement import PolicyKind
from tests.places import TESTS
from tests.yaml_files import read_yaml

CASES = read_yaml((TESTS / "cases" / "iam" / "conditions_nested.yaml").read_text())
NESTED = [case for case in CASES if "narrow" in case]
SAME = [case["same"] for case in CASES if "same" in case]


def document(condition: object) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": condition}
    return {"Version": "2012-10-17", "Statement": [statement]}


def judged(old: object, new: object) -> PairVerdict:
    return judge_pair(document(old), document(new), PolicyKind.IDENTITY, strict=True)


@pytest.mark.parametrize("case", NESTED, ids=map(str, NESTED))
def test_the_narrower_lies_in_the_wider(case: dict[str, Any]) -> None:
    narrower, wider = judged(case["wide"], case["narrow"]), judged(case["narrow"], case["wide"])
    assert (narrower.new_access, narrower.lost_access, narrower.may) == (False, True, False), narrower
    assert (wider.new_access, wider.lost_access, wider.may) == (True, False, False), wider


@pytest.mark.parametrize("pair", SAME, ids=map(str, SAME))
def test_the_same_in_other_words(pair: list[Any]) -> None:
    for old, new in (pair, pair[::-1]):
        verdict = judged(old, new)
        assert (verdict.new_access, verdict.lost_access, verdict.may) == (False, False, False), verdict
