"""Compares evaluator and engine with an independent simulator over random policy pairs and requests at their edges.

    python -m bench.differential --pairs 10000 --probes 10 [--seed 1] [--resource]
    python -m bench.differential --record tests/cases/oracles/identity.jsonl.gz --pairs 1000

What is checked, with the simulator (tests/oracles) as judge:

    evaluator  decides each request as the simulator does
    witness    no gained access whose witness the simulator allows at base or denies at head
    missed     no request allowed at head and denied at base that lies in no gained and no undecided row

Known errors of the simulator are in docs/decisions/0012-oracle-errors.md; the generators keep clear of them.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from bench.engine_checks import (
    Disagreement,
    check_evaluator,
    check_missed,
    check_witnesses,
    compare_documents,
    witness_probes,
)
from bench.probes import random_probes
from bench.random_policies import random_pair
from bench.shrink import shrink
from bench.worlds import ACCOUNT, World, worlds
from bot.iam.statement import PolicyKind
from tests.oracles.iam_simulate import IamSimulate, Json, Judged, Probe, missing


@dataclass(frozen=True, slots=True)
class Case:
    """A pair, requests, and the simulator's answers to them at base and at head."""

    kind: PolicyKind
    base: Json
    head: Json
    probes: tuple[Probe, ...]
    base_answers: tuple[str, ...]
    head_answers: tuple[str, ...]


def judged(world: World, document: Json) -> Judged:
    """The policies to ask about: an identity's, or a resource's with an identity that may do anything."""
    if world.bounded:
        policy = {key: value for key, value in document.items() if key != "Boundary"}
        return Judged(identity=(policy,), boundary=(document["Boundary"],))
    if world.kind is PolicyKind.IDENTITY:
        return Judged(identity=(document,))
    return Judged(identity=(ALLOW_ALL,), resource=document)


ALLOW_ALL: Json = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def cases(oracle: IamSimulate, world: World, random: Random, pairs: int, probes: int) -> Iterator[Case]:
    """Random pairs with their requests, answered."""
    for _ in range(pairs):
        base, head = random_pair(random, world)
        asked = tuple(random_probes(random, world, base, head, probes))
        at_base, at_head = (tuple(oracle.ask(judged(world, policy), asked)) for policy in (base, head))
        yield Case(world.kind, base, head, asked, at_base, at_head)


def check(oracle: IamSimulate, world: World, case: Case) -> Iterator[Disagreement]:
    """All disagreements over one case."""
    yield from check_evaluator(case.kind, case.base, case.probes, case.base_answers)
    yield from check_evaluator(case.kind, case.head, case.probes, case.head_answers)
    delta, failure = compare_documents(case.kind, case.base, case.head)
    if delta is None:
        yield failure
        return
    yield from check_missed(case.kind, case.base, case.head, delta, case.probes, case.base_answers, case.head_answers)
    witnesses = witness_probes(delta)
    if world.kind is not PolicyKind.IDENTITY:
        # Who is of the resource's account is let in by its own policy, which here allows everything.
        witnesses = [probe for probe in witnesses if f"::{ACCOUNT}:" not in probe.principal]
    at_base, at_head = (oracle.ask(judged(world, policy), witnesses) for policy in (case.base, case.head))
    yield from check_witnesses(case.base, case.head, witnesses, at_base, at_head)


def smallest(oracle: IamSimulate, world: World, item: Disagreement) -> Disagreement:
    """The same disagreement over the smallest pair that still shows it."""
    found = item

    def fails(base: Json, head: Json) -> bool:
        nonlocal found
        probes = (item.probe,) if item.probe else ()
        at_base, at_head = (tuple(oracle.ask(judged(world, policy), probes)) for policy in (base, head))
        again = check(oracle, world, Case(world.kind, base, head, probes, at_base, at_head))
        same = [other for other in again if other.kind == item.kind]
        found = same[0] if same else found
        return bool(same)

    base, head = (item.policies * 2)[:2]
    shrink(base, head, fails)
    return found


def write_cases(path: Path, found: Sequence[Case]) -> None:
    """Record cases, one JSON line each, gzipped without a date."""
    lines = [
        json.dumps(
            {**asdict(case), "base_answers": _letters(case.base_answers), "head_answers": _letters(case.head_answers)}
        )
        for case in found
    ]
    path.write_bytes(gzip.compress("\n".join(lines).encode(), 9, mtime=0))


def read_cases(path: Path) -> list[Case]:
    """Read recorded cases."""
    read = []
    for line in gzip.decompress(path.read_bytes()).decode().split("\n"):
        raw = json.loads(line)
        probes = tuple(Probe(**probe) for probe in raw.pop("probes"))
        at_base, at_head = (tuple(map(_WORDS.__getitem__, raw.pop(f"{side}_answers"))) for side in ("base", "head"))
        read.append(Case(PolicyKind(raw["kind"]), raw["base"], raw["head"], probes, at_base, at_head))
    return read


_WORDS = {"a": "allowed", "d": "denied", "e": "error"}


def _letters(answers: Sequence[str]) -> str:
    return "".join(answer[0] for answer in answers)


def main() -> int:
    """Run, print a table and the smallest disagreements; 1 if there is any."""
    options = _options()
    reason = missing()
    if reason:
        print(f"differential: {reason}", file=sys.stderr)
        return 2
    started, world = time.monotonic(), worlds()[options.world]
    answers: Counter[str] = Counter()
    errors: Counter[str] = Counter()
    found: list[Disagreement] = []
    kept: list[Case] = []
    with IamSimulate() as oracle:
        for case in cases(oracle, world, Random(options.seed), options.pairs, options.probes):
            for before, after in zip(case.base_answers, case.head_answers, strict=True):
                answers[f"{before.split(':')[0]} -> {after.split(':')[0]}"] += 1
                errors.update(answer for answer in (before, after) if answer.startswith("error"))
            found += check(oracle, world, case)
            if options.record:
                kept.append(case)
        _shown(oracle, world, found, options.show)
    if options.record:
        write_cases(options.record, kept)
    _report(answers, errors, found, time.monotonic() - started)
    return 1 if found else 0


def _report(answers: Counter[str], errors: Counter[str], found: list[Disagreement], seconds: float) -> None:
    print(f"{sum(answers.values()):,} requests at base and at head in {seconds:.0f} s; simulator: {dict(answers)}")
    for error, count in errors.most_common(3):
        print(f"  {count} x {error[:150]}")
    print(f"disagreements: {dict(Counter(item.kind for item in found))}")


def _shown(oracle: IamSimulate, world: World, found: list[Disagreement], show: int) -> None:
    """Print the smallest disagreements of each kind, made smaller still."""
    for kind in sorted({item.kind for item in found}):
        of_kind = sorted((item for item in found if item.kind == kind), key=lambda item: item.size)
        for item in of_kind[:show]:
            print(smallest(oracle, world, item))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=1000)
    parser.add_argument("--probes", type=int, default=10, help="requests for each pair")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--world", choices=sorted(worlds()), default="identity")
    parser.add_argument("--record", type=Path, help="write the cases and the simulator's answers to this file")
    parser.add_argument("--show", type=int, default=3, help="disagreements of each kind to print")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
