"""Which tests run which line of some packages, recorded once and kept outside the repository.

    python -m bench.covering [--add] [what pytest takes...]

`coverage` is installed into the cache folder, not into the environment. A test's lines are those it runs with every
function cache of the packages empty: else the first test that needs an answer would be the only one that covers it.
With --add, tests that were written since are added to the record, and what survived is to be judged again.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

ROOT = Path(__file__).parent.parent
CACHE = Path(tempfile.gettempdir()) / "iam-review-bench"
COVERAGE = "coverage==7.11.0"
RECORD = CACHE / "covering.sqlite"
DRAWN = CACHE / "drawn-mutants.json"
"""The mutants that were drawn under this record, by what was asked for."""
ANSWERS = CACHE / "covered-mutants.jsonl"
"""What has become of mutants under this record: a line of JSON each."""
PACKAGES = ("bot/risk", "bot/extract", "bot/access_diff")
TESTS = (
    "tests/risk",
    "tests/extract",
    "tests/access_diff_configs",
    *(
        f"tests/access_diff/test_{name}.py"
        for name in ("policy_pairs", "explanations", "semantics", "conditions_nested", "properties")
    ),
    *(f"tests/review/{name}" for name in ("inventory", "suggest", "unjudged")),
    "tests/review/recheck/test_recheck.py",
    *(f"tests/review/planned/test_{name}.py" for name in ("plans", "equivalence", "secrets")),
    *(
        f"tests/review/test_{name}.py"
        for name in ("excerpts", "owners", "prose", "terragrunt_findings", "told", "variant_findings")
    ),
    *(f"tests/render/test_{name}.py" for name in ("alike", "formats", "open", "page", "proof_steps", "tried")),
    *(f"tests/review_config/test_{name}.py" for name in ("bound", "split", "strictness", "waive")),
    "tests/resource_types",
    "tests/modules",
    "tests/changes",
)
"""Tests that run the packages in their own process, quick enough to be run for each mutant."""

EXAMPLES = 25
"""So many examples hypothesis tries, both here and for a mutant."""


class _Contexts:
    """Tells coverage which test runs."""

    def __init__(self, switch: Callable[[str], None]) -> None:
        self.switch = switch

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Of the tests of one change case, which share its review, the first speaks for all."""
        first = {_case(item): item for item in reversed(items)}
        items[:] = [item for item in items if first[_case(item)] is item]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        for one in _caches():
            one.cache_clear()
        self.switch(item.nodeid)
        try:
            return (yield)
        finally:
            self.switch("")


def _case(item: pytest.Item) -> str:
    """The case of a change, else the test itself."""
    file, _, test = item.nodeid.partition("::")
    return f"{file} {test.partition('[')[2]}" if file.startswith("tests/changes") else item.nodeid


def _caches() -> list[Any]:
    """The function caches of the packages."""
    names = tuple(one.replace("/", ".") for one in PACKAGES)
    modules = [module for name, module in sys.modules.items() if name.startswith(names)]
    return [one for module in modules for one in vars(module).values() if isinstance(one, functools._lru_cache_wrapper)]


def _library() -> None:
    """Put `coverage` on the path."""
    home = CACHE / "coverage"
    if not home.exists():
        install: list[str | Path] = [
            sys.executable,
            "-m",
            "uv",
            "pip",
            "install",
            "--quiet",
            "--target",
            home,
            COVERAGE,
        ]
        subprocess.run(install, check=True)
    sys.path.insert(0, str(home))


def few_examples() -> None:
    """The same few examples each time; how small a failing one is does not matter."""
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    hypothesis.settings.register_profile(
        "mutants", max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=phases
    )
    hypothesis.settings.load_profile("mutants")


def record(what: Collection[str], add: bool) -> int:
    """Run some tests and keep what they cover; the exit code of pytest."""
    _library()
    few_examples()
    coverage = importlib.import_module("coverage")
    for old in () if add else (RECORD, DRAWN, ANSWERS):
        old.unlink(missing_ok=True)
    if add and ANSWERS.exists():
        noticed = [line for line in ANSWERS.read_text().splitlines(keepends=True) if not json.loads(line)[1]]
        ANSWERS.write_text("".join(noticed))
    measure = coverage.Coverage(data_file=str(RECORD), source=list(PACKAGES), messages=False)
    if add:
        measure.load()
    measure.start()
    try:
        return int(pytest.main(["-q", "--assert=plain", *what], plugins=[_Contexts(measure.switch_context)]))
    finally:
        measure.stop()
        measure.save()


def covering() -> dict[str, dict[int, list[str]]]:
    """The tests of each line of each file, by the file's path in the repository."""
    _library()
    data = importlib.import_module("coverage").CoverageData(str(RECORD))
    data.read()
    return {
        str(Path(file).relative_to(ROOT)): {
            line: [test for test in tests if test] for line, tests in data.contexts_by_lineno(file).items()
        }
        for file in data.measured_files()
    }


if __name__ == "__main__":
    os.chdir(ROOT)
    with contextlib.suppress(KeyError):
        del os.environ["PYTEST_ADDOPTS"]
    asked = sys.argv[1:]
    sys.exit(record([one for one in asked if one != "--add"] or TESTS, add="--add" in asked))
