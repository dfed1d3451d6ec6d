"""The simulator's recorded answers to 10,000 requests; `python -m bench.differential --record` makes the files."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.differential import Case, read_cases
from bench.engine_checks import check_evaluator

RECORDED = Path(__file__).parent.parent / "cases" / "oracles"

WORLDS = ["identity", "resource"]


@pytest.fixture(scope="module", params=WORLDS)
def cases(request: pytest.FixtureRequest) -> list[Case]:
    return read_cases(RECORDED / f"{request.param}.jsonl.gz")


def test_the_evaluator_decides_as_the_simulator_does(cases: list[Case]) -> None:
    found = [
        disagreement
        for case in cases
        for policy, answers in ((case.base, case.base_answers), (case.head, case.head_answers))
        for disagreement in check_evaluator(case.kind, policy, case.probes, answers)
    ]
    assert "\n".join(map(str, found[:3])) == ""
