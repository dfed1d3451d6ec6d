"""How many merged changes that touch Terragrunt's files are not analysed, of the last ones of each fetched repository.

    python -m bench.terragrunt_changes --mirror DIR [--changes 60] [--repository OWNER/NAME] [--code CHECKOUT]
                                       [--json FILE]

A change touches Terragrunt if it changes an `.hcl` file that is no lock file, in a repository that has a
terragrunt.hcl or a terragrunt.stack.hcl at HEAD. It is not analysed if a changed file was not evaluated; what else it
leaves open is counted beside it. Exceptions and changes over the bound are counted too.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from bench.mirrors.bounded import Bounds
from bench.mirrors.repositories import Change, Repository, merged, repositories
from bench.mirrors.reviews import Code, of_change

UNITS = ("terragrunt.hcl", "terragrunt.stack.hcl")
NOT_ANALYSED = "not-evaluated"
MODULE = "remote-module"
MOST = 0.08
"""So many of the changes may be left not analysed."""


@dataclass(slots=True)
class Tally:
    """What became of a repository's changes that touch Terragrunt."""

    reviewed: int = 0
    not_analysed: int = 0
    open: int = 0
    told: int = 0
    faults: int = 0
    seconds: float = 0
    causes: Counter[str] = field(default_factory=Counter)


def main() -> int:
    """Review them; 1 if more than the bound are not analysed, or anything raised."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mirror", type=Path, required=True)
    parser.add_argument("--changes", type=int, default=60, help="the last ones of each repository")
    parser.add_argument("--repository", help="OWNER/NAME: this one only")
    parser.add_argument("--code", type=Path, help="the checkout whose bot is run (default: this one)")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    code = Code.of(given.code)
    every = [one for one in repositories(given.mirror) if given.repository in (None, one.name) and _has_units(one)]
    found = {one.name: _of_repository(one, given.changes, code) for one in every}
    for name, tally in (*found.items(), ("all", _sum(found.values()))):
        print(_words(name, tally), flush=True)
    if given.json:
        given.json.write_text(json.dumps({name: vars_of(one) for name, one in found.items()}, indent=1), "utf-8")
    whole = _sum(found.values())
    return int(whole.faults > 0 or whole.not_analysed > MOST * max(1, whole.reviewed))


def vars_of(tally: Tally) -> dict[str, object]:
    """The tally for a JSON file."""
    return {name: getattr(tally, name) for name in Tally.__slots__}


def _has_units(repository: Repository) -> bool:
    return any(path.rpartition("/")[2] in UNITS for path in _git(repository, "ls-tree", "-r", "--name-only", "HEAD"))


def _of_repository(repository: Repository, last: int, code: Code) -> Tally:
    tally = Tally()
    for change in merged(repository, last):
        if any(map(_is_terragrunt, _git(repository, "diff", "--name-only", change.base, change.head))):
            _count(tally, change, repository, code)
    return tally


def _is_terragrunt(path: str) -> bool:
    return path.endswith(".hcl") and not path.endswith(".lock.hcl")


def _count(tally: Tally, change: Change, repository: Repository, code: Code) -> None:
    outcome = of_change(code, repository, change, Bounds(cpu_seconds=60))
    tally.seconds += outcome.seconds
    if outcome.review is None:
        tally.faults += bool(outcome.faults)
        print(f"{change.name}: no review; {outcome.faults}", flush=True)
        return
    gaps = [gap for gap in outcome.review["gaps"] if gap["changed"] and gap["carries_policy"]]
    tally.reviewed += 1
    tally.not_analysed += any(gap["kind"] == NOT_ANALYSED for gap in gaps)
    tally.open += any(gap["kind"] != MODULE for gap in gaps)
    tally.told += bool(outcome.review["gained"])
    tally.causes.update({gap["kind"] for gap in gaps})
    for gap in gaps:
        print(f"{change.name}: {gap['kind']} {gap['file']}:{gap['line']} {gap['reason']}", flush=True)


def _git(repository: Repository, *arguments: str) -> list[str]:
    command = ["git", f"--git-dir={repository.directory}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def _sum(tallies: object) -> Tally:
    whole = Tally()
    for one in tallies:  # type: ignore[attr-defined]
        for name in ("reviewed", "not_analysed", "open", "told", "faults", "seconds"):
            setattr(whole, name, getattr(whole, name) + getattr(one, name))
        whole.causes.update(one.causes)
    return whole


def _words(name: str, one: Tally) -> str:
    share = one.not_analysed / max(1, one.reviewed)
    return (
        f"{name}: {one.reviewed} changes that touch Terragrunt, {one.not_analysed} not analysed ({share:.0%}), "
        f"{one.open} with something open, {one.told} with findings, {one.faults} exceptions, "
        f"{one.seconds:.0f} s; {dict(one.causes.most_common())}"
    )


if __name__ == "__main__":
    sys.exit(main())
