"""One change through the command line, as anybody would run it; nothing of the bot is imported."""

from __future__ import annotations

import dataclasses
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.mirrors.bounded import Bounds, Ended, run
from bench.mirrors.faults import Fault, faults
from bench.mirrors.repositories import Change, Repository

ROOT = Path(__file__).resolve().parent.parent.parent
FAULT = "fault"
"""The cause of a gap that stands for an exception that one root's review survived."""

REVIEWED = (0, 1)
LACKING = "a file that the snapshot lacks"
_UNREADABLE = re.compile(r"fatal: unable to read ([0-9a-f]{40})\b")


@dataclass(frozen=True, slots=True)
class Code:
    """The checkout whose bot is run, and the Python that runs it."""

    directory: Path = ROOT
    python: str = sys.executable

    @classmethod
    def of(cls, directory: Path | None) -> Code:
        """Another checkout with its own environment, if it has one."""
        if directory is None:
            return cls()
        if not (directory / "bot" / "__init__.py").exists():  # else Python would silently take the installed one
            raise SystemExit(f"{directory}: there is no bot in it; give the folder of a checkout")
        # Not resolved: an environment's Python is a link to one that knows nothing of the environment.
        own = directory.absolute() / ".venv" / "bin" / "python"
        return cls(directory.resolve(), str(own) if own.exists() else sys.executable)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one review. `over` names the bound that ended it, or `LACKING`."""

    exit: int
    seconds: float
    megabytes: float
    review: dict[str, Any] | None = None
    faults: tuple[Fault, ...] = ()
    over: str = ""


def of_change(code: Code, repository: Repository, change: Change, bounds: Bounds) -> Outcome:
    """`diff` between two commits of a fetched repository."""
    sides = ("--repo", str(repository.directory.resolve()), "--base", change.base, "--head", change.head)
    found = outcome(change.repository, change.name.partition("/")[2], code, sides, ROOT, bounds)
    if found.review is None and any(lacking(repository, one.place) for one in found.faults):
        return dataclasses.replace(found, faults=(), over=LACKING)
    return found


def lacking(repository: Repository, message: str) -> bool:
    """Whether git says that it needs a file that the fetched snapshot came without."""
    named = _UNREADABLE.search(message)
    if named is None:
        return False
    command = ("git", "-c", "safe.directory=*", "-C", str(repository.directory), "cat-file", "-e", named[1])
    return subprocess.run(command, check=False, capture_output=True).returncode != 0


def outcome(
    repository: str, where: str, code: Code, sides: tuple[str, ...], directory: Path, bounds: Bounds
) -> Outcome:
    """Run `diff` and read what it says."""
    command = (code.python, "-P", "-m", "bot", "diff", *sides, "--format", "json")
    ended = run(command, directory, code.directory, bounds)
    figures = (ended.code, round(ended.seconds, 3), round(ended.megabytes, 1))
    if ended.over:
        return Outcome(*figures, over=ended.over)
    review = parsed(ended.output)
    found = gap_faults(repository, where, review)
    if ended.code not in REVIEWED or review is None:  # it says more of a survived exception than its gap does
        found = faults(repository, where, _with_traceback(ended, command, directory, code, bounds))
    return Outcome(*figures, review, found)


def _with_traceback(ended: Ended, command: tuple[str, ...], directory: Path, code: Code, bounds: Bounds) -> str:
    """What it said; if that names no place, what it says when asked for more."""
    if "Traceback" in ended.errors:
        return ended.errors
    again = run((*command, "--debug"), directory, code.directory, bounds)
    return again.errors if "Traceback" in again.errors else ended.errors or f"exit {ended.code}"


def gap_faults(repository: str, where: str, review: dict[str, Any] | None) -> tuple[Fault, ...]:
    """Exceptions that the review survived and tells as gaps."""
    gaps = review["gaps"] if review else ()
    return tuple(
        Fault(repository, where, f"{gap['address'] or gap['file']}: {gap['reason']}")
        for gap in gaps
        if gap.get("cause") == FAULT
    )


def parsed(text: str) -> dict[str, Any] | None:
    """The review without what differs from run to run; None if it is none."""
    try:
        review = json.loads(text)
    except ValueError:
        return None
    if not isinstance(review, dict) or "stats" not in review:
        return None
    review["stats"].pop("seconds", None)
    return review


def canonical(content: object) -> str:
    """One text for equal contents."""
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
