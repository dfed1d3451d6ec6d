"""Thousands of small changes of our cases and of fetched repositories, each reviewed and judged (bench/silence).

    python -m bench.silence [--own 3500] [--fetched 1500] [--mirror DIR] [--seed 1] [--minutes 60] [--folder DIR]
                            [--repositories 20] [--without KIND]

Fetched repositories are those in the folder that IAM_REVIEW_MIRROR names; without any only our cases are asked. What
was tried is kept in the folder, by the bot's code and the seed, so that a run that was ended goes on from there; the
seed makes the same mutations again. 1 if a review and the judge disagree and that is not listed
(tests/cases/silence/listed.yaml). Where the review says that it compared what was changed and nothing is new, as of
what a Deny or a limit forbids anyway, somebody has to read it: that is printed and counted by itself.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from bench.fetched import mirror
from bench.mirrors.repositories import drawn as chosen
from bench.mirrors.repositories import repositories
from bench.mirrors.state import code_hash
from bench.silence import fetched_roots, own_cases
from bench.silence.knowledge import KINDS, without
from bench.silence.mutation import Mutation
from bench.silence.mutations import Site, drawn
from bench.silence.property import Property, Tried, Verdict

ROOT = Path(__file__).resolve().parents[2]
ROOTS_OF_EACH = 6
FOLDER = Path("var") / "silence"

WRONG = (Verdict.SILENCE.value, Verdict.UNSEEN.value, Verdict.NOISE.value)
COMPARED, LISTED = "compared", "listed"

Line = dict[str, str | float]
Draw = Iterator[tuple[Site, Mutation]]


def main() -> int:
    """Try them all; 1 if there is a disagreement that nobody has listed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--own", type=int, default=3500)
    parser.add_argument("--fetched", type=int, default=1500)
    parser.add_argument("--mirror", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--repositories", type=int, default=0, help="of so many that are drawn, 0 for all")
    parser.add_argument("--without", choices=sorted(KINDS))
    given = parser.parse_args()
    code = code_hash(ROOT / "bot") + code_hash(ROOT / "bench" / "silence")
    kept = Kept(given.folder / f"{code}-{given.seed}{given.without or ''}.jsonl", given.minutes * 60)
    at_work = without(KINDS[given.without]) if given.without else Property().at_work()
    with at_work as tries:
        kept.take(tries, drawn(own_cases.sites(), given.seed), given.own)
        folder = mirror(given.mirror) if given.fetched else None
        if folder is not None:
            names = [one for one, _ in _fetched(folder, given, kept, tries)]
            print(f"{len(names)} repositories", flush=True)
    print(report(kept.lines))
    return int(any(_verdict(one) in WRONG for one in kept.lines))


def _fetched(folder: Path, given: argparse.Namespace, kept: Kept, tries: Property) -> Iterator[tuple[str, int]]:
    """Every wanted repository in turn, as much of each as of the others."""
    every = {one.name for one in repositories(folder)}
    wanted = frozenset(chosen(every, given.repositories or len(every), str(given.seed)))
    share = -(-given.fetched // max(1, len(wanted)))
    for repository, sites in fetched_roots.sites(folder, wanted, ROOTS_OF_EACH, str(given.seed)):
        number = kept.take(tries, drawn(sites, given.seed), share)
        if number:
            yield repository.name, number
        if kept.is_over:
            return  # what is left takes as long to be looked at as to be tried


class Kept:
    """What was tried: the lines of a file, which is gone on with until the time is up."""

    def __init__(self, path: Path, seconds: float) -> None:
        self.path = path
        self.until = time.monotonic() + seconds
        path.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text("utf-8") if path.exists() else ""
        self.lines: list[Line] = [json.loads(line) for line in text.splitlines() if line.endswith("}")]
        self._known = {str(one["key"]): one for one in self.lines}

    @property
    def is_over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() > self.until

    def take(self, tries: Property, mutations: Draw, wanted: int) -> int:
        """Try so many valid ones of some worlds, those that are known already included."""
        valid = 0
        with self.path.open("a", encoding="utf-8") as file:
            for site, mutation in mutations:
                if valid >= wanted or self.is_over:
                    break
                line = self._known.get(_key(site, mutation)) or self._tried(tries, site, mutation)
                if _key(site, mutation) not in self._known:
                    self.lines.append(line)
                    self._known[_key(site, mutation)] = line
                    file.write(json.dumps(line) + "\n")
                    file.flush()
                valid += line["verdict"] != Verdict.INVALID.value
        return valid

    def _tried(self, tries: Property, site: Site, mutation: Mutation) -> Line:
        started = time.process_time()
        found = tries.tried(site, mutation)
        if found.disagrees:
            print(said(found), flush=True)
        return {
            "key": _key(site, mutation),
            "stratum": mutation.stratum,
            "verdict": found.verdict.value,
            "silent": found.silent,
            "listed": own_cases.is_listed(found),
            "compared": found.compared,
            "seconds": round(time.process_time() - started, 3),
        }


def _key(site: Site, mutation: Mutation) -> str:
    return f"{site.world.name} | {mutation.stratum} | {mutation.name}"


def said(found: Tried) -> str:
    """A disagreement, for whoever looks into it."""
    compared = ", compared" if found.compared else ""
    return f"{found.verdict}{compared}: {_key(found.site, found.mutation)}\n    {found.why[:400]}"


def report(lines: Iterable[Line]) -> str:
    """Mutations, silent reviews and disagreements by stratum."""
    every = sorted(lines, key=lambda one: str(one["stratum"]))
    columns = ("stratum", "valid", "silent", *WRONG, COMPARED, LISTED, "seconds")
    rows = [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    rows += [_row(name, list(some)) for name, some in itertools.groupby(every, key=lambda one: str(one["stratum"]))]
    return "\n".join([*rows, _row("all", every)])


def _row(name: str, some: list[Line]) -> str:
    valid = [one for one in some if one["verdict"] != Verdict.INVALID.value]
    counts = Counter(map(_verdict, valid))
    numbers = [
        len(valid),
        sum(bool(one["silent"]) for one in valid),
        *(counts[each] for each in (*WRONG, COMPARED, LISTED)),
    ]
    return f"| {name} | {' | '.join(map(str, numbers))} | {sum(float(one['seconds']) for one in some):.0f} |"


def _verdict(one: Line) -> str:
    """What counts of a line."""
    if one["listed"]:
        return LISTED
    return COMPARED if one["verdict"] == Verdict.SILENCE.value and one["compared"] else str(one["verdict"])


if __name__ == "__main__":
    sys.exit(main())
