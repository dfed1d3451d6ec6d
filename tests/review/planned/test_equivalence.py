"""A plan says of a module what its source says: the same access gained by the same principals, as grave."""

from __future__ import annotations

import pytest

from bot.review.model import Review
from tests.frontends.terraform.judged import CASES, NAMES
from tests.review.planned.reviews import judged_module

PLANNED = [name for name in NAMES if (CASES / name / "plan.json").exists()]


def gains(review: Review) -> set[str]:
    """Who gains something."""
    return {address for finding in review.gained for address in (*finding.principals, *finding.instances)}


@pytest.mark.parametrize("how", ["both", "alone"])
@pytest.mark.parametrize("name", PLANNED)
def test_the_same_gains(name: str, how: str) -> None:
    written, planned = judged_module(name, "written"), judged_module(name, how)
    assert gains(planned) == gains(written)
    assert (planned.grade, planned.verdict) == (written.grade, written.verdict)


@pytest.mark.parametrize("how", ["both", "alone"])
@pytest.mark.parametrize("name", PLANNED)
def test_nothing_left_open(name: str, how: str) -> None:
    review = judged_module(name, how)
    assert not review.gaps and not review.undecided and not review.notes


@pytest.mark.parametrize("name", PLANNED)
def test_the_same_lines(name: str) -> None:
    """A plan beside the source moves no finding."""
    written, both = judged_module(name, "written"), judged_module(name, "both")
    assert {finding.location for finding in both.gained} == {finding.location for finding in written.gained}


@pytest.mark.parametrize("name", PLANNED)
def test_without_source_places_are_addresses(name: str) -> None:
    places = {(finding.location.file, finding.location.line) for finding in judged_module(name, "alone").gained}
    assert all(line == 0 and file.partition("[")[0].count(".") for file, line in places)


def test_that_says_something() -> None:
    assert sum(bool(judged_module(name, "written").gained) for name in PLANNED) >= 25
