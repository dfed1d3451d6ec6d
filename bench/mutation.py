"""Mutants of the algebra and the evaluator: which of them do the tests of the engine not notice?

    python -m bench.mutation [--sample 120] [--seed 1] [--only evaluator] [--write docs/measurements/FILE.md]

The mutants are mutmut's (bench/peers/mutants.py, in an environment of its own in a cache folder outside the
repository); each is judged in a forked process by the same test functions that `make test` runs, the quick ones
first, without pytest around them. A mutant that does not end within its time counts as noticed. A survivor that was
looked at has its line in tests/cases/mutation/equivalent.yaml with the reason; the others are printed.
bench.covered_mutation does the same for risk, extract and access_diff.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import venv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache, partial
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import hypothesis

from tests import yaml_files

ROOT = Path(__file__).parent.parent
CACHE = Path(tempfile.gettempdir()) / "iam-review-bench"
MUTMUT = "mutmut==3.8.1"
EXPLAINED = ROOT / "tests" / "cases" / "mutation" / "equivalent.yaml"
FILES = (
    *(
        f"bot/iam/{name}.py"
        for name in (
            "evaluator",
            "operators",
            "wildcard",
            "coverage",
            "condition",
            "language",
            "pattern",
            "inclusion",
            "intersection",
            "interval",
            "satisfy",
        )
    ),
    "bot/access_diff/cells.py",
)
SECONDS = 60
"""CPU time of one mutant."""

RECORDED = 60
"""Recorded pairs of each world that a mutant is held against."""

Mutant = dict[str, Any]


def listed(files: Sequence[str], *options: str) -> list[Mutant]:
    """The mutants of some files."""
    home = CACHE / "mutmut"
    if not (home / "installed").exists():
        venv.create(home, with_pip=True)
        subprocess.run([home / "bin" / "pip", "install", "--quiet", MUTMUT], check=True)
        (home / "installed").touch()
    script = ROOT / "bench" / "peers" / "mutants.py"
    command: list[str | Path] = [home / "bin" / "python", script, *options, *files]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def sampled(mutants: list[Mutant], size: int, random: Random) -> list[Mutant]:
    """At most `size` mutants of each file, in order."""
    by_file: dict[str, list[Mutant]] = defaultdict(list)
    for mutant in mutants:
        by_file[mutant["file"]].append(mutant)
    picked = {file: random.sample(range(len(found)), min(size, len(found))) for file, found in by_file.items()}
    return [by_file[file][index] for file, places in picked.items() for index in sorted(places)]


class Mutated(MetaPathFinder, Loader):
    """Imports one module, or package, from other text."""

    def __init__(self, mutant: Mutant) -> None:
        file = ROOT / mutant["file"]
        self.folder = file.parent if file.name == "__init__.py" else None
        self.name = mutant["file"].removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        self.text: str = mutant["text"]

    def find_spec(self, fullname: str, path: object, target: object = None) -> ModuleSpec | None:
        """This module's."""
        if fullname != self.name:
            return None
        spec = spec_from_loader(fullname, self, is_package=self.folder is not None)
        if spec is not None and self.folder is not None:
            spec.submodule_search_locations = [str(self.folder)]
        return spec

    def exec_module(self, module: ModuleType) -> None:
        """Run the text."""
        exec(compile(self.text, f"<mutant of {self.name}>", "exec"), module.__dict__)


def survives(mutant: Mutant) -> bool:
    """Whether no test notices the mutant."""
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(1, 2)
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        sys.meta_path.insert(0, Mutated(mutant))
        try:
            for check in checks():
                check()
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def checks() -> Iterator[Callable[[], object]]:
    """The tests, quick ones first; imported here, when the mutant is in its place."""
    from tests.access_diff import test_conditions_nested, test_explanations, test_policy_pairs, test_properties
    from tests.iam import test_patterns, test_policy_documents

    for case in test_policy_documents.REQUESTS:
        yield from (
            partial(test_policy_documents.test_request, case, answer) for answer in test_policy_documents.ANSWERS
        )
    yield from (partial(test_policy_pairs.test_pair, case) for _, case in test_policy_pairs.CASES)
    yield from (
        partial(test_conditions_nested.test_the_narrower_lies_in_the_wider, case)
        for case in test_conditions_nested.NESTED
    )
    yield from (
        partial(test_conditions_nested.test_the_same_in_other_words, pair) for pair in test_conditions_nested.SAME
    )
    explained_cases = zip(test_explanations.CASES, test_explanations.NODES, strict=True)
    yield from (partial(test_explanations.test_the_first_cause_is_the_line_to_edit, *one) for one in explained_cases)
    for module in (test_patterns, test_properties):
        yield from (test for name, test in vars(module).items() if name.startswith("test_") and not _marked(test))
    yield recorded


