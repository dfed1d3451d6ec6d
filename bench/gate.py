"""Whether the gate, at its defaults, stops what a person would stop and lets pass what a person would wave through.

    python -m bench.gate --mirror DIR [--list docs/measurements/gate.tsv] [--label stop|wave] [--code CHECKOUT]

The list has merged changes of fetched repositories: `first` is what was said of the diff before any review, `label`
what is held of it now, with a word why. Of those to be stopped, what the review stopped, left open or undecided, and
let pass without a word is counted; of those to be waved through, what it stopped. Exit code 1 if fewer than 95 % of the
ones are stopped, or more than 5 % of the others. A change whose repository was not fetched is counted, not run.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bench.mirrors.bounded import Bounds
from bench.mirrors.repositories import Change, Repository, repositories
from bench.mirrors.reviews import Code, of_change
from bot.frozen import dataclass

LIST = Path(__file__).resolve().parent.parent / "docs" / "measurements" / "gate.tsv"
STOPPED, WAVED = 0.95, 0.05
Ended = Counter[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A merged change, and whether a person would `stop` it, `wave` it through, or is `unsure`."""

    change: Change
    label: str
    why: str


def labelled(path: Path) -> Iterator[Labelled]:
    """The list's changes."""
    with path.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            yield Labelled(Change(row["repository"], row["base"], row["head"]), row["label"], row["why"])


def ended(code: Code, repository: Repository, one: Labelled, bounds: Bounds) -> str:
    """What became of one: "stopped", "undecided", "open", "passed", or "not reviewed"."""
    review = of_change(code, repository, one.change, bounds).review
    if review is None:
        return "not reviewed"
    if review["verdict"] == "fail":
        return "stopped"
    return "undecided" if review["undecided"] else "passed" if review["complete"] else "open"


def main() -> int:
    """Review the changes and count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mirror", type=Path, required=True)
    parser.add_argument("--list", type=Path, default=LIST)
    parser.add_argument("--label", choices=("stop", "wave"), help="only those")
    parser.add_argument("--seconds", type=int, default=60, help="CPU seconds for one change")
    parser.add_argument("--code", type=Path, help="the checkout whose bot is run (default: this one)")
    given = parser.parse_args()
    code, bounds = Code.of(given.code), Bounds(cpu_seconds=given.seconds)
    fetched = {one.name: one for one in repositories(given.mirror)}
    found: Ended = Counter()
    for one in labelled(given.list):
        if one.label not in (given.label or "stop", given.label or "wave"):
            continue
        repository = fetched.get(one.change.repository)
        what = "not fetched" if repository is None else ended(code, repository, one, bounds)
        found[one.label, what] += 1
        if (one.label, what) != ("stop", "stopped") and (one.label == "stop" or what == "stopped"):
            print(f"{one.change.name}: to {one.label}, {what}: {one.why}", flush=True)
    return _report(found)


def _report(found: Ended) -> int:
    shares = {}
    for label in ("stop", "wave"):
        ends = {what: count for (told, what), count in found.items() if told == label and not what.startswith("not ")}
        shares[label] = ends.get("stopped", 0) / max(1, sum(ends.values()))
        told = ", ".join(f"{count} {what}" for what, count in sorted(ends.items()))
        print(f"to {label}: {told}; {shares[label]:.1%} stopped")
    return int(shares["stop"] < STOPPED or shares["wave"] > WAVED)


if __name__ == "__main__":
    sys.exit(main())
