"""Pairs of policies: what the second newly allows, and what it no longer does."""

from __future__ import annotations

from typing import Any

import pytest

from bot.privilege_diff.delta import Delta
from bot.privilege_diff.explain import UNPUBLISHED
from tests.privilege_diff.policy_cases import Judged, judge, load_cases, printed

CASES = list(load_cases())


def verdict(judged: Judged) -> object:
    if judged.delta.gained:
        return "may" if judged.malformed else True
    return "may" if judged.delta.undecided or judged.malformed else False


@pytest.mark.parametrize("case", [case for _, case in CASES], ids=[name for name, _ in CASES])
def test_pair(case: dict[str, Any]) -> None:
    judged = judge(case)
    delta = judged.delta
    assert verdict(judged) == case["gained"], delta
    if "lost" in case:
        assert bool(delta.lost) == case["lost"], delta.lost
    if "rows" in case:
        assert [printed(change.row) for change in delta.gained] == case["rows"]
    check_details(case, delta)


def check_details(case: dict[str, Any], delta: Delta) -> None:
    if "before" in case:
        before = delta.gained[0].before
        assert before is not None
        assert printed(before) == case["before"]
    witness = delta.gained[0].witness if delta.gained else None
    if "context" in case:
        assert witness is not None
        assert {key: value for key, (value,) in witness.context} == case["context"]
    if "assumes" in case:
        assert witness is not None
        assert list(witness.assumes) == case["assumes"]
    for change in delta.gained:
        assert change.witness is not None
        assert (change.why_new == UNPUBLISHED) == bool(case.get("unpublished"))