def _marked(test: object) -> bool:
    """Whether a test has parameters that pytest fills in."""
    return bool(getattr(test, "pytestmark", ()))


def recorded() -> None:
    """The simulator's recorded answers to some of the requests."""
    from bench.differential import read_cases
    from bench.engine_checks import compared
    from tests.oracles import test_recorded_answers as recorded_answers

    for world in ("identity", "resource"):
        cases = read_cases(recorded_answers.RECORDED / f"{world}.jsonl.gz")
        recorded_answers.test_the_evaluator_decides_as_the_simulator_does(cases)
        deltas = [(case, compared(case.kind, case.base, case.head)) for case in cases[:RECORDED]]
        recorded_answers.test_no_gain_or_loss_is_missed(deltas)


def explained(mutant: Mutant) -> str | None:
    """Why a survivor changes nothing, None if nobody has looked at it."""
    for reason in _reasons():
        same = reason["file"] == mutant["file"] and reason["was"] in mutant["was"]
        if same and ("is" not in reason or reason["is"] in mutant["is"]):
            return str(reason["why"])
    return None


@cache
def _reasons() -> list[dict[str, str]]:
    return list(yaml_files.read_yaml(EXPLAINED.read_text())) if EXPLAINED.exists() else []


def table(mutants: list[Mutant], survivors: list[Mutant]) -> str:
    """Mutants, noticed, looked at and not, by file."""
    total, alive = (Counter(mutant["file"] for mutant in some) for some in (mutants, survivors))
    known = Counter(mutant["file"] for mutant in survivors if explained(mutant))
    lines = ["| file | mutants | noticed | survive, with a reason | survive |", "|---|---|---|---|---|"]
    for file in total:
        noticed, left = total[file] - alive[file], alive[file] - known[file]
        lines.append(f"| {file} | {total[file]} | {noticed} | {known[file]} | {left} |")
    whole = sum(total.values()), sum(total.values()) - len(survivors), sum(known.values())
    lines.append(f"| all | {whole[0]} | {whole[1]} | {whole[2]} | {len(survivors) - whole[2]} |")
    return "\n".join(lines)


def main() -> int:
    """Judge, print survivors as they are found, then the table; 1 if one has no reason."""
    options = _options()
    mutants = sampled(listed([name for name in FILES if options.only in name]), options.sample, Random(options.seed))
    yaml_files.read_yaml = lru_cache(yaml_files.read_yaml)
    hypothesis.settings.register_profile("mutants", max_examples=25, derandomize=True, database=None)
    hypothesis.settings.load_profile("mutants")
    preload()
    for file in (ROOT / "tests" / "cases").glob("*/*.yaml"):
        if file.parent.name in ("iam", "policy_pairs", "explanations"):
            yaml_files.read_yaml(file.read_text())
    original = {"file": "none", "text": ""}
    if not survives(original):
        print("mutation: the tests fail without a mutant", file=sys.stderr)
        return 2
    started, survivors = time.monotonic(), []
    for mutant in mutants:
        if survives(mutant):
            survivors.append(mutant)
            if explained(mutant) is None:
                print(f"{mutant['file']}:{mutant['line']}\n  - {mutant['was']}\n  + {mutant['is']}", flush=True)
    text = table(mutants, survivors)
    print(f"{text}\n\n{len(mutants):,} mutants in {time.monotonic() - started:.0f} s")
    if options.write:
        title = "# Mutants of the algebra and the evaluator"
        options.write.write_text(f"{title}\n\n`python -m bench.mutation`\n\n{text}\n")
    return int(any(explained(mutant) is None for mutant in survivors))


def preload() -> None:
    """Import and read once what no mutant changes."""
    from bot.iam.catalog import load_catalog

    load_catalog()
    importlib.import_module("pytest")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=10_000, help="at most this many mutants of each file")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="only files whose path holds this")
    parser.add_argument("--write", type=Path, help="also write the table to this file")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
