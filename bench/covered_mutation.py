"""Mutants of what reads resources, compares and judges: which of them do the tests that run their line not notice?

    python -m bench.covered_mutation [--sample 100] [--seed 1] [--only risk] [--minutes 3]
                                     [--write docs/measurements/FILE.md]

Draws from mutmut's mutants of each package (see bench.mutation) and runs each in a forked process against the tests
that bench.covering has recorded for its line: at most so many, the quick ones first. A mutant that does not end within
its time counts as noticed. Survivors are printed; what changes nothing has its line in
tests/cases/mutation/equivalent.yaml. With --minutes it ends after so many, with 3 if any mutant is left, and goes on
when it is called again: what has been found under one record of bench.covering is kept beside it.
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import os
import pkgutil
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from itertools import chain, zip_longest
from pathlib import Path
from zlib import crc32

import pytest

from bench.chosen_tests import AGAIN, CHANGES, Covered, case_of, chosen
from bench.covering import ANSWERS, CACHE, DRAWN, PACKAGES, ROOT, covering, few_examples
from bench.mutation import Mutant, Mutated, explained, listed
from tests import yaml_files

SECONDS = 60
"""CPU time of one mutant."""

BELOW = ("bot.contents", "bot.evaluated", "bot.frontends", "bot.iam", "bot.data_sources")
"""What the packages are built on: imported once for all mutants."""

SURVIVED, FAILED, INTERRUPTED, UNFOUND, BROKEN = 0, 1, 2, 5, 70
"""How a child ends: as pytest does (a mutant that breaks an import interrupts it), or broken here."""


def draw(sample: int, seed: int, only: str) -> list[Mutant]:
    """The packages' mutants, one of each package in turn; drawn once under a record, whose lines they are of."""
    kept: dict[str, list[Mutant]] = json.loads(DRAWN.read_text()) if DRAWN.exists() else {}
    asked = f"{sample} {seed}"
    if asked not in kept:
        files = [sorted(str(path.relative_to(ROOT)) for path in (ROOT / one).rglob("*.py")) for one in PACKAGES]
        drawn = [listed(some, "--sample", str(sample), "--seed", str(seed)) for some in files]
        kept[asked] = [one for one in chain.from_iterable(zip_longest(*drawn)) if one is not None]
        DRAWN.write_text(json.dumps(kept))
    return [one for one in kept[asked] if only in _package(one)]


TYPES = "the types"
"""What notices a mutant that mypy refuses."""


class Only:
    """Keeps the chosen tests; `found` are those. The name of one that fails is written to `told`."""

    def __init__(self, tests: Collection[str], told: int) -> None:
        self.tests, self.found, self.told = tests, set[str](), told

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out what was not chosen."""
        items[:] = [one for one in items if _name(one.nodeid) in self.tests]
        self.found.update(_name(one.nodeid) for one in items)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Tell what fails."""
        if report.failed:
            os.write(self.told, _name(report.nodeid).encode())


def _name(test: str) -> str:
    """As a test is chosen: one of a whole change by its case."""
    return case_of(test) if test.startswith(CHANGES) else test


def run(mutant: Mutant | None, tests: Collection[str], *options: str) -> tuple[int, str]:
    """How the tests end with the mutant in its place, see `noticed`, and the one that failed.

    Without a mutant, UNFOUND is also the end where one of the tests is not there.
    """
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.dup2(1, 2)
            if mutant is not None:
                resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
                sys.meta_path.insert(0, Mutated(mutant))
            os._exit(_run(tests, tell, mutant is None, options))
        finally:
            os._exit(BROKEN)
    os.close(tell)
    with os.fdopen(told, encoding="utf-8") as read:
        failed = read.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), failed


def noticed(code: int) -> bool:
    """Whether a mutant is noticed by tests that end so; negative for a signal, as where its time is over.

    Tests that are not found, or could not be run, notice nothing.
    """
    return code in (FAILED, INTERRUPTED) or code < 0


def _run(tests: Collection[str], tell: int, whole: bool, options: Sequence[str]) -> int:
    """Run the tests, those of whole changes last; the code to end with."""
    others = {one for one in tests if "::" in one}
    parts = [(others, {one.partition("::")[0] for one in others}), (set(tests) - others, {CHANGES})]
    for some, files in ((some, files) for some, files in parts if some):
        kept = Only(some, tell)
        code = int(pytest.main(["-x", "-q", "--assert=plain", *options, *sorted(files)], plugins=[kept]))
        if whole and kept.found != some:
            return UNFOUND
        if code not in (SURVIVED, UNFOUND):
            return code
    return SURVIVED


def preload() -> None:
    """Import and read once what no mutant changes."""
    for name in BELOW:
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            importlib.import_module(module.name)
    for name in ("jsonschema", "tests.services"):
        importlib.import_module(name)
    few_examples()
    yaml_files.read_yaml = lru_cache(yaml_files.read_yaml)
    for file in _tables():
        yaml_files.read_yaml(file.read_text())
    mutated = tuple(one.replace("/", ".") for one in PACKAGES)
    assert not [name for name in sys.modules if name.startswith(mutated)]


def _tables() -> Iterator[Path]:
    cases = ROOT / "tests" / "cases"
    for name in (
        "risk",
        "extract",
        "escalation",
        "policy_pairs",
        "explanations",
        "privilege_diff_match",
        "changes",
        "unjudged",
    ):
        yield from (cases / name).rglob("expect.yaml" if name == "changes" else "*.yaml")


