"""How fast deliveries are acknowledged while two heavy reviews run, beside a minimal Flask bot with threads.

    python -m bench.runtime.acknowledge [--seconds 10] [--connections 50]

Both are served by gunicorn with 16 threads in one process and get the same signed 24 kB deliveries over the same number
of kept connections, while each reviews the same two large changes: this bot in child processes, each delivery durable
on SQLite (FULL) before its answer; the other in threads of its own, nothing kept. One line of JSON each, and the ratio.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.runtime.kill import settings
from bench.runtime.processes import BotProcess
from bot.fake_forge.sandbox import Sandbox
from tests.services import HOST, free_port

SECRET = "minimal"
BODY_BYTES = 24_000


def heavy(star: bool) -> bytes:
    """A root module that takes some seconds of CPU."""
    action = "s3:*" if star else "s3:GetObject"
    block = """resource "aws_iam_policy" "p{n}" {{
  name = "p{n}"
  policy = jsonencode({{
    Version   = "2012-10-17"
    Statement = [{{ Effect = "Allow", Action = ["{a}"], Resource = ["*"] }}]
  }})
}}
"""
    return "".join(block.format(n=number, a=action) for number in range(1500)).encode()


@dataclass
class Load:
    """Posts deliveries over kept connections for a while."""

    port: int
    path: str
    secret: str
    seconds: float
    latencies: list[float] = field(default_factory=list)
    failures: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, connections: int) -> dict[str, Any]:
        bodies = [self._request(number) for number in range(200)]
        begun = time.monotonic()
        threads = [threading.Thread(target=self._connection, args=(bodies, n, begun)) for n in range(connections)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.monotonic() - begun
        ordered = sorted(self.latencies) or [float("inf")]
        return {
            "a_second": round(len(self.latencies) / took, 1),
            "p50_ms": round(ordered[len(ordered) // 2] * 1000, 1),
            "p99_ms": round(ordered[int(len(ordered) * 0.99)] * 1000, 1),
            "worst_ms": round(ordered[-1] * 1000, 1),
            "answers": len(self.latencies),
            "failures": self.failures,
        }

    def _request(self, number: int) -> tuple[bytes, bytes]:
        payload = {
            "action": "synchronize",
            "pull_request": {"number": 1000 + number, "head": {"sha": f"{number:040x}"}},
            "repository": {"full_name": "acme/load"},
            "installation": {"id": 47},
            "filling": "",
        }
        payload["filling"] = "x" * (BODY_BYTES - len(json.dumps(payload)))
        body = json.dumps(payload).encode()
        signature = hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: {HOST}:{self.port}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\nX-GitHub-Event: pull_request\r\n"
            f"X-Hub-Signature-256: sha256={signature}\r\n"
        )
        return head.encode(), body

    def _connection(self, bodies: list[tuple[bytes, bytes]], offset: int, begun: float) -> None:
        taken, failures, number = [], 0, offset
        connection = socket.create_connection((HOST, self.port), 30)
        connection.settimeout(60)
        while time.monotonic() - begun < self.seconds:
            head, body = bodies[number % len(bodies)]
            number += 7
            sent = time.monotonic()
            try:
                connection.sendall(head + b"X-GitHub-Delivery: " + uuid.uuid4().hex.encode() + b"\r\n\r\n" + body)
                answer = connection.recv(65536)
                while b"\r\n\r\n" not in answer or not answer.rstrip().endswith(b"}"):
                    more = connection.recv(65536)
                    if not more:
                        break
                    answer += more
            except OSError:
                answer = b""
            taken.append(time.monotonic() - sent)
            if not answer.startswith((b"HTTP/1.1 202", b"HTTP/1.1 200")):
                failures += 1
            if not answer or b"onnection: close" in answer:
                connection.close()
                connection = socket.create_connection((HOST, self.port), 30)
                connection.settimeout(60)
        connection.close()
        with self.lock:
            self.latencies += taken
            self.failures += failures


def this_bot(seconds: float, connections: int) -> dict[str, Any]:
    """Two heavy pull requests under review, then the load."""
    with tempfile.TemporaryDirectory(prefix="iam-review-ack-") as name, Sandbox.start() as sandbox:
        directory = Path(name)
        told = settings(sandbox, directory, f"sqlite:///{directory / 'db.sqlite'}") | {"IAM_REVIEW_LEASE_SECONDS": "60"}
        bot = BotProcess("serve", "serve", told, directory, "real")
        bot.start()
        try:
            sandbox.send_webhooks_to(f"{bot.url}/hooks/github")
            for number in range(2):
                place = sandbox.create_repository(f"acme/heavy{number}", {"main.tf": heavy(False)})
                sandbox.open_pull(place, {"main.tf": heavy(True)}, branch="b")
            _until_busy(2)
            return Load(bot.port, "/hooks/github", sandbox.webhook_secret, seconds).run(connections)
        finally:
            bot.kill()


def _until_busy(children: int) -> None:
    """Until that many review processes have begun."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        lines = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
        if sum("bot.review_process.child 2147483648" in line for line in lines.splitlines()) >= children:
            time.sleep(1)
            return
        time.sleep(0.2)


def minimal(seconds: float, connections: int) -> dict[str, Any]:
    """The same on the minimal bot."""
    port = free_port()
    command = [sys.executable, "-m", "bench.runtime.minimal", str(port), SECRET]
    with subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(300):
                with socket.socket() as trying:
                    if trying.connect_ex((HOST, port)) == 0:
                        break
                time.sleep(0.1)
            time.sleep(2)
            return Load(port, "/hook", SECRET, seconds).run(connections)
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--connections", type=int, default=50)
    given = parser.parse_args()
    print(json.dumps({"load average before": os.getloadavg()[0]}))
    ours = this_bot(given.seconds, given.connections)
    print(json.dumps({"bot": "iam-review", **ours}), flush=True)
    theirs = minimal(given.seconds, given.connections)
    print(json.dumps({"bot": "minimal Flask with threads", **theirs}))
    print(json.dumps({"ratio of answers a second": round(ours["a_second"] / max(theirs["a_second"], 0.01), 1)}))
    return 0 if ours["failures"] == 0 and ours["p99_ms"] <= 250 and ours["a_second"] >= 300 else 1


if __name__ == "__main__":
    sys.exit(main())
