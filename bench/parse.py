"""Parses Terraform files: failures with their places, milliseconds per KB, and the structure pygohcl finds in them.

    python -m bench.parse [FOLDER_OR_GIT_DIRECTORY...] [--peer]

Without arguments, every fetched repository and the files of the tests; see bench/fetched.py. `--peer` compares block
types, labels and names of arguments with HashiCorp's own parser, by way of PyPI's pygohcl.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.fetched import mirror, tree
from bench.peer import environment, verdict
from bot.frontends.terraform.syntax.nodes import Body, SyntaxFault, line_starts, span
from bot.frontends.terraform.syntax.parse import parse_file

SUFFIXES = (".tf", ".tofu", ".tfvars", ".hcl")
TESTS = Path(__file__).parent.parent / "tests" / "cases"
MAX_RATE = 1.0
"""Milliseconds per KB."""

JUDGE = """
import json, sys, pygohcl
for line in sys.stdin:
    try:
        print(json.dumps(pygohcl.parse(json.loads(line))), flush=True)
    except Exception as error:
        print(json.dumps({"refused": str(error)}), flush=True)
"""


@dataclass(slots=True)
class Totals:
    """What was parsed so far."""

    files: int = 0
    characters: int = 0
    failures: int = 0
    seconds: float = 0.0
    differing: int = 0


def main() -> int:
    """Parse everything; 1 if the rate is over its bound."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("places", nargs="*", type=Path)
    parser.add_argument("--peer", action="store_true")
    given = parser.parse_args()
    parse_file("")  # the grammar is loaded for the first file
    judge = _judge() if given.peer else None
    every = Totals()
    for place in given.places or _known():
        for path, text in _texts(place):
            _parse(f"{place}:{path}", text, every, judge)
    kilobytes = max(every.characters / 1024, 1)
    rate = 1000 * every.seconds / kilobytes
    figures = {"files": every.files, "failures": every.failures, "kilobytes": round(kilobytes)}
    figures |= {"differing_from_pygohcl": every.differing} if judge else {}
    print(json.dumps(figures | {"cpu_seconds": round(every.seconds, 2), "ms_per_kilobyte": round(rate, 3)}))
    return verdict({"milliseconds per KB": (rate, MAX_RATE)})


def _known() -> list[Path]:
    folder = mirror()
    return [TESTS, *(sorted(folder.glob("*/repo")) if folder else ())]


def _texts(place: Path) -> Iterator[tuple[str, str]]:
    if (place / "HEAD").exists():
        found = tree(place)
        contents = ((path, found.read(path)) for path in sorted(found.listing) if path not in found.aliases)
    else:
        files = (path for path in sorted(place.rglob("*")) if path.is_file())
        contents = ((str(path.relative_to(place)), path.read_bytes()) for path in files if path.suffix in SUFFIXES)
    for path, content in contents:
        if content is not None and path.endswith(SUFFIXES):
            yield path, content.decode("utf-8", "replace").removeprefix("\ufeff")


def _parse(place: str, text: str, every: Totals, judge: subprocess.Popen[str] | None) -> None:
    every.files += 1
    every.characters += len(text)
    begun = time.process_time()
    try:
        body = parse_file(text).body
    except SyntaxFault as fault:
        every.failures += 1
        print(f"{span(place, line_starts(text), fault.start, fault.start)}: {fault.reason}")
        return
    finally:
        every.seconds += time.process_time() - begun
    if judge is not None:
        theirs = _asked(judge, text)
        if "refused" not in theirs and not _covers(body, theirs):
            every.differing += 1
            print(f"{place}: pygohcl finds another structure")


def _judge() -> subprocess.Popen[str] | None:
    programs = environment("pygohcl")
    if programs is None:
        return None
    command = [str(programs / "python"), "-c", JUDGE]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _asked(judge: subprocess.Popen[str], text: str) -> dict[str, Any]:
    assert judge.stdin and judge.stdout
    judge.stdin.write(json.dumps(text) + "\n")
    judge.stdin.flush()
    answer: dict[str, Any] = json.loads(judge.stdout.readline())
    return answer


def _covers(body: Body, theirs: Any) -> bool:
    """Whether the names of arguments and the types and labels of blocks are the same, at every depth."""
    if not isinstance(theirs, dict):
        return False
    names = {each.name for each in body.arguments} | {each.type for each in body.blocks}
    if names != theirs.keys():
        return False
    return all(_covers_block(block.labels, block.body, theirs[block.type]) for block in body.blocks)


def _covers_block(labels: tuple[str, ...], body: Body, theirs: Any) -> bool:
    if isinstance(theirs, list):
        return any(_covers_block(labels, body, each) for each in theirs)
    if labels:
        return isinstance(theirs, dict) and labels[0] in theirs and _covers_block(labels[1:], body, theirs[labels[0]])
    return _covers(body, theirs)


if __name__ == "__main__":
    sys.exit(main())
