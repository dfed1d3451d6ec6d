"""That a mutant is judged by the tests that run it, and that tests which are not found notice nothing."""

from __future__ import annotations

import signal
from collections.abc import Mapping, Sequence
from importlib.util import module_from_spec

import pytest

from bench.chosen_tests import CHANGES, MOST_TESTS, chosen
from bench.covered_mutation import noticed
from bench.mutation import Mutated
from tests.places import PROJECT

SCORE = "bot/risk/score.py"
LINES = (PROJECT / SCORE).read_text("utf-8").split("\n")


def _line(begins: str) -> int:
    return next(number for number, line in enumerate(LINES, 1) if line.strip().startswith(begins))


def _chosen(line: int, covered: Mapping[int, Sequence[str]]) -> frozenset[str]:
    return chosen({"file": SCORE, "line": line, "was": LINES[line - 1]}, {SCORE: covered})


LINT = "bot/risk/lint"


@pytest.mark.parametrize(
    ("file", "name", "inside"),
    [(SCORE, "bot.risk.score", None), (f"{LINT}/__init__.py", "bot.risk.lint", [str(PROJECT / LINT)])],
)
def test_a_mutant_takes_the_place_of_its_module(file: str, name: str, inside: list[str] | None) -> None:
    finder = Mutated({"file": file, "text": "MUTATED = True"})
    spec = finder.find_spec(name, None)
    assert spec is not None and finder.find_spec(f"{name}.other", None) is None
    assert vars(module_from_spec(spec)).get("__path__") == inside


@pytest.mark.parametrize("code", [1, 2, -signal.SIGXCPU])
def test_a_failure_a_broken_import_and_too_much_time_notice(code: int) -> None:
    assert noticed(code)


@pytest.mark.parametrize("code", [0, 3, 4, 5, 70])
def test_tests_that_pass_are_not_found_or_could_not_be_run_do_not(code: int) -> None:
    assert not noticed(code)


def test_a_line_is_judged_by_the_tests_that_run_it() -> None:
    ours, others = ["tests/a.py::b[an id: * [x]]", f"{CHANGES}::test_says[a-case]"], ["tests/a.py::other"]
    assert _chosen(_line("low, high"), {_line("low, high"): ours, _line("beyond"): others}) == {ours[0], "a-case"}


def test_a_table_is_judged_by_the_tests_that_run_what_uses_it() -> None:
    assert _chosen(_line("HALF"), {_line("unfilled"): ["tests/a.py::b"], _line("return max"): ["c"]}) == {
        "tests/a.py::b"
    }
    assert _chosen(_line('"high": (50'), {_line("low, high"): ["tests/a.py::b"]}) == {"tests/a.py::b"}


def test_of_too_many_some_from_everywhere_are_chosen_and_those_that_hold_a_word_of_the_line() -> None:
    many = [f"tests/a.py::{number:04}" for number in range(3 * MOST_TESTS)]
    some = _chosen(_line('"critical": (80'), {_line("low, high"): [*many, "tests/b.py::b[critical]"]})
    assert len(some) == MOST_TESTS and "tests/b.py::b[critical]" in some
