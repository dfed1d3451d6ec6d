"""Large bodies come in one after the other, small ones as they like."""

from __future__ import annotations

import threading

import pytest
from flask import Flask, request

from bot.web.large import AT_ONCE, LARGE, FewLargeBodies


class Holding:
    """An application that holds every request with a body until it is let go."""

    def __init__(self) -> None:
        self.app = Flask("holding")
        self.inside, self.go = threading.Semaphore(0), threading.Event()
        self.app.add_url_rule("/", view_func=self.view, methods=["POST"])
        self.app.wsgi_app = FewLargeBodies(self.app.wsgi_app, wait=0.05)  # type: ignore[method-assign]
        self.codes: list[int] = []

    def view(self) -> str:
        size = len(request.get_data())
        self.inside.release()
        if size > 1:
            self.go.wait(10)
        return str(size)

    def post(self, body: bytes) -> int:
        code = self.app.test_client().post("/", data=body).status_code
        self.codes.append(code)
        return code

    def fill(self) -> list[threading.Thread]:
        threads = [threading.Thread(target=self.post, args=(bytes(LARGE + 1),)) for _ in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        for _ in threads:
            assert self.inside.acquire(timeout=60)
        return threads


@pytest.fixture
def holding() -> Holding:
    return Holding()


def test_one_large_body_too_many_is_put_off_and_small_ones_are_not(holding: Holding) -> None:
    threads = holding.fill()
    assert holding.post(bytes(LARGE + 1)) == 503
    assert holding.post(b"x") == 200
    holding.go.set()
    for thread in threads:
        thread.join()
    assert holding.codes == [503, 200, 200, 200]
    assert holding.post(bytes(LARGE + 1)) == 200


def test_a_body_of_unknown_length_counts_as_large(holding: Holding) -> None:
    threads = holding.fill()
    unknown = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    answer = holding.app.test_client().post("/", environ_overrides=unknown)
    holding.go.set()
    for thread in threads:
        thread.join()
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "10"
