"""Every root of one repository at HEAD, in a process of its own that is started again where one root ends it."""

from __future__ import annotations

import dataclasses
import json
import time
from dataclasses import dataclass, field
from typing import Any

from bench.mirrors.bounded import Bounds, Ended, run
from bench.mirrors.faults import Fault, fault
from bench.mirrors.repositories import Repository
from bench.mirrors.reviews import ROOT, Code

ROOT_SECONDS = 120.0
"""CPU seconds for one root."""

STARTS = 20
"""So many roots may each end the whole process before the rest of a repository is given up."""


@dataclass(slots=True)
class Roots:
    """What came of a repository's roots. `seconds` are by root; `over` names bounds by root; `cut` is that the time
    given to the repository ended before its roots did."""

    known: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    gaps: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    over: dict[str, str] = field(default_factory=dict)
    cut: bool = False


def of_head(repository: Repository, most: int, bounds: Bounds, seed: str, known: Roots | None = None) -> Roots:
    """Look at `most` roots within `bounds`, which are the whole repository's; goes on with `known`."""
    found = known or Roots()
    found.cut = False
    command = ("-P", "-m", "bench.mirrors.look", str(repository.directory.resolve()), str(most), seed)
    until = time.monotonic() + bounds.wall_seconds
    for _ in range(STARTS):
        within = dataclasses.replace(bounds, wall_seconds=max(until - time.monotonic(), 1.0))
        done = json.dumps(sorted(found.seconds))
        ended = run((Code().python, *command, str(ROOT_SECONDS)), ROOT, ROOT, within, done)
        begun = read(found, repository.name, ended.output)
        if ended.over == "wall":
            found.cut = True
            break
        if ended.code == 0:
            break
        died(found, repository.name, begun, ended)
        if begun is None:
            break
    return found


def read(found: Roots, repository: str, output: str) -> str | None:
    """Add what the lines tell; the root that was begun and not ended, if there is one."""
    begun = None
    for line in output.splitlines():
        told = _line(line)
        begun = told.get("begin", begun)
        if "end" not in told:
            continue
        begun = None
        _add(found, repository, told)
    return begun


def _add(found: Roots, repository: str, told: dict[str, Any]) -> None:
    name = told["end"]
    found.seconds[name] = told["seconds"]
    found.known = told.get("roots", found.known)
    for kind, count in told.get("gaps", {}).items():
        found.gaps[kind] = found.gaps.get(kind, 0) + count
    if "over" in told:
        found.over[name] = told["over"]
    if "traceback" in told:
        found.faults.append(fault(repository, name, told["traceback"]))


def died(found: Roots, repository: str, begun: str | None, ended: Ended) -> None:
    """Blame the root that was begun; it is not begun again."""
    name = begun or "(all roots)"
    found.seconds.setdefault(name, 0.0)
    if ended.over:
        found.over[name] = ended.over
    else:
        said = ended.errors if ended.errors.strip() else f"the process ended with {ended.code}"
        found.faults.append(fault(repository, name, said))


def _line(text: str) -> dict[str, Any]:
    try:
        line: dict[str, Any] = json.loads(text)
    except ValueError:  # cut off where the process ended
        return {}
    return line
