"""Which arguments are open when somebody touches them, by how many fetched repositories write them.

    python -m bench.open_arguments --mirror DIR [--directories 30] [--top 250] [--of TYPE] [--json FILE]

Each directory of Terraform at HEAD is evaluated by itself, calls of modules unread. Its blocks are judged twice: as if
all of them were new, and as if each value in them had been another before.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import signal
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bench.mirrors.look import Head, TooLong
from bench.mirrors.repositories import Repository, drawn, repositories
from bot.data_sources import PROVIDER
from bot.evaluated.address import block_of
from bot.evaluated.config import EvaluatedConfig, ResourceInstance, Root
from bot.evaluated.document import Symbol
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.value import BoolValue, ListValue, NumberValue, ObjectValue, Part, StringValue, Unknown, Value
from bot.extract import extract
from bot.frontends.terraform.evaluate.root import evaluate
from bot.frontends.terraform.syntax.source_files import SyntaxCache
from bot.iam.managed import managed_policy
from bot.review.unjudged.disposition import ArgumentOutcome, Disposition
from bot.review.unjudged.root_pair import AWS, RootPair
from bot.review.unjudged.sinks import dispositions

SECONDS = 10
"""CPU seconds for one directory."""

ROUNDS = 15
"""So many values of one argument are asked about one after another."""

OTHER = "-otherwise"

Path_ = tuple[str, ...]
Seen = dict[tuple[str, str, str], set[str]]
"""By way ("new" or "changed"), type and path: the blocks in which it is open."""


def main() -> int:
    """Print the arguments that are open most often, by repositories."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mirror", type=Path, required=True)
    parser.add_argument("--directories", type=int, default=30, help="so many of a repository are looked at")
    parser.add_argument("--top", type=int, default=250)
    parser.add_argument("--of", default="", help="only types that begin so, each with examples of blocks")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    every = repositories(given.mirror)
    found = {}
    with ProcessPoolExecutor(given.processes) as pool:
        for one, seen in zip(every, pool.map(of_repository, every, [given.directories] * len(every)), strict=True):
            print(f"{one.name}: {len(seen)}", file=sys.stderr, flush=True)
            found[one.name] = seen
    return _report(given, found)


def of_repository(repository: Repository, most: int) -> Seen:
    """What is open in the directories of one repository."""
    head, found = Head(repository.directory), defaultdict[tuple[str, str, str], set[str]](set)
    signal.signal(signal.SIGPROF, _too_long)
    folders: dict[str, list[str]] = defaultdict(list)
    for path in head.found.head_listing:
        if path.endswith((".tf", ".tf.json")):
            folders[path.rpartition("/")[0]].append(path)
    for folder in drawn(folders, most, ""):
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        try:
            for way, one in _of_folder(head, folder, folders[folder]):
                path = ".".join(one.leaf) or one.argument or "(whether it is there)"
                found[way, one.type, path].add(f"{folder} {block_of(one.address)}")
        except (TooLong, MemoryError, Exception) as fault:  # noqa: BLE001  What one directory has is no measure's end.
            print(f"{repository.name} {folder}: {type(fault).__name__} {fault}", file=sys.stderr)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    return dict(found)


def _of_folder(head: Head, folder: str, paths: list[str]) -> Iterator[tuple[str, Disposition]]:
    head.bring(frozenset(paths))
    listing = {path: head.found.head_listing[path] for path in paths}
    config = evaluate(SourceTree("HEAD", listing, head.blobs), Root(folder), PROVIDER, SyntaxCache())
    made = [one for one in config.resources if one.mode == "managed" and one.type.startswith(AWS)]
    config = dataclasses.replace(config, latent=(), imported=frozenset())
    if not made:
        return
    nothing = dataclasses.replace(config, resources=(), latent=())
    for one in _asked(nothing, config):
        yield "new", one
    before = dataclasses.replace(
        config, resources=tuple(_otherwise(one) if one in made else one for one in config.resources)
    )
    for one in _asked(before, config):
        yield "changed", one


