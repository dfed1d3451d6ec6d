"""What becomes of the last merged changes of each fetched repository: exceptions, not analysed, open, told, seconds.

    python -m bench.last_changes --mirror DIR [--changes 60] [--repository OWNER/NAME] [--terragrunt]
                                 [--code CHECKOUT] [--keep DIR] [--json FILE]

A change is one that touches Terraform; with `--terragrunt` one that touches an `.hcl` file that is no lock file, of a
repository that has units at HEAD. It is not analysed if a changed file was not evaluated; what else it leaves open is
counted beside it. `--keep` writes each review as JSON, to be read.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from bench.mirrors.bounded import Bounds
from bench.mirrors.repositories import Change, Repository, git, merged, repositories
from bench.mirrors.reviews import LACKING, Code, Outcome, canonical, of_change

UNITS = ("terragrunt.hcl", "terragrunt.stack.hcl")
NOT_ANALYSED = "not-evaluated"
MODULE = "remote-module"
MOST = 0.08
"""So many of the changes may be left not analysed."""

SLOW = 30.0
"""CPU seconds that no change may take."""

BOUND = Bounds(cpu_seconds=60)


@dataclass(slots=True)
class Tally:
    """What became of a repository's changes; `lacking` are those that the snapshot came without files of."""

    reviewed: int = 0
    not_analysed: int = 0
    open: int = 0
    told: int = 0
    faults: int = 0
    slow: int = 0
    lacking: int = 0
    seconds: float = 0
    slowest: float = 0
    causes: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        """Count what another tally counted."""
        for name in ("reviewed", "not_analysed", "open", "told", "faults", "slow", "lacking", "seconds"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.slowest = max(self.slowest, other.slowest)
        self.causes.update(other.causes)

    def figures(self) -> dict[str, object]:
        """For a JSON file."""
        return {name: getattr(self, name) for name in Tally.__slots__}


def main() -> int:
    """Review them; 1 if more than the bound are not analysed, anything raised or took too long."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mirror", type=Path, required=True)
    parser.add_argument("--changes", type=int, default=60, help="the last ones of each repository")
    parser.add_argument("--repository", help="OWNER/NAME: this one only")
    parser.add_argument("--terragrunt", action="store_true", help="only changes that touch Terragrunt's files")
    parser.add_argument("--code", type=Path, help="the checkout whose bot is run (default: this one)")
    parser.add_argument("--keep", type=Path, help="a folder for the reviews")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    code, whole = Code.of(given.code), Tally()
    found: dict[str, Tally] = {}
    for repository in repositories(given.mirror):
        if given.repository in (None, repository.name):
            changes = _changes(repository, given.changes, given.terragrunt)
            if changes:
                found[repository.name] = _of_changes(repository, changes, code, given.keep)
                whole.add(found[repository.name])
                print(_words(repository.name, found[repository.name]), flush=True)
    print(_words("all", whole))
    if given.json:
        given.json.write_text(canonical({name: one.figures() for name, one in found.items()}), "utf-8")
    return int(whole.faults > 0 or whole.slow > 0 or whole.not_analysed > MOST * max(1, whole.reviewed))


def _changes(repository: Repository, last: int, terragrunt: bool) -> tuple[Change, ...]:
    if terragrunt and not _has_units(repository):
        return ()
    changes = merged(repository, last)
    return tuple(one for one in changes if _touches_units(repository, one)) if terragrunt else changes


def _has_units(repository: Repository) -> bool:
    names = git(repository.directory, "ls-tree", "-r", "--name-only", "HEAD").splitlines()
    return any(path.rpartition("/")[2] in UNITS for path in names)


def _touches_units(repository: Repository, change: Change) -> bool:
    names = git(repository.directory, "diff", "--name-only", change.base, change.head).splitlines()
    return any(path.endswith(".hcl") and not path.endswith(".lock.hcl") for path in names)


def _of_changes(repository: Repository, changes: Iterable[Change], code: Code, keep: Path | None) -> Tally:
    whole = Tally()
    for change in changes:
        outcome = of_change(code, repository, change, BOUND)
        whole.add(_counted(outcome))
        for line in _seen(change, outcome):
            print(line, flush=True)
        if keep and outcome.review is not None:
            place = keep / f"{change.name}.json"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(canonical({**outcome.review, "cpu": outcome.seconds}), "utf-8")
    return whole


def _counted(outcome: Outcome) -> Tally:
    tally = Tally(faults=len(outcome.faults), seconds=outcome.seconds, slowest=outcome.seconds)
    tally.slow, tally.lacking = int(outcome.seconds > SLOW), int(outcome.over == LACKING)
    if outcome.review is None:
        return tally
    kinds = {str(gap["kind"]) for gap in _open(outcome.review)}
    tally.reviewed, tally.told = 1, int(bool(outcome.review["gained"]))
    tally.not_analysed, tally.open = int(NOT_ANALYSED in kinds), int(bool(kinds - {MODULE}))
    tally.causes.update(kinds)
    return tally


def _open(review: dict[str, list[dict[str, object]]]) -> list[dict[str, object]]:
    return [gap for gap in review["gaps"] if gap["changed"] and gap["carries_policy"]]


def _seen(change: Change, outcome: Outcome) -> Iterable[str]:
    yield f"{change.name}: {outcome.seconds:.1f} s {outcome.over}".rstrip()
    yield from (f"  {fault}" for fault in outcome.faults)
    if outcome.review is not None:
        yield from (f"  {gap['kind']} {gap['file']}:{gap['line']} {gap['reason']}" for gap in _open(outcome.review))


def _words(name: str, one: Tally) -> str:
    share = one.not_analysed / max(1, one.reviewed)
    return (
        f"{name}: {one.reviewed} changes, {one.not_analysed} not analysed ({share:.0%}), {one.open} with something "
        f"open, {one.told} with findings, {one.faults} exceptions, {one.slow} slow, {one.lacking} lacking files, "
        f"{one.seconds:.0f} s of CPU, the slowest {one.slowest:.1f}; {dict(one.causes.most_common())}"
    )


if __name__ == "__main__":
    sys.exit(main())
