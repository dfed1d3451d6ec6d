"""Puts what the engine says of pairs of policies to an SMT solver, by an encoding that shares nothing with it.

    python -m bench.smt [--pairs conformance|managed] [--reverse] [--new] [--sample N --seed S] [--folder DIR]

Asked of each pair of which the engine says "nothing new": is there a request that the new policy allows and the old one
does not? It should have no answer. With `--new` also of those of which the engine says that there is one. 1 if the two
disagree, or if over one in a hundred is not answered within ten seconds of CPU.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from bench.conformance import FOLDER, load
from bench.smt.document import Json
from bench.smt.question import BUDGET, Answer, Found, ask
from bench.soak_managed import all_or_recorded
from bot.access_diff.pairs import judge_pair
from bot.iam.statement import PolicyKind

ANSWERED = 0.99


@dataclass(frozen=True, slots=True)
class Pair:
    """Two policies, old and new."""

    name: str
    old: Json
    new: Json
    kind: PolicyKind = PolicyKind.IDENTITY


@dataclass(frozen=True, slots=True)
class Compared:
    """What the engine said of a pair, what the solver said, and how many CPU seconds the solver took."""

    pair: Pair
    engine: Found
    answer: Answer
    seconds: float

    @property
    def disagrees(self) -> bool:
        """Whether both have answered, and otherwise."""
        return self.answer.found is not Found.UNANSWERED and self.answer.found is not self.engine


def verdict(pair: Pair) -> Found:
    """What the engine says; UNANSWERED if it leaves the pair undecided."""
    found = judge_pair(dict(pair.old), dict(pair.new), pair.kind)
    if found.new_access:
        return Found.SOMETHING
    return Found.UNANSWERED if found.may else Found.NOTHING


def compared(pair: Pair, engine: Found, budget: float = BUDGET) -> Compared:
    """The solver asked about one pair."""
    started = time.process_time()
    answer = ask(pair.old, pair.new, budget)
    return Compared(pair, engine, answer, time.process_time() - started)


def conformance(folder: Path) -> Iterator[Pair]:
    """The pairs judged by others, where they are on this machine."""
    if not folder.is_dir():
        print(f"no pairs in {folder}: nothing was asked")
        return
    for case in load(folder):
        yield Pair(case["id"], case["old"], case["new"], PolicyKind(case["kind"]))


def managed(*, reverse: bool) -> Iterator[Pair]:
    """Adjacent versions of AWS-managed policies."""
    for pair in all_or_recorded():
        yield Pair(pair.name, pair.new, pair.old) if reverse else Pair(pair.name, pair.old, pair.new)


def report(found: list[Compared]) -> str:
    """The figures, then each pair that is not agreed on or not answered."""
    lines = []
    for engine in (Found.NOTHING, Found.SOMETHING):
        some = [one for one in found if one.engine is engine]
        if not some:
            continue
        answered = [one for one in some if one.answer.found is not Found.UNANSWERED]
        times = sorted(one.seconds for one in some)
        lines.append(
            f"{engine}: {len(some):,} pairs, {len(answered):,} answered ({len(answered) / len(some):.2%}), "
            f"{sum(one.disagrees for one in some)} disagreements, {sum(one.answer.checks for one in some):,} checks, "
            f"{sum(times):.0f} s (median {times[len(times) // 2]:.2f}, p99 {times[len(times) * 99 // 100]:.2f}, "
            f"longest {times[-1]:.2f})"
        )
    lines += [
        f"  DISAGREE {one.pair.name}: engine {one.engine}, {one.answer.request}" for one in found if one.disagrees
    ]
    lines += [f"  open {one.pair.name}: {one.answer.why}" for one in found if one.answer.found is Found.UNANSWERED]
    return "\n".join(lines)


def main() -> int:
    """Ask about all pairs or a sample; print the report."""
    options = _options()
    every = list(managed(reverse=options.reverse) if options.pairs == "managed" else conformance(options.folder))
    if options.sample and options.sample < len(every):
        every = Random(options.seed).sample(every, options.sample)
    wanted = {Found.NOTHING, Found.SOMETHING} if options.new else {Found.NOTHING}
    found = []
    for pair in every:
        engine = verdict(pair)
        if engine in wanted:
            found.append(compared(pair, engine, options.seconds))
            if found[-1].answer.found is not engine:
                print(report(found[-1:]).splitlines()[-1], flush=True)
    print(report(found))
    answered = sum(one.answer.found is not Found.UNANSWERED for one in found)
    return int(any(one.disagrees for one in found) or answered < ANSWERED * len(found))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", choices=("conformance", "managed"), default="conformance")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the conformance pairs are")
    parser.add_argument("--reverse", action="store_true", help="managed pairs from new to old")
    parser.add_argument("--new", action="store_true", help="also the pairs with something new")
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=BUDGET, help="for one pair")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
