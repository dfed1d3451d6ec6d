"""kill -9 in the middle of fetching, reviewing and publishing, and sick nodes: nothing is lost and nothing said twice.

    python -m bench.runtime.kill single|rabbitmq|redis [--deliveries 600] [--kills 30] [--reviewer real|cheap]

single: one process on SQLite. The others: a web process and two workers on PostgreSQL; the broker loses everything
(Redis) or is killed (RabbitMQ), PostgreSQL is killed, cached copies are overwritten and locked, the first worker's disk
is full (a file system in memory: as root), the second has a revoked key and then a clock that is 3 h ahead (by
libfaketime); and all that they say to each other, to the forge, PostgreSQL and the broker goes through proxies that cut
connections and hold them up. Prints a line of JSON; exit status 1 if anything was lost, doubled, wrong or left without
a conclusion.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import requests

from bench.runtime.disasters import befalling, small_disk
from bench.runtime.processes import BotProcess
from bench.runtime.scenes import BROKERS, Scene, disk_of, distributed, scratch, services, single
from bench.runtime.traffic import Verdict, settle
from bot.fake_forge.faults import Fault

MOMENT_SECONDS = 20.0
"""So long is waited for the moment to kill in."""

FETCHING, REVIEWING = "fetch --quiet", "bot.review_process.child"
"""What stands in the command line of whoever does it."""

PUBLISHING = (("POST", "/comments$|/reviews$"), ("PATCH", "/check-runs/"))
"""Requests that say something on a pull request."""


@dataclass
class Killer:
    """Kills in the given moments in turn; counts the kills by moment, "missed" where it never came."""

    scene: Scene
    moments: Sequence[str] = ("fetch", "publish", "any")
    random: Random = field(default_factory=lambda: Random(11))
    kills: Counter[str] = field(default_factory=Counter)

    def kill(self) -> None:
        moment = self.moments[self.kills.total() % len(self.moments)]
        victims = self._in(moment)
        self.kills[moment if victims else "missed"] += 1
        for victim in victims or [self.random.choice(self.scene.processes)]:
            victim.kill()
            victim.start(wait=False)

    def _in(self, moment: str) -> Sequence[BotProcess]:
        """Who is to be killed, now."""
        if moment == "fetch":
            return _awaited(lambda: [worker for worker in self.scene.workers if _does(worker, FETCHING)])
        if moment == "review":
            return _awaited(lambda: [worker for worker in self.scene.workers if _does(worker, REVIEWING)])
        if moment == "publish":
            return self._publishing()
        return [self.random.choice(self.scene.processes)]

    def _publishing(self) -> Sequence[BotProcess]:
        """Every worker, as in a power cut, once the forge has taken what one of them says and not yet answered."""
        faults = self.scene.traffic.sandbox.faults
        lost = Fault(502, *self.random.choice(PUBLISHING), after=True, seconds=1)
        faults.order(lost)
        victims = _awaited(lambda: self.scene.workers if lost.times == 0 else ())
        lost.times = 0
        return victims


def _awaited(look: Callable[[], Sequence[BotProcess]]) -> Sequence[BotProcess]:
    deadline = time.monotonic() + MOMENT_SECONDS
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(0.005)
    return found


def _does(process: BotProcess, words: str) -> bool:
    assert process.process is not None
    return any(words in line for line in _below(process.process.pid))


def _below(pid: int) -> Iterator[str]:
    """The command lines of the process's children and theirs."""
    for child in _children(pid):
        with suppress(OSError):  # it has ended
            yield Path(f"/proc/{child}/cmdline").read_text().replace("\0", " ")
        yield from _below(child)


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        return [
            int(child)
            for listed in Path(f"/proc/{pid}/task").glob("*/children")
            for child in listed.read_text().split()
        ]
    return []


def soak(
    killer: Killer,
    disasters: Mapping[str, Callable[[], object]],
    deliveries: int,
    kills: int,
    pulls: int,
    patience: float = 220,
) -> tuple[Verdict, float]:
    """Push, kill, push; then wait until all is right. Returns the verdict and the seconds of the pushing."""
    begun, traffic = time.monotonic(), killer.scene.traffic
    traffic.open(pulls)
    pushes = deliveries - pulls
    kill_at = {round((number + 0.5) * pushes / kills) for number in range(kills)}
    disaster_at = {
        round((number + 1) * pushes / (len(disasters) + 1)): befall for number, befall in enumerate(disasters.values())
    }
    for number in range(pushes):
        traffic.push()
        if number in kill_at:
            traffic.sandbox.deliveries.settle()
            killer.kill()
        if number in disaster_at:
            disaster_at[number]()
    traffic.sandbox.deliveries.settle()
    pushing = time.monotonic() - begun
    return settle(traffic, patience, killer.scene.pending), round(pushing, 1)


def signs(scene: Scene, directory: Path) -> dict[str, object]:
    """What shows that the disasters were felt."""
    logs = "".join(path.read_text(errors="replace") for path in directory.glob("*.log"))
    last = requests.get(f"{scene.workers[-1].url}/readyz", timeout=10).json()
    return {
        "logins refused": sum(request.status == 401 for request in scene.traffic.sandbox.requests),
        "copies thrown away": logs.count("is thrown away"),
        "no space left": logs.count("No space left"),
        "work given back": logs.count("process's cache is full") + logs.count("refuses this process's login"),
        "the last worker says": last["wrong"],
        "connections cut": {name: way.fates["cut"] for name, way in scene.ways.items()},
        "held up": {name: way.fates["stalled"] for name, way in scene.ways.items()},
    }


@contextmanager
def _scene(kind: str, reviewer: str) -> Iterator[tuple[Scene, Path]]:
    with ExitStack() as ends:
        if kind == "single":
            directory = ends.enter_context(scratch())
            yield ends.enter_context(single(directory, reviewer)), directory
            return
        servers = directory, *_ = ends.enter_context(services(kind))
        if os.geteuid() == 0:
            ends.enter_context(small_disk(disk_of(directory, "worker-1")))
        yield ends.enter_context(distributed(*servers, reviewer, faults=True)), directory


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=("single", *BROKERS))
    parser.add_argument("--deliveries", type=int, default=600)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--pulls", type=int, default=50)
    parser.add_argument("--reviewer", choices=("real", "cheap"), default="real")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started and mounted goes all the same
    moments = ("fetch", "review", "publish", "any") if given.reviewer == "real" else ("fetch", "publish", "any")
    with _scene(given.kind, given.reviewer) as (scene, directory):
        killer, disasters = Killer(scene, moments), {**scene.disasters, **befalling(scene)}
        verdict, pushing = soak(killer, disasters, given.deliveries, given.kills, given.pulls)
        felt, left = signs(scene, directory), scene.left()
    about = {"kind": given.kind, "kills": killer.kills, "disasters": list(disasters), "signs": felt, "pushing": pushing}
    print(json.dumps({**about, "unfinished": len(left), **dataclasses.asdict(verdict)}))
    for row in left:
        print(json.dumps(row, default=str))
    return 1 if verdict.wrong or left else 0


if __name__ == "__main__":
    sys.exit(main())
