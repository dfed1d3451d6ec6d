"""How long a quiet repository, twenty tenants and a question wait beside sixty changes of one repository.

    python -m bench.runtime.fair [--threads 2] [--seconds 1.0]

One process with its real worker threads, broker and store; a review is a wait of so many seconds, the forge is in
memory. Prints JSON: seconds, and ratios over the same alone.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bot.conversation.change_request.handle import Ports
from bot.forges.event import CommandGiven, ReviewWanted, WorkRequest
from bot.forges.port import ChangeRef, RepositoryRef
from bot.jobs.broker import broker_for
from bot.jobs.leases import HeldLeases
from bot.jobs.process import Rhythm, WorkerProcess
from bot.jobs.queue import Queue
from bot.jobs.round_robin import RoundRobin
from bot.jobs.worker import Worker
from bot.review_config.settings import ReviewConfig
from bot.review_process.protocol import ChildAnswer, ChildRequest, Reviewed
from bot.store.port import Delivery
from bot.store.sql import SqlStore
from bot.store.work_items import item_of
from tests.fakes.contents import FakeContents
from tests.fakes.forge import FakeForge, change
from tests.fakes.reviews import review
from tests.fakes.store import fresh_store


class Bot:
    """A worker process over a store and a forge in memory; notes when each piece of work ended."""

    def __init__(self, directory: Path, threads: int, seconds: float) -> None:
        self.store: SqlStore = fresh_store(directory)
        self.forge, self.seconds, self.count = FakeForge(), seconds, 0
        leases, turns = HeldLeases(self.store), RoundRobin(self.store, threads)
        self.queue = Queue(broker_for(""), Worker(self.store, leases, self.ports, turns=turns))
        self.process = WorkerProcess(self.store, self.queue, leases, threads, Rhythm(tick=0.1), turns=turns)

    def ports(self, place: RepositoryRef) -> Ports:
        return Ports(self.forge, lambda _: FakeContents({}, {"a.tf": "a\n"}), self.reviewer)

    def reviewer(self, request: ChildRequest) -> ChildAnswer:
        time.sleep(self.seconds)
        return Reviewed(review(), ReviewConfig())

    def hear(self, request: WorkRequest) -> None:
        self.count += 1
        assert not isinstance(request.ref, RepositoryRef)
        self.forge.changes.setdefault(request.ref, change(request.ref))
        self.store.accept(Delivery("github", str(self.count), "x", datetime.now(UTC), b"{}"), request)
        self.queue.notify(item_of(request))

    def push(self, repository: str, number: int, account: int) -> ChangeRef:
        ref = ChangeRef("github", repository, number, account)
        self.hear(ReviewWanted(ref, "a" * 40, "pushed"))
        return ref

    def until_reviewed(self, *refs: ChangeRef) -> dict[ChangeRef, float]:
        """Seconds until each had its review, from now on."""
        begun, took = time.monotonic(), dict[ChangeRef, float]()
        while len(took) < len(refs):
            for ref in refs:
                if ref not in took and self.store.newest_review(ref) is not None:
                    took[ref] = time.monotonic() - begun
            time.sleep(0.02)
        return took

    def until_answered(self) -> float:
        """Seconds until a question on a change has its reply."""
        ref, begun = ChangeRef("github", "quiet/asked", 1, 9), time.monotonic()
        self.hear(CommandGiven(ref, f"issues/comments/{self.count}", "alice", "/iam help"))
        while not self.forge.comments.get(ref):
            time.sleep(0.02)
        return time.monotonic() - begun


def measured(directory: Path, threads: int, seconds: float) -> dict[str, float]:
    """All of it, one after the other on one process."""
    bot = Bot(directory, threads, seconds)
    bot.process.start()
    try:
        (alone,) = bot.until_reviewed(bot.push("quiet/alone", 1, 2)).values()
        for number in range(60):
            bot.push("busy/everything", number + 1, 1)
        time.sleep(seconds / 2)
        answered = bot.until_answered()
        (quiet,) = bot.until_reviewed(bot.push("quiet/infra", 1, 2)).values()
        tenants = bot.until_reviewed(*(bot.push(f"tenant{number}/infra", 1, 10 + number) for number in range(20)))
    finally:
        bot.process.stop(0.1)
    waits = sorted(tenants.values())
    return {
        "alone": alone,
        "quiet_over_alone": quiet / alone,
        "help": answered,
        "tenants_p50_over_alone": waits[len(waits) // 2] / alone,
        "tenants_worst_over_alone": waits[-1] / alone,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=1.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        found = measured(Path(directory), given.threads, given.seconds)
    print(json.dumps({"threads": given.threads, **{name: round(value, 2) for name, value in found.items()}}, indent=1))


if __name__ == "__main__":
    main()
