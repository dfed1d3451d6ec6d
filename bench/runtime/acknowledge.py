"""How long deliveries take to be acknowledged that come whether or not the earlier ones were, while workers review.

    python -m bench.runtime.acknowledge rabbitmq|redis [--rate 40] [--seconds 120] [--connections 50]

A web process and two workers on PostgreSQL (which waits for the disk), real reviews of small changes. Deliveries of
20 kB are sent at their due times over kept connections, from a process of their own; latency counts from the due time.
Then a minimal Flask receiver, which inserts a row into the same PostgreSQL, gets as many while the workers go on.
Prints JSON; exit status 1 if a delivery was not kept, or the answers took longer than was asked for.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, select, text

from bench.runtime.minimal import TABLE
from bench.runtime.open_loop import Load, offer
from bench.runtime.scenes import BROKERS, Scene, distributed, services
from bench.runtime.traffic import Traffic
from bot.store.tables import reviews
from tests.services import HOST, free_port

BODY_BYTES = 20_000
PULLS = 400
"""More than the workers come to the end of."""

MOST_MS, MOST_RATIO = 250, 3


def bodies(traffic: Traffic) -> list[bytes]:
    """What the forge says of each pull request, filled up to the size that GitHub's deliveries have."""
    payloads = [sent.payload for sent in traffic.sandbox.deliveries.sent if sent.event == "pull_request"]
    return [json.dumps(payload | {"filling": ""}).encode().ljust(BODY_BYTES) for payload in payloads]


def reviewed(scene: Scene) -> int:
    """How many reviews were kept so far."""
    with scene.engines.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(reviews)).scalar_one())


def measured(scene: Scene, load: Load, table: str) -> dict[str, float]:
    """The load's latencies, how many of its deliveries are in the table, and how many reviews were made meanwhile."""
    before = reviewed(scene)
    found = offer(load).summary()
    kept = text(f"SELECT count(*) FROM {table} WHERE delivery LIKE '{load.name}-%'")
    with scene.engines.reading() as connection:
        rows = int(connection.execute(kept).scalar_one())
    return {**found, "kept": rows, "reviews_meanwhile": reviewed(scene) - before}


@contextmanager
def minimal(secret: str, database: str) -> Iterator[int]:
    """The minimal receiver, running; its port."""
    port = free_port()
    command = [sys.executable, "-m", "bench.runtime.minimal", str(port), secret, database.replace("+psycopg", "")]
    with subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + 30
            while not _listens(port):
                assert process.poll() is None and time.monotonic() < deadline, "the minimal receiver does not answer"
                time.sleep(0.1)
            yield port
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def _listens(port: int) -> bool:
    with socket.socket() as trying:
        return trying.connect_ex((HOST, port)) == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=tuple(BROKERS))
    parser.add_argument("--rate", type=float, default=40)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--connections", type=int, default=50)
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started goes all the same
    shape = (given.rate, given.seconds, given.connections)
    with services(given.kind, lasting=True) as servers, distributed(*servers, "real", more={}) as scene:
        scene.traffic.open(PULLS, repositories=20)
        secret, sent = scene.traffic.sandbox.webhook_secret, bodies(scene.traffic)
        web = scene.processes[0]
        ours = measured(scene, Load("load", web.port, "/hooks/github", secret, sent, *shape), "deliveries")
        print(json.dumps({"kind": given.kind, "load": round(os.getloadavg()[0], 1), "ours": ours}), flush=True)
        with minimal(secret, web.settings["IAM_REVIEW_DATABASE"]) as port:
            theirs = measured(scene, Load("load", port, "/hook", secret, sent, *shape), TABLE)
    ratios = {name: round(ours[name] / theirs[name], 2) for name in ("p50_ms", "p99_ms")}
    print(json.dumps({"load": round(os.getloadavg()[0], 1), "minimal": theirs, "ratio": ratios}))
    kept = ours["kept"] == ours["deliveries"] == given.rate * given.seconds and ours["refused"] == 0
    return 0 if kept and ours["p99_ms"] <= MOST_MS and ratios["p99_ms"] <= MOST_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
