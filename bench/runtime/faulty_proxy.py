"""A way to a server that breaks: connections are cut in the middle of a word, or nothing comes through for a while."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

from tests.services import HOST

PIECE = 16 * 1024
"""Bytes that are handed on at once."""

_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER of a connection that is closed without a farewell."""


@dataclass(frozen=True)
class Weather:
    """Of each piece that comes through the share at which its connection is cut, and that which waits `seconds`."""

    cut: float
    stall: float
    seconds: float = 2.0


@dataclass
class FaultyProxy:
    """Listens at `port` and hands on to the loopback's port `target`; `fates` counts what it did to pieces."""

    target: int
    weather: Weather
    random: Random = field(default_factory=lambda: Random(5))
    fates: Counter[str] = field(default_factory=Counter)
    listening: socket.socket = field(default_factory=lambda: socket.create_server((HOST, 0), backlog=128))

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self.listening.getsockname()[1]
        return port

    @property
    def url(self) -> str:
        """The same, for HTTP."""
        return f"http://{HOST}:{self.port}"

    def accept(self) -> None:
        """Hand on every connection until it is closed."""
        with contextlib.suppress(OSError):
            while True:
                caller, _ = self.listening.accept()
                try:
                    server = socket.create_connection((HOST, self.target), 5)
                except OSError:
                    _reset(caller)
                    continue
                server.settimeout(None)
                for ends in ((caller, server), (server, caller)):
                    threading.Thread(target=self._hand_on, args=ends, daemon=True).start()

    def _hand_on(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(PIECE):
                fate = self._fate()
                if fate == "cut":
                    sink.sendall(piece[: len(piece) // 2])
                    _reset(source, sink)
                    return
                if fate == "stalled":
                    time.sleep(self.weather.seconds)
                sink.sendall(piece)
            sink.shutdown(socket.SHUT_WR)

    def _fate(self) -> str:
        drawn = self.random.random()
        fate = "cut" if drawn < self.weather.cut else "stalled"
        fate = fate if drawn < self.weather.cut + self.weather.stall else "handed on"
        self.fates[fate] += 1
        return fate


def _reset(*ends: socket.socket) -> None:
    for end in ends:
        with contextlib.suppress(OSError):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            end.shutdown(socket.SHUT_RD)  # wakes the thread that reads it
            end.close()


@contextmanager
def faulty(proxy: FaultyProxy) -> Iterator[FaultyProxy]:
    """Let it run."""
    thread = threading.Thread(target=proxy.accept, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        with contextlib.suppress(OSError):
            proxy.listening.shutdown(socket.SHUT_RDWR)
        proxy.listening.close()
        thread.join()
