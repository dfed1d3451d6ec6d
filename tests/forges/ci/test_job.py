"""A runner's variables say which change request the job is about."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.errors import UsageError
from bot.forges.ci_job import CiJob, runner_of
from bot.wiring.registry import FORGES
from tests.places import TESTS
from tests.yaml_files import read_yaml

CASES = read_yaml((TESTS / "cases" / "ci" / "jobs.yaml").read_text())


def _event(case: dict[str, Any]) -> str:
    return str(case.get("event_text", json.dumps(case["event"]) if "event" in case else ""))


def read_job(case: dict[str, Any]) -> CiJob:
    runner = runner_of(case["variables"], [adapter.ci for adapter in FORGES if adapter.ci is not None])
    return runner.read_job(case["variables"], _event(case))


@pytest.mark.parametrize("case", [case for case in CASES if "job" in case], ids=lambda case: case["name"])
def test_job(case: dict[str, Any]) -> None:
    job = read_job(case)
    assert {name: getattr(job, name) for name in case["job"]} == case["job"]


@pytest.mark.parametrize("case", [case for case in CASES if "error" in case], ids=lambda case: case["name"])
def test_no_job(case: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as raised:
        read_job(case)
    assert str(raised.value) == case["error"]


def test_tokens_are_not_shown() -> None:
    case = next(case for case in CASES if case["name"] == "the bot's own variable wins over the workflow's token")
    assert "own" not in repr(read_job(case))
