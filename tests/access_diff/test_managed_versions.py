"""One in ten of the adjacent versions of AWS-managed policies, and those that take longest (bench/soak_managed.py)."""

from __future__ import annotations

import pytest

from bench.soak_managed import SLOWEST_ALLOWED, judge, recorded

PARTS = 12

SLOWEST = 2 * SLOWEST_ALLOWED
"""Beside the other half of the test run, on the same core, a CPU second does less."""


@pytest.mark.parametrize("part", range(PARTS))
def test_what_a_new_version_allows_is_decided_and_proved_in_time(part: int) -> None:
    judged = [(judge(pair, SLOWEST), verdict) for pair, verdict in recorded()[part::PARTS]]
    assert [f"{one.pair.name}: {one.problem}" for one, _ in judged if one.problem] == []
    assert [one.pair.name for one, verdict in judged if one.verdict != verdict] == []


def test_there_is_one_in_ten() -> None:
    assert len(recorded()) >= 460
    assert {verdict for _, verdict in recorded()} == {"new access", "nothing new"}