def _asked(base: EvaluatedConfig, head: EvaluatedConfig) -> Iterator[Disposition]:
    """What is open, each value that was told being taken away, so that the next one is."""
    for _ in range(ROUNDS):
        sides = extract(base, managed_policy), extract(head, managed_policy)
        told = [one for one in dispositions(RootPair(base, head, *sides, (base, head))) if _is_open(one)]
        yield from told
        ways: dict[str, list[Path_]] = defaultdict(list)
        for one in told:
            ways[one.address].append(one.leaf or (one.argument,))
        if not told:
            return
        base, head = (_only(side, ways) for side in (base, head))


def _is_open(one: Disposition) -> bool:
    return one.outcome is ArgumentOutcome.OPEN and one.mode == "managed" and one.type.startswith(AWS)


def _only(side: EvaluatedConfig, ways: Mapping[str, list[Path_]]) -> EvaluatedConfig:
    """The side without these values."""
    return dataclasses.replace(side, resources=tuple(_without(one, ways) for one in side.resources))


def _without(one: ResourceInstance, ways: Mapping[str, list[Path_]]) -> ResourceInstance:
    value: Value = one.attributes
    for way in ways.get(one.address, ()):
        value = _pruned(value, way)
    assert isinstance(value, ObjectValue)
    return dataclasses.replace(one, attributes=value)


def _pruned(value: Value, way: Path_) -> Value:
    match value:
        case ListValue(items):
            return dataclasses.replace(value, items=tuple(_pruned(each, way) for each in items))
        case ObjectValue(entries):
            kept = ((name, each if name != way[0] else _pruned(each, way[1:])) for name, each in entries if way)
            return dataclasses.replace(value, entries=tuple(one for one in kept if one[0] != way[0] or way[1:]))
    return value


def _otherwise(one: ResourceInstance) -> ResourceInstance:
    value = _other(one.attributes)
    assert isinstance(value, ObjectValue)
    return dataclasses.replace(one, attributes=value)


def _other(value: Value) -> Value:
    match value:
        case ListValue(items):
            return dataclasses.replace(value, items=tuple(map(_other, items)))
        case ObjectValue(entries):
            return dataclasses.replace(value, entries=tuple((name, _other(each)) for name, each in entries))
        case BoolValue():
            return BoolValue(not value.value)
        case NumberValue():
            return NumberValue(value.value + 1)
        case StringValue(parts):
            return StringValue(tuple(Part(_other_part(part.content)) for part in parts) or (Part(OTHER),))
        case Unknown(symbol):
            return Unknown(_other_symbol(symbol))
    return value


def _other_part(content: str | Symbol) -> str | Symbol:
    return _other_symbol(content) if isinstance(content, Symbol) else content + OTHER


def _other_symbol(symbol: Symbol) -> Symbol:
    """Another thing of the same type: "aws_sns_topic.other_otherwise.arn"."""
    steps = symbol.name.split(".")
    at = 2 if steps[0] == "data" else 1
    named = [f"{step}_otherwise" if number == at else step for number, step in enumerate(steps)]
    return Symbol(".".join(named))


def _too_long(_signal: int, _frame: object) -> None:
    raise TooLong


def _report(given: argparse.Namespace, found: Mapping[str, Seen]) -> int:
    by_path: dict[tuple[str, str], dict[str, dict[str, set[str]]]] = defaultdict(lambda: defaultdict(dict))
    for repository, seen in found.items():
        for (way, kind, path), blocks in seen.items():
            by_path[kind, path][repository][way] = blocks
    rows = sorted(by_path.items(), key=lambda row: (-len(row[1]), row[0]))
    total = Counter[str]()
    for _, of in rows:
        total.update(way for ways in of.values() for way in ways)
    print(f"{len(rows)} arguments, in repositories: {dict(total)}, in any way {sum(len(of) for _, of in rows)}")
    for (kind, path), of in [row for row in rows if row[0][0].startswith(given.of)][: given.top]:
        counts = [sum(way in ways for ways in of.values()) for way in ("new", "changed")]
        written = len({one for ways in of.values() for each in ways.values() for one in each})
        print(f"{len(of):4} {counts[0]:4} {counts[1]:4} {written:5}  {kind}: {path}")
        for repository, ways in list(of.items())[: 3 if given.of else 0]:
            print(f"         {repository} {min(next(iter(ways.values())))}")
    if given.json:
        table = [[*key, {name: {w: len(b) for w, b in ways.items()} for name, ways in of.items()}] for key, of in rows]
        given.json.write_text(json.dumps(table, indent=0), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
