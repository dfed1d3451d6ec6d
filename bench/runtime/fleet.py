"""A busy hour of a large organisation, in simulated time: who waits how long for a verdict, and what it costs.

    python -m bench.runtime.fleet [--repositories 1000] [--changes 50000] [--busy 10] [--workers 2] [--threads 2]

Deliveries come as often as `busy` times the average of so many changes a month, over installations and repositories of
very different size, and one repository pushes sixty changes within a minute. The store (SQLite, on disk) and the turns
are the bot's own, of one process each; a review is a wait of the length that was measured (docs/scaling.md). The time
is made up: nothing sleeps. Prints JSON.
"""

from __future__ import annotations

import argparse
import heapq
import json
import os
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.forges.event import CommandGiven, ReviewWanted, WorkRequest
from bot.forges.port import ChangeRef
from bot.jobs.round_robin import RoundRobin
from bot.store.database import connect
from bot.store.migrate import upgrade
from bot.store.port import Delivery, Lease, StoredReview
from bot.store.sql import SqlStore
from bot.store.work_items import ReviewChange

MONTH_HOURS = 730
HEADS, DELIVERIES = 3, 12
"""Of a change request."""

SMALL, LARGE, LARGE_SHARE = 3.0, 60.0, 0.01
"""Seconds from the beginning of a review to its last word on the forge, most of it waiting for the forge."""

CPU_SMALL, CPU_LARGE, REQUESTS = 0.7, 60.0, 8.5
COMMAND = 1.0

BEGIN = datetime(2026, 11, 27, 9, tzinfo=UTC)
BURST_AT, BURST, BUSY = 5 * 60.0, 60, "org0/busy"
BODY = json.dumps({"pull_request": {"body": "words " * 1500}, "n": 0}).encode()
REVIEW = json.dumps({"verdict": "pass", "grade": "none", "gained": [], "words": "x" * 3000}).encode()


@dataclass(frozen=True)
class Load:
    """How much happens, over how many repositories."""

    repositories: int = 1000
    changes: int = 50_000
    busy: float = 10.0
    seconds: float = 3600.0
    installations: int = 20


@dataclass
class Waits:
    """Seconds from delivery to verdict, by repository with those of the review alone; `costs` are by lease."""

    reviews: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    costs: dict[str, float] = field(default_factory=dict)
    commands: list[float] = field(default_factory=list)
    cpu: float = 0.0
    requests: float = 0.0


def arrivals(load: Load, chance: random.Random) -> Iterator[tuple[float, WorkRequest | None]]:
    """Moments of deliveries in order, and what they ask for; None of those that ask for nothing."""
    weights = [1 / (rank + 1) for rank in range(load.repositories)]
    names = [
        (f"org{number % load.installations}/r{number:04}", number % load.installations + 1)
        for number in range(load.repositories)
    ]
    a_second = load.changes * DELIVERIES / MONTH_HOURS / 3600 * load.busy
    at, number = 0.0, 0
    while (at := at + chance.expovariate(a_second)) < load.seconds:
        number += 1
        if chance.random() > HEADS / DELIVERIES:
            yield at, None
            continue
        name, account = chance.choices(names, weights)[0]
        ref = ChangeRef("github", name, number, account)
        if chance.random() < 0.02:
            yield at, CommandGiven(ref, f"c{number}", "ada", "/iam help")
        else:
            yield at, ReviewWanted(ref, f"{number:040x}", "pushed", from_fork=chance.random() < 0.02)


def burst() -> Iterator[tuple[float, WorkRequest | None]]:
    """Somebody updates a module in sixty changes at once, in a repository of its own."""
    for number in range(BURST):
        yield (
            BURST_AT + number,
            ReviewWanted(ChangeRef("github", BUSY, 10**6 + number, 1), f"{number:040x}", "pushed"),
        )


