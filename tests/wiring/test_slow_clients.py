"""Clients that send slowly do not keep others waiting, on a real gunicorn with two threads."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import requests

from tests.services import HOST, free_port

SERVER = """
import sys, time
from gunicorn.app.base import BaseApplication
from bot.wiring.slow_clients import PromptThreadWorker

class Impatient(PromptThreadWorker):
    read_seconds = 1.0

class Server(BaseApplication):
    def load_config(self):
        told = {"bind": sys.argv[1], "worker_class": Impatient, "threads": 2, "control_socket_disable": True}
        for key, value in told.items():
            self.cfg.set(key, value)

    def load(self):
        def application(environ, start_response):
            body = environ["wsgi.input"].read()
            if environ["PATH_INFO"] == "/long":
                time.sleep(3)
            start_response("200 OK", [])
            return [body]
        return application

Server().run()
"""


@pytest.fixture
def address() -> Iterator[tuple[str, int]]:
    place = (HOST, free_port())
    with subprocess.Popen([sys.executable, "-c", SERVER, f"{HOST}:{place[1]}"], stderr=subprocess.PIPE) as process:
        deadline = time.monotonic() + 30
        while not _listens(place):
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)
        yield place
        process.terminate()


def _listens(place: tuple[str, int]) -> bool:
    with socket.socket() as trying:
        return trying.connect_ex(place) == 0


@pytest.mark.parametrize("sent", [b"GET / HTTP/1.1\r\nX-Slow: ", b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nx"])
def test_slow_clients_are_given_up(address: tuple[str, int], sent: bytes) -> None:
    with ExitStack() as ends:
        slow = [ends.enter_context(socket.create_connection(address, timeout=30)) for _ in range(3)]
        for one in slow:
            one.sendall(sent)
        assert requests.get(f"http://{HOST}:{address[1]}/", timeout=30).ok
        assert all(b"200 OK" not in one.recv(1000) or b"Content-Length" in sent for one in slow)


def test_an_answer_may_take_longer_than_a_request(address: tuple[str, int]) -> None:
    assert requests.post(f"http://{HOST}:{address[1]}/long", data=b"whole", timeout=30).text == "whole"
