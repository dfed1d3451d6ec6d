"""Answers an operator's probes on a port of their own, each in a thread: one that waits holds up no other."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECONDS = 2.0
"""How long who asks may take: whoever probes is next to it."""

Answer = tuple[dict[str, Any], int]
"""What is said, and the HTTP status."""


@dataclass(slots=True)
class Probes:
    """Listens on `host` and `port` once it is started; `answers` are given by path ("/healthz")."""

    host: str
    port: int
    answers: dict[str, Callable[[], Answer]]
    _server: ThreadingHTTPServer | None = field(default=None, repr=False)

    def start(self) -> None:
        """Begin, after any fork. Raises OSError if the port is taken."""
        answers = self.answers

        class Handler(BaseHTTPRequestHandler):
            timeout = SECONDS

            def do_GET(self) -> None:
                answer = answers.get(self.path)
                said, status = ({"error": "nothing here"}, 404) if answer is None else answer()
                body = json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *about: object) -> None:
                """Probes come every few seconds."""

        self._server = ThreadingHTTPServer((self.host, self.port), Handler)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, name="probes", daemon=True).start()

    def stop(self) -> None:
        """Close the port."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