def simulate(load: Load, workers: int, threads: int, directory: Path, seed: int = 1) -> dict[str, object]:
    """Play it, and say what came of it."""
    chance = random.Random(seed)
    engines = connect(f"sqlite:///{directory / 'db'}")
    upgrade(engines.write)
    store = SqlStore(engines)
    before = size(directory)
    turns = [RoundRobin(store, threads) for _ in range(workers)]
    free = dict.fromkeys(range(workers), threads + 1)
    ending: list[tuple[float, int, int, Lease]] = []
    waits, count = Waits(), 0

    def begin(now: float) -> None:
        nonlocal count
        for worker in sorted(free, key=lambda each: -free[each]):
            while free[worker] and (lease := turns[worker].take(BEGIN + timedelta(seconds=now), 7200)) is not None:
                free[worker] -= 1
                count += 1
                heapq.heappush(ending, (now + cost(lease, waits, chance), count, worker, lease))

    def end_until(now: float) -> None:
        while ending and ending[0][0] <= now:
            at, _, worker, lease = heapq.heappop(ending)
            finish(store, lease, BEGIN + timedelta(seconds=at), waits)
            turns[worker].ended(lease)
            free[worker] += 1
            begin(at)

    events = heapq.merge(arrivals(load, chance), burst(), key=lambda event: event[0])
    delivered = 0
    for at, request in events:
        end_until(at)
        delivered += 1
        if request is not None:
            moment = BEGIN + timedelta(seconds=at)
            store.accept(Delivery("github", str(delivered), "x", moment, BODY + str(delivered).encode()), request)
            begin(at)
    end_until(float("inf"))
    engines.dispose()
    return told(waits, delivered, size(directory) - before)


def cost(lease: Lease, waits: Waits, chance: random.Random) -> float:
    """How long this work goes on."""
    if not lease.review:
        waits.requests += 3
        return COMMAND
    large = chance.random() < LARGE_SHARE
    waits.cpu += CPU_LARGE if large else CPU_SMALL
    waits.requests += REQUESTS
    waits.costs[lease.token] = LARGE if large else SMALL
    return waits.costs[lease.token]


def finish(store: SqlStore, lease: Lease, now: datetime, waits: Waits) -> None:
    """Record it, and how long somebody waited."""
    assert isinstance(lease.item, ReviewChange) and lease.since is not None
    ref, waited = lease.item.ref, (now - lease.since).total_seconds()
    store.finish(lease, StoredReview(ref, "a" * 40, "b" * 40, now, REVIEW) if lease.review else None)
    if lease.review:
        waits.reviews[ref.repository].append((waited, waits.costs.pop(lease.token)))
    else:
        waits.commands.append(waited)


def size(directory: Path) -> int:
    """Bytes of the database."""
    return sum(path.stat().st_size for path in directory.iterdir())


def share(values: Sequence[float], part: float) -> float:
    """The value below which that part of them is."""
    ordered = sorted(values)
    return round(ordered[min(int(len(ordered) * part), len(ordered) - 1)], 1) if ordered else 0.0


def told(waits: Waits, delivered: int, grown: int) -> dict[str, object]:
    """The figures; "over_alone" is what was waited over what the review takes where nothing else happens.

    A tenant is an installation; the repository of the sixty changes is told apart.
    """
    tenants: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for name, found in sorted(waits.reviews.items()):
        tenants["burst" if name == BUSY else name.partition("/")[0]] += found
    burst = tenants.pop("burst")
    by_tenant = {name: parts([waited for waited, _ in found]) for name, found in tenants.items()}
    ratios = {name: parts([waited / alone for waited, alone in found]) for name, found in tenants.items()}
    others = [each for found in tenants.values() for each in found]
    return {
        "deliveries": delivered,
        "reviews": len(others) + len(burst),
        "verdict_seconds": parts([waited for waited, _ in others]),
        "verdict_seconds_by_tenant": by_tenant,
        "over_alone": parts([waited / alone for waited, alone in others]),
        "worst_tenant_over_alone": {
            name: max(found[name] for found in ratios.values()) for name in ("p50", "p95", "p99")
        },
        "burst_repository_seconds": parts([waited for waited, _ in burst]),
        "command_seconds": parts(waits.commands),
        "api_requests": round(waits.requests),
        "cpu_hours": round(waits.cpu / 3600, 2),
        "database_bytes_a_delivery": round(grown / max(delivered, 1)),
    }


def parts(values: Sequence[float]) -> dict[str, float]:
    """The middle and the ends."""
    return {f"p{round(part * 100)}": share(values, part) for part in (0.5, 0.95, 0.99, 1.0)}


def main() -> None:
    """Play an hour and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (
        ("repositories", 1000),
        ("changes", 50_000),
        ("workers", 2),
        ("threads", 2),
        ("seconds", 3600),
    ):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--busy", type=float, default=10.0)
    given = parser.parse_args()
    load = Load(given.repositories, given.changes, given.busy, given.seconds)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(dir=next(filter(os.path.isdir, ("/dev/shm",)), None)) as directory:
        figures = simulate(load, given.workers, given.threads, Path(directory))
    print(json.dumps({**figures, "seconds_of_simulation": round(time.monotonic() - begun, 1)}, indent=1))


if __name__ == "__main__":
    main()
