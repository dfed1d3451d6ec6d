"""The mutants named in tests/cases/mutation/named.yaml: each in a copy of the project, against tests that must notice.

    python -m bench.mutants [WORD...]

With words, only mutants whose name holds one of them. Ends with 1 if a mutant survives or its place is no longer found
exactly once: then the fault that it stands for has to be written anew.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent
NAMED = ROOT / "tests" / "cases" / "mutation" / "named.yaml"
COPIED = ("bot", "tests", "docs", "bench", "tools", "deploy", "pyproject.toml", "Makefile", "README.md")
SECONDS = 1800
NOTHING_RAN = (4, 5)
"""Exit codes of pytest: a test that is not there, and no tests at all."""


class Misplaced(Exception):
    """A mutant whose text does not stand in its file exactly once."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A fault: `was` in `file` becomes `now`, and one of the tests `killed_by` fails."""

    name: str
    file: str
    was: str
    now: str
    killed_by: tuple[str, ...]

    def applied(self, text: str) -> str:
        """The file's text with the fault. Raises Misplaced."""
        if text.count(self.was) != 1:
            raise Misplaced(f"{self.name}: {self.was!r} stands {text.count(self.was)} times in {self.file}")
        return text.replace(self.was, self.now)


def named() -> list[Mutant]:
    """All named mutants."""
    return [
        Mutant(one["name"], one["file"], one["was"], one["is"], tuple(one["killed_by"]))
        for one in yaml.safe_load(NAMED.read_text())
    ]


def survives(mutant: Mutant, copy: Path) -> bool:
    """Whether all of its tests pass in a copy of the project, which is as before afterwards. Raises Misplaced."""
    file = copy / mutant.file
    sound = file.read_text()
    file.write_text(mutant.applied(sound))
    _forget(file)
    try:
        code = _run(mutant.killed_by, copy)
    finally:
        file.write_text(sound)
        _forget(file)
    if code in NOTHING_RAN:
        raise Misplaced(f"{mutant.name}: no test runs as {' '.join(mutant.killed_by)}")
    return code == 0


def _forget(file: Path) -> None:
    """Drop what was compiled of a file: Python tells by the second and the size whether it is still true."""
    for compiled in (file.parent / "__pycache__").glob(f"{file.stem}.*.pyc"):
        compiled.unlink()


def _run(tests: tuple[str, ...], copy: Path) -> int:
    """The exit code of pytest, which imports the copy."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", *tests]
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    return subprocess.run(
        command, cwd=copy, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=SECONDS
    ).returncode


def copied(directory: Path) -> Path:
    """A copy of what the tests read."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "node_modules")
            shutil.copytree(source, directory / name, ignore=ignored, symlinks=True)
        else:
            shutil.copy(source, directory / name)
    return directory


def main() -> int:
    """Judge the mutants whose names hold a word of the command line."""
    words = sys.argv[1:]
    mutants = [one for one in named() if not words or any(word in one.name for word in words)]
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="iam-review-mutants-") as directory:
        copy = copied(Path(directory))
        tests = tuple(dict.fromkeys(test for one in mutants for test in one.killed_by))
        if _run(tests, copy) != 0:
            print("mutants: the tests fail without a mutant", file=sys.stderr)
            return 2
        for mutant in mutants:
            started = time.monotonic()
            try:
                said = "SURVIVES" if survives(mutant, copy) else "noticed"
            except Misplaced as error:
                said = f"MISPLACED, {error}"
            wrong += said != "noticed"
            print(f"{said}: {mutant.name} ({time.monotonic() - started:.0f} s)", flush=True)
    print(f"{len(mutants) - wrong} of {len(mutants)} noticed")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
