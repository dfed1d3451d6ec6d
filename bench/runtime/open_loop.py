"""Deliveries sent when they are due, however long the answers take, in a process of its own."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import multiprocessing
import queue
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

from tests.services import HOST


@dataclass(frozen=True)
class Load:
    """`rate` deliveries a second of `bodies` in turn, signed, over so many kept connections, for `seconds`.

    `name` begins the ids of its deliveries.
    """

    name: str
    port: int
    path: str
    secret: str
    bodies: Sequence[bytes]
    rate: float = 40
    seconds: float = 120
    connections: int = 50

    @property
    def count(self) -> int:
        """How many deliveries there are."""
        return round(self.rate * self.seconds)

    def headers(self, number: int) -> dict[str, str]:
        """Those of a delivery."""
        body = self.bodies[number % len(self.bodies)]
        return {
            "Content-Type": "application/json",
            "X-GitHub-Event": "pull_request",
            "X-GitHub-Delivery": f"{self.name}-{number}",
            "X-Hub-Signature-256": f"sha256={hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()}",
        }


@dataclass(frozen=True)
class Answers:
    """Seconds from when each delivery was due to its answer, in order of size, and how many were not taken."""

    taken: Sequence[float]
    refused: int

    def summary(self) -> dict[str, float]:
        """In milliseconds."""
        shares = {"p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99, "worst_ms": 1.0}
        last = len(self.taken) - 1
        at = {
            name: round(self.taken[min(last, int(len(self.taken) * share))] * 1000, 1) for name, share in shares.items()
        }
        return {"deliveries": len(self.taken), "refused": self.refused, **at}


def offer(load: Load) -> Answers:
    """Send it all from another process: this one may be busy with being a forge."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as apart:
        return apart.submit(_offer, load).result()


@dataclass
class _Sender:
    """Threads with a connection each; what is due waits in `due` while all of them wait for answers."""

    load: Load
    due: queue.SimpleQueue[tuple[int, float] | None] = field(default_factory=queue.SimpleQueue)
    taken: list[float] = field(default_factory=list)
    refused: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def connection(self) -> None:
        kept = http.client.HTTPConnection(HOST, self.load.port, timeout=60)
        while (next_ := self.due.get()) is not None:
            number, due = next_
            status = self._send(kept, number)
            with self.lock:
                self.taken.append(time.monotonic() - due)
                self.refused += status not in (200, 202)
        kept.close()

    def _send(self, kept: http.client.HTTPConnection, number: int) -> int:
        """The status of the answer, 0 for none; the connection is made anew where the server has ended it."""
        body = self.load.bodies[number % len(self.load.bodies)]
        try:
            kept.request("POST", self.load.path, body, self.load.headers(number))
            answer = kept.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            kept.close()
            return 0
        return answer.status


def _offer(load: Load) -> Answers:
    sender = _Sender(load)
    threads = [threading.Thread(target=sender.connection) for _ in range(load.connections)]
    for thread in threads:
        thread.start()
    begun = time.monotonic() + 0.1
    for number in range(load.count):
        due = begun + number / load.rate
        time.sleep(max(0.0, due - time.monotonic()))
        sender.due.put((number, due))
    for _ in threads:
        sender.due.put(None)
    for thread in threads:
        thread.join()
    return Answers(sorted(sender.taken), sender.refused)
