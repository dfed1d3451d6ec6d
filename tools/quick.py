"""What a change touched, checked in less than a minute: ruff, mypy and the tests nearest to it; `make test` checks all.

    python -m tools.quick [--base main] [--seconds 50]

Touched is what differs from the merge base with `--base`, new files included. A test file is as near as its chain of
imports to a touched module is short; one that only reads a touched file names it or its folder. The nearest run first,
those with a touched case before others, until the time is up. What did not run is told.
"""

from __future__ import annotations

import argparse
import ast
import subprocess
import sys
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ("bot", "tests", "bench", "tools")
TYPED = ("bot/", "tests/")
NOT_CODE = ("tests/cases/", "tests/oracles/")
MOST_FILES = 12
"""So many test files are imported at most."""


def touched(base: str) -> list[str]:
    """The files that differ from the merge base, and those that git does not know yet."""
    asked = (["diff", "--name-only", "--merge-base", base], ["ls-files", "--others", "--exclude-standard"])
    found = (subprocess.run(["git", *one], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True) for one in asked)
    return [name for done in found for name in done.stdout.splitlines()]


def sources(root: Path) -> dict[str, str]:
    """The text of every Python file, by its path."""
    paths = (path for folder in FOLDERS for path in sorted((root / folder).rglob("*.py")))
    named = ((path.relative_to(root).as_posix(), path) for path in paths)
    return {name: path.read_text() for name, path in named if not name.startswith(NOT_CODE)}


def importers(texts: Mapping[str, str]) -> dict[str, set[str]]:
    """Who imports each file, by paths."""
    files = {name.removesuffix(".py").removesuffix("/__init__").replace("/", "."): name for name in texts}
    found: dict[str, set[str]] = {name: set() for name in texts}
    for name, text in texts.items():
        for module in _imported(ast.parse(text)):
            if module in files:
                found[files[module]].add(name)
    return found


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names)


def nearest(changed: Collection[str], texts: Mapping[str, str]) -> list[str]:
    """The test files that a change may concern, nearest first."""
    onward = importers(texts)
    data = [name for name in changed if name not in texts]
    reached = dict.fromkeys((*(one for one in changed if one in texts), *_readers(data, texts)))
    waiting = list(reached)
    for name in waiting:
        further = sorted(onward[name] - reached.keys())
        reached.update(dict.fromkeys(further))
        waiting += further
    return [name for name in reached if name.startswith("tests/") and Path(name).name.startswith("test_")]


def _readers(data: Collection[str], texts: Mapping[str, str]) -> Iterator[str]:
    """Who reads a file that is no Python: by its name, or by its folder where nobody says the name."""
    for name in data:
        path = Path(name)
        stage = path.parts[2] if name.startswith("tests/cases/") and len(path.parts) > 3 else ""
        folders = [f"cases/{stage}", f'"{stage}"'] if stage else [str(path.parent)] if path.parent.name else []
        names = [path.name] if len(path.parts) < 5 else []  # a case's own files have names that many have
        by_name = [one for one, text in texts.items() if any(name in text for name in names)]
        yield from by_name or (one for one, text in texts.items() if any(part in text for part in folders))


@dataclass
class Budget:
    """Runs the tests of touched cases first and ends when the time is up."""

    order: list[str]
    cases: Collection[str]
    until: float
    failed: int = 0
    waiting: dict[str, int] = field(default_factory=dict)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put the nearest first."""
        place = {name: number for number, name in enumerate(self.order)}
        items.sort(key=lambda one: (not self._is_touched(one), place.get(_file(one), len(place))))
        for one in items:
            self.waiting[_file(one)] = self.waiting.get(_file(one), 0) + 1

    def _is_touched(self, item: pytest.Item) -> bool:
        return any(f"[{case}" in item.nodeid for case in self.cases)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count what failed."""
        self.failed += report.failed

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Count what ran; the last one before the end."""
        try:
            return (yield)  # type: ignore[return-value]
        finally:
            self.waiting[_file(item)] -= 1
            if time.monotonic() > self.until:
                item.session.shouldstop = "the time is up"


def _file(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def checks(changed: Collection[str]) -> list[subprocess.Popen[bytes]]:
    """ruff and mypy on the Python files that are still there."""
    code = [name for name in changed if name.endswith(".py") and (ROOT / name).exists()]
    code = [name for name in code if not name.startswith(NOT_CODE)]
    typed = [name for name in code if name.startswith(TYPED)]
    commands = [["ruff", "check", "-q", *code], ["ruff", "format", "-q", "--check", *code]] if code else []
    commands += [["mypy", "--no-error-summary", *typed]] if typed else []
    return [subprocess.Popen([Path(sys.executable).parent / one, *rest], cwd=ROOT) for one, *rest in commands]


def run_tests(changed: Collection[str], until: float) -> int:
    """How many of the nearest tests failed, or why none could run; what did not run is told."""
    order = nearest(changed, sources(ROOT))
    near, rest = order[:MOST_FILES], order[MOST_FILES:]
    cases = {Path(name).parts[3] for name in changed if name.startswith("tests/cases/") and name.count("/") > 3}
    budget = Budget(near, cases, until)
    if not near:
        print("quick: no test imports or reads what was touched")
        return 0
    code = pytest.main(["-q", *near], plugins=[budget])
    unrun = [f"{name} ({left} tests)" for name, left in budget.waiting.items() if left]
    print(f"quick: near the change and out of time: {', '.join(unrun) or 'none'}")
    print(f"quick: not run, as farther from it: {len(rest)} test files")
    return budget.failed or int(code not in (pytest.ExitCode.OK, pytest.ExitCode.INTERRUPTED))


def main() -> int:
    """Check; 1 if anything is wrong."""
    started = time.monotonic()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", default="main")
    parser.add_argument("--seconds", type=float, default=50)
    options = parser.parse_args()
    changed = touched(options.base)
    running = checks(changed)
    failed = run_tests(changed, started + options.seconds)
    wrong = [one for one in running if one.wait()]
    print(f"quick: {len(changed)} files touched, {time.monotonic() - started:.0f} s; `make test` checks the rest")
    return int(bool(failed or wrong))


if __name__ == "__main__":
    sys.exit(main())
