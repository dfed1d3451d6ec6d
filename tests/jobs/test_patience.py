"""How often and after how long work is tried again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot import errors
from bot.errors import ForgeUnavailable
from bot.jobs.retry_policy import next_try
from tests.places import TESTS
from tests.yaml_files import read_yaml

CASES = read_yaml((TESTS / "cases" / "jobs" / "patience.yaml").read_text())
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def error(words: str) -> Exception:
    name, _, after = words.partition(" retry after ")
    if after:
        return ForgeUnavailable("busy", float(after))
    made: Exception = getattr(errors, name, KeyError)("x")
    return made


@pytest.mark.parametrize(("failure", "attempt", "wait"), CASES)
def test_next_try(failure: str, attempt: int, wait: float | None) -> None:
    at = next_try(error(failure), attempt, NOW)
    assert (at and (at - NOW).total_seconds()) == wait
