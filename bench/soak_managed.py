"""Judges every adjacent pair of versions of AWS-managed policies, old to new and new to old.

    python -m bench.soak_managed [--limit N] [--reverse] [--write docs/measurements/FILE.md]
    python -m bench.soak_managed --tenth
    python -m bench.soak_managed --record

None may take over two seconds of CPU, none may have a gain that the evaluator does not confirm. The versions come
out of the npm package pinned in tools/data_sources.json, downloaded into a cache folder outside the repository.
One pair in ten and those that take longest, with what was said of them, are kept for the tests (`--record`).
"""

from __future__ import annotations

import argparse
import json
import lzma
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import quantiles

from bot.access_diff.diff import EngineDisagreement
from bot.access_diff.pairs import judge_pair
from bot.iam.statement import PolicyKind
from tests.oracles.iam_simulate import Json
from tools.managed_policy_data import MEMBER, wanted
from tools.npm_package import read_members, read_sources

SOURCES = Path(__file__).parent.parent / "tools" / "data_sources.json"
CACHE = Path(tempfile.gettempdir()) / "iam-review-bench"
RECORDED = Path(__file__).parent.parent / "tests" / "cases" / "oracles" / "managed_versions.jsonl.xz"
SLOWEST_ALLOWED = 2.0

EVERY = 10
HEAVIEST = 12
"""So many of those that take longest are recorded besides one in ten."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two adjacent versions of one policy."""

    name: str
    old: Json
    new: Json


@dataclass(frozen=True, slots=True)
class Judged:
    """What the engine said about a pair and how long it took; `problem` is empty if all is well."""

    pair: Pair
    seconds: float
    verdict: str
    problem: str = ""


def pairs() -> Iterator[Pair]:
    """All adjacent versions, by policy and version number."""
    source = read_sources(SOURCES)["managed_policies"]
    cached = CACHE / f"managed-policies-{source.version}.json"
    if not cached.exists():
        CACHE.mkdir(exist_ok=True)
        cached.write_bytes(read_members(source, CACHE, wanted)[MEMBER])
    for name, policy in sorted(json.loads(cached.read_bytes()).items()):
        versions = sorted(policy["versions"], key=lambda version: int(version[1:]))
        documents = [policy["versions"][version]["document"] for version in versions]
        for old, new, before, after in zip(versions, versions[1:], documents, documents[1:], strict=False):
            yield Pair(f"{name} {old} -> {new}", before, after)


def record(judged: list[Judged]) -> None:
    """Keep one in ten and the slowest for the tests, with their verdicts."""
    source = read_sources(SOURCES)["managed_policies"]
    header = {"source": source.package, "version": source.version, "date": source.date, "licence": source.licence}
    slowest = sorted(judged, key=lambda one: -one.seconds)[:HEAVIEST]
    kept = [one for place, one in enumerate(judged) if place % EVERY == 0 or one in slowest]
    lines = [header, *([one.pair.name, one.verdict, one.pair.old, one.pair.new] for one in kept)]
    text = "\n".join(json.dumps(line, separators=(",", ":")) for line in lines)
    RECORDED.write_bytes(lzma.compress(text.encode(), preset=9))


@cache
def recorded() -> tuple[tuple[Pair, str], ...]:
    """The pairs kept for the tests, each with its verdict."""
    lines = lzma.decompress(RECORDED.read_bytes()).decode().split("\n")[1:]
    return tuple((Pair(name, old, new), verdict) for name, verdict, old, new in map(json.loads, lines))


def judge(pair: Pair, slowest: float = SLOWEST_ALLOWED) -> Judged:
    """Judge one pair strictly: an unconfirmed gain is a problem, and so are more than `slowest` CPU seconds."""
    started = time.process_time()
    try:
        answer = judge_pair(pair.old, pair.new, PolicyKind.IDENTITY, strict=True)
    except EngineDisagreement:
        return Judged(pair, time.process_time() - started, "unconfirmed", "a gain that the evaluator does not confirm")
    seconds = time.process_time() - started
    verdict = "new access" if answer.new_access else "not decided" if answer.may else "nothing new"
    slow = f"took {seconds:.1f} s" if seconds > slowest else ""
    missing = "new access without a witness" if answer.new_access and answer.witness is None else ""
    undecided = f"not decided: {answer.why}"[:300] if answer.may else ""
    return Judged(pair, seconds, verdict, slow or missing or undecided)


def report(judged: list[Judged]) -> str:
    """The distribution and every problem, as Markdown."""
    times = sorted(one.seconds for one in judged)
    cuts = quantiles(times, n=100)
    cells = [*(f"{cuts[percent - 1] * 1e3:.1f} ms" for percent in (50, 90, 99)), f"{times[-1] * 1e3:.0f} ms"]
    verdicts = {
        name: sum(one.verdict == name for one in judged)
        for name in ("new access", "nothing new", "not decided", "unconfirmed")
    }
    lines = [
        f"{len(judged):,} pairs in {sum(times):.0f} s: "
        + ", ".join(f"{count:,} {name}" for name, count in verdicts.items()),
        "",
        "| median | p90 | p99 | slowest | pairs a second |",
        "|---|---|---|---|---|",
        f"| {' | '.join(cells)} | {len(times) / sum(times):,.0f} |",
        "",
    ]
    lines += [f"- {one.pair.name}: {one.problem}" for one in judged if one.problem]
    return "\n".join(lines)


def _tenth() -> list[Pair]:
    return [pair for pair, _ in recorded()]


def all_or_recorded() -> list[Pair]:
    """All pairs; where npm or its registry is not there only those kept for the tests, with a line that says so."""
    try:
        return list(pairs())
    except (OSError, subprocess.CalledProcessError):
        print("only one pair in ten: the npm package with all of them could not be fetched")
        return _tenth()


def main() -> int:
    """Judge all, print the report; 1 if there is a problem."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=int, help="judge only the first N pairs")
    parser.add_argument("--reverse", action="store_true", help="new to old: most gains become losses")
    parser.add_argument("--write", type=Path, help="also write the report to this file")
    parser.add_argument("--tenth", action="store_true", help="only the recorded ones; nothing is downloaded")
    parser.add_argument("--record", action="store_true", help="keep one in ten for the tests")
    options = parser.parse_args()
    found = _tenth() if options.tenth else all_or_recorded()[: options.limit]
    if options.reverse:
        found = [Pair(pair.name, pair.new, pair.old) for pair in found]
    judged = [judge(pair) for pair in found]
    text = report(judged)
    print(text)
    if options.record:
        record(judged)
    if options.write:
        options.write.write_text(
            f"# Soak: adjacent versions of AWS-managed policies\n\n`python -m bench.soak_managed`\n\n{text}\n"
        )
    return 1 if any(one.problem for one in judged) else 0


if __name__ == "__main__":
    sys.exit(main())
