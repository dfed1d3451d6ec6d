"""The simulator's recorded answers to 10,000 requests; `python -m bench.differential --record` makes the files."""

from __future__ import annotations

import pytest

from bench.differential import Case, read_cases
from bench.engine_checks import check_evaluator, check_missed, compared
from bot.access_diff.delta import Delta
from tests.places import TESTS

RECORDED = TESTS / "cases" / "oracles"

Deltas = list[tuple[Case, Delta]]


@pytest.fixture(scope="module", params=["identity", "resource"])
def cases(request: pytest.FixtureRequest) -> list[Case]:
    return read_cases(RECORDED / f"{request.param}.jsonl.gz")


@pytest.fixture(scope="module")
def deltas(cases: list[Case]) -> Deltas:
    return [(case, compared(case.kind, case.base, case.head)) for case in cases]


def test_the_evaluator_decides_as_the_simulator_does(cases: list[Case]) -> None:
    found = [
        disagreement
        for case in cases
        for policy, answers in ((case.base, case.base_answers), (case.head, case.head_answers))
        for disagreement in check_evaluator(case.kind, policy, case.probes, answers)
    ]
    assert "\n".join(map(str, found[:3])) == ""


def test_no_gain_or_loss_is_missed(deltas: Deltas) -> None:
    found = [
        disagreement
        for case, delta in deltas
        for disagreement in check_missed(
            case.kind, case.base, case.head, delta, case.probes, case.base_answers, case.head_answers
        )
    ]
    assert "\n".join(map(str, found[:3])) == ""


def test_next_to_nothing_is_undecided(deltas: Deltas) -> None:
    undecided = [case for case, delta in deltas if delta.undecided and not delta.gained]
    assert len(undecided) <= len(deltas) / 100
