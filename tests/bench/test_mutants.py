"""That every named mutant still has its place, and that one that survives or lost its place is told."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from bench.mutants import Misplaced, Mutant, named, survives
from tests.places import PROJECT

EQUAL = Mutant("two is one", "two.py", "TWO = 2", "TWO = 1", ("test_two.py",))


@pytest.mark.parametrize("mutant", named(), ids=lambda one: one.name)
def test_its_place_and_its_tests_are_there(mutant: Mutant) -> None:
    sound = (PROJECT / mutant.file).read_text()
    compile(mutant.applied(sound), mutant.file, "exec")
    assert all((PROJECT / test.partition("::")[0]).exists() for test in mutant.killed_by)


def test_a_mutant_is_noticed_or_survives_and_the_file_is_as_before(tmp_path: Path) -> None:
    (tmp_path / "two.py").write_text("TWO = 2\n")
    (tmp_path / "test_two.py").write_text("from two import TWO\n\n\ndef test_two():\n    assert TWO == 2\n")
    assert not survives(EQUAL, tmp_path)
    assert survives(dataclasses.replace(EQUAL, now="TWO = 1 + 1"), tmp_path)
    assert (tmp_path / "two.py").read_text() == "TWO = 2\n"


def test_a_mutant_without_its_place_or_its_tests_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "two.py").write_text("TWO = 2\nTWO = 2\n")
    with pytest.raises(Misplaced, match="stands 2 times"):
        survives(EQUAL, tmp_path)
    (tmp_path / "two.py").write_text("TWO = 2\n")
    with pytest.raises(Misplaced, match="no test runs"):
        survives(EQUAL, tmp_path)
