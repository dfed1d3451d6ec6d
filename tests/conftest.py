"""Shared by all tests: what lacks a service, Node or a browser skips with one line; STRICT makes that a failure."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Generator
from functools import cache
from pathlib import Path

import pytest
import structlog
from hypothesis import settings

from tests.places import TESTS

settings.register_profile("untimed", settings(), deadline=None)
settings.load_profile("untimed")  # a fifth of a second by the clock says how busy the machine is
settings.register_profile("soak", max_examples=1000, deadline=None)

pytest_plugins = ["tests.service_fixtures"]

# Some images say that Python is to keep no bytecode: then each process that tests start compiles all that it imports.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


def pytest_configure() -> None:
    """Errors that the bot survives are logged plainly: coloured, with all locals, they take longer than the tests."""
    structlog.dev.ConsoleRenderer.get_active().exception_formatter = structlog.dev.plain_traceback


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--strict-skips", action="store_true", help="a skipped test is a failure")


LONGEST_FIRST = ("runtime", "forges/ci", "fake_forge", "wiring", "deploy", "docs", "contents", "jobs", "web", "cli")
"""Folders whose tests start servers and processes: begun last, one of them would keep the others' workers waiting."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _turn(item.path))


@cache
def _turn(path: Path) -> int:
    above = [folder.relative_to(TESTS).as_posix() for folder in path.parents if folder.is_relative_to(TESTS)]
    return next((turn for turn, folder in enumerate(LONGEST_FIRST) if folder in above), len(LONGEST_FIRST))


def pytest_collection_finish() -> None:
    """The 10,000 cases stay, so no search for garbage needs to look at them; what tests make is seldom garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and item.config.getoption("--strict-skips") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which --strict-skips does not allow: {report.longrepr}"
    return report
