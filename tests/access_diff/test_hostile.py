"""Policies made to be expensive: an answer or "not decided" within 2 s and 300 MB, never a wrong "nothing new"."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.access_diff.hostile_pairs import NEW, SAME
from tests.places import PROJECT

SECONDS = 2.0
"""CPU time of one pair, alone on the machine."""

NEIGHBOURS = 2.0
"""Beside the other half of the test run, on the same core, a CPU second does less."""

MEGABYTES = 300
"""Peak of the process that judges all pairs one after the other."""


@pytest.fixture(scope="module")
def judged() -> dict[str, dict[str, Any]]:
    command = [sys.executable, "-m", "tests.access_diff.hostile_pairs"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=300, check=True)
    return {answer["name"]: answer for answer in map(json.loads, done.stdout.splitlines())}


@pytest.mark.parametrize("name", NEW)
def test_it_does_not_say_that_nothing_is_new(judged: dict[str, dict[str, Any]], name: str) -> None:
    verdict = judged[name]["verdict"]
    assert verdict["new_access"] or verdict["may"]


@pytest.mark.parametrize("name", SAME)
def test_nothing_is_new_whatever_the_size(judged: dict[str, dict[str, Any]], name: str) -> None:
    verdict = judged[name]["verdict"]
    assert not verdict["new_access"]
    assert not verdict["may"]


@pytest.mark.parametrize("name", [*NEW, *SAME])
def test_it_stays_within_its_budget(judged: dict[str, dict[str, Any]], name: str) -> None:
    assert judged[name]["seconds"] < SECONDS * NEIGHBOURS
    assert judged[name]["megabytes"] < MEGABYTES
