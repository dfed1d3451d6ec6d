"""A gunicorn worker whose threads are not held by clients that send or read slowly."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

READ_SECONDS = 10.0
"""A request that has not arrived by then is given up; GitHub does not wait longer for an answer either."""

WRITE_SECONDS = 20
"""So long a write of an answer may stand still."""


class PromptThreadWorker(ThreadWorker):  # type: ignore[misc]
    """Ends the reading side of connections whose request takes too long.

    What has been read completely goes on: it is answered, and the connection is closed instead of kept.
    """

    read_seconds = READ_SECONDS

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._handled: dict[Any, float] = {}
        self._guard = threading.Lock()

    def handle(self, conn: Any) -> Any:
        """A request, in one of the threads."""
        _bound_writes(conn.sock)
        with self._guard:
            self._handled[conn] = time.monotonic() + self.read_seconds
        try:
            return super().handle(conn)
        finally:
            with self._guard:
                self._handled.pop(conn, None)

    def notify(self) -> None:
        """Called by the main loop at least once a second."""
        super().notify()
        now = time.monotonic()
        with self._guard:
            late = [conn for conn, deadline in self._handled.items() if deadline < now]
            for conn in late:
                del self._handled[conn]
                with contextlib.suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RD)


def _bound_writes(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", WRITE_SECONDS, 0))
