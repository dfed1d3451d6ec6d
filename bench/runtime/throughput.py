"""Reviews a minute with one worker and with two, and what one review costs.

    python -m bench.runtime.throughput [--pulls 60]

PostgreSQL and RabbitMQ; real reviews of a small change in child processes, one at a time in each worker. The pull
requests wait before the workers start. CPU seconds are those of the workers with their children; the sandbox and the
services have theirs beside.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from bench.runtime.processes import BotProcess
from bench.runtime.scenes import services, settings
from bench.runtime.traffic import Traffic, judge
from bot.fake_forge.sandbox import Sandbox
from bot.store.database import connect
from bot.store.migrate import upgrade
from bot.store.sql import SqlStore
from tests.services import PostgreSQL


def measured(directory: Path, postgresql: PostgreSQL, broker: str, workers: int, pulls: int) -> dict[str, float]:
    """All pull requests reviewed by so many workers."""
    with Sandbox.start() as sandbox, ExitStack() as ends:
        database = postgresql.database()
        engines = connect(database)
        ends.callback(engines.dispose)
        upgrade(engines.write)
        told = settings(sandbox, directory, database, broker) | {
            "IAM_REVIEW_REVIEW_THREADS": "1",
            "IAM_REVIEW_LEASE_SECONDS": "60",
            "IAM_REVIEW_RECONCILE_MINUTES": "60",
        }
        web = BotProcess("web", "web", told, directory)
        web.start()
        ends.callback(web.kill)
        sandbox.send_webhooks_to(f"{web.url}/hooks/github")
        traffic = Traffic(sandbox)
        traffic.open(pulls)
        sandbox.deliveries.settle()
        names = [f"worker-{number}" for number in range(workers)]
        running = [
            BotProcess(
                n, "worker", told | {"IAM_REVIEW_CACHE_DIR": str(directory / f"c{workers}-{n}")}, directory, "real"
            )
            for n in names
        ]
        for worker in running:
            worker.start(wait=False)
            ends.callback(worker.kill)
        store = SqlStore(engines)
        _until(store, pulls - 1)
        begun, done = time.monotonic(), pulls - store.backlog().pending
        _until(store, 0)
        took = time.monotonic() - begun
        assert judge(traffic).without_conclusion == 0
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        for worker in running:
            worker.stop()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        requests = len([r for r in sandbox.requests if "/api/" in r.path])
    return {
        "a_minute": round((pulls - done) / took * 60, 1),
        "cpu_seconds_a_review": round(cpu / pulls, 2),
        "requests_a_review": round(requests / pulls, 1),
    }


def _until(store: SqlStore, left: int) -> None:
    """Until no more than `left` pull requests wait. The sandbox is not asked: it has enough to do with the workers."""
    deadline = time.monotonic() + 900
    while store.backlog().pending > left:
        assert time.monotonic() < deadline, "not done"
        time.sleep(0.2)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pulls", type=int, default=60)
    given = parser.parse_args()
    with services("rabbitmq") as (directory, postgresql, broker):
        told = {}
        for workers in (1, 2):
            told[workers] = measured(directory, postgresql, broker.url, workers, given.pulls)
            print(json.dumps({"workers": workers, "load": round(os.getloadavg()[0], 1), **told[workers]}), flush=True)
    ratio = told[2]["a_minute"] / told[1]["a_minute"]
    print(json.dumps({"two workers to one": round(ratio, 2)}))
    return 0 if ratio >= 1.8 else 1


if __name__ == "__main__":
    sys.exit(main())
