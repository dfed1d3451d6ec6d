"""What a bench over drawn changes of fetched repositories is told on its command line, and how it goes over them."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from bench.mirrors.bounded import Bounds
from bench.mirrors.repositories import Change, Repository
from bench.mirrors.reviews import Code

T = TypeVar("T")

Count = Callable[[Code, Repository, Change, Bounds], T | None]
"""What is counted of one change; None if it could not be reviewed."""


def arguments(about: str | None, changes: int, seconds: int) -> argparse.Namespace:
    """The bench's own words, how many changes it draws, and the CPU seconds that one may take."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mirror", type=Path, required=True)
    parser.add_argument("--changes", type=int, default=changes)
    parser.add_argument("--part", default="all")
    parser.add_argument("--seed", default="")
    parser.add_argument("--seconds", type=int, default=seconds, help="CPU seconds for one change")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--code", type=Path, help="the checkout whose bot is run (default: this one)")
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def counted(
    given: argparse.Namespace, every: dict[str, Repository], wanted: Iterable[Change], count: Count[T]
) -> list[T | None]:
    """What is counted of each change, in order."""
    bounds, code = Bounds(cpu_seconds=given.seconds), Code.of(given.code)
    with ThreadPoolExecutor(given.processes) as pool:
        return list(pool.map(lambda change: count(code, every[change.repository], change, bounds), wanted))
