from __future__ import annotations

from pathlib import Path

import pytest

from tests.places import TESTS

from .recorded import complaint, load, results

CASES = TESTS / "cases" / "functions"
FILES = sorted(CASES.glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_answers_as_terraform_does(path: Path) -> None:
    judged = [(case, complaint(case, value)) for case, value in results(path)]
    complaints = [found for case, found in judged if found and "differs" not in case]
    assert not complaints, "\n".join(complaints)
    agreeing = [case["expression"] for case, found in judged if "differs" in case and not found]
    assert not agreeing, f"no longer different, remove `differs`: {agreeing}"


def test_there_are_enough_cases_and_few_known_differences() -> None:
    cases = [case for path in FILES for case in load(path).cases]
    assert len(cases) >= 500
    assert sum("differs" in case for case in cases) <= 30