def table(mutants: Sequence[Mutant], survivors: Sequence[Mutant], by_types: Sequence[Mutant]) -> str:
    """Mutants, those that tests or only the types notice, survivors looked at and not, by package."""
    total, alive, typed = (Counter(map(_package, some)) for some in (mutants, survivors, by_types))
    known = Counter(_package(mutant) for mutant in survivors if explained(mutant))
    head = ("package", "mutants", "noticed by tests", "by the types alone", "change nothing, with a reason", "survive")
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for package, count in sorted(total.items()):
        noticed_by_tests = count - alive[package] - typed[package]
        row = (noticed_by_tests, typed[package], known[package], alive[package] - known[package])
        lines.append(f"| {package} | {count} | {' | '.join(f'{one} ({one / count:.0%})' for one in row)} |")
    return "\n".join(lines)


def _package(mutant: Mutant) -> str:
    return next(one for one in PACKAGES if mutant["file"].startswith(one))


def answers() -> dict[str, tuple[bool, str]]:
    """What was found before: whether a mutant survives, and the test that notices it, by what it is."""
    lines = ANSWERS.read_text().splitlines() if ANSWERS.exists() else []
    return {json.dumps(mutant): (alive, by) for mutant, alive, by in map(json.loads, lines)}


def judged(mutant: Mutant, tests: frozenset[str], covered: Covered) -> tuple[bool, str]:
    """Whether a mutant survives, and what notices it: one of the tests, the types, or one of more tests."""
    code, by = run(mutant, tests) if tests else (SURVIVED, "")
    if code == INTERRUPTED and run(None, tests, "--collect-only")[0] != SURVIVED:
        raise SystemExit("mutation: the tests cannot be imported without a mutant, either: has the code changed since?")
    if not noticed(code) and refused(mutant):
        return False, TYPES
    if not noticed(code):
        code, by = run(mutant, chosen(mutant, covered, AGAIN) - tests)
    return not noticed(code), by


def refused(mutant: Mutant) -> bool:
    """Whether mypy, which runs beside the tests, refuses a mutant that its parent took."""
    shadow = CACHE / f"shadow-{os.getpid()}.py"
    # A text of the size that is in the cache is taken to be the same: each gets an end of its own.
    shadow.write_text(mutant["text"] + "#" * (1 + crc32(mutant["text"].encode()) % 4096))
    options = ("--cache-dir", CACHE / "mypy", "--shadow-file", mutant["file"], shadow, "--package", "bot")
    return subprocess.run([sys.executable, "-m", "mypy", *options], cwd=ROOT, capture_output=True).returncode == 1


def judge(mutants: Sequence[Mutant], covered: Covered, seconds: float) -> list[Mutant] | None:
    """The survivors, printed as they are found; None if the time is over before all have been judged."""
    known, survivors, end = answers(), [], time.monotonic() + seconds
    for done, mutant in enumerate(mutants, 1):
        tests, key = chosen(mutant, covered), json.dumps(mutant)
        if key not in known:
            if time.monotonic() > end:
                print(f"{done - 1} of {len(mutants)} are judged; called again, it goes on", file=sys.stderr)
                return None
            known[key] = judged(mutant, tests, covered)
            with ANSWERS.open("a") as kept:
                kept.write(f"{json.dumps((mutant, *known[key]))}\n")
        if known[key][0]:
            survivors.append(mutant)
            why = explained(mutant) or ("" if tests else "no test runs it")
            print(f"{mutant['file']}:{mutant['line']} {why}\n  - {mutant['was']}\n  + {mutant['is']}", flush=True)
    return survivors


def main() -> int:
    """Judge, then print the table; 1 if a survivor has no reason."""
    options = _options()
    covered = covering()
    mutants = draw(options.sample, options.seed, options.only)
    preload()
    tests = frozenset(chain.from_iterable(chosen(one, covered) for one in mutants))
    if not ANSWERS.exists() and run(None, tests, "--collect-only")[0] != SURVIVED:
        print("mutation: not all of the recorded tests are there", file=sys.stderr)
        return 2
    started = time.monotonic()
    survivors = judge(mutants, covered, options.minutes * 60)
    if survivors is None:
        return 3
    known = answers()
    noticing = {by for _, by in (known[json.dumps(mutant)] for mutant in mutants)} - {"", TYPES}
    code, failed = run(None, noticing)
    if code != SURVIVED:
        print(f"mutation: what noticed a mutant fails without one: {failed}", file=sys.stderr)
        return 2
    by_types = [mutant for mutant in mutants if known[json.dumps(mutant)] == (False, TYPES)]
    text = table(mutants, survivors, by_types)
    print(f"{text}\n\n{len(mutants):,} mutants in {time.monotonic() - started:.0f} s")
    if options.write:
        options.write.write_text(f"# Mutants by coverage\n\n`python -m bench.covered_mutation`\n\n{text}\n")
    return int(any(explained(mutant) is None for mutant in survivors))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=100, help="so many mutants of each package")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="only packages whose path holds this")
    parser.add_argument("--minutes", type=float, default=math.inf, help="end after so many, to go on when called again")
    parser.add_argument("--write", type=Path, help="also write the table to this file")
    return parser.parse_args()


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
