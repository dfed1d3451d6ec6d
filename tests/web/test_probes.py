"""Probes are answered beside the application: whatever its threads are busy with."""

from __future__ import annotations

import json
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.web import probes as beside
from bot.web.app import Deps, probes
from bot.web.metrics import Metrics
from bot.web.probes import Probes
from tests.fakes.store import fresh_store

WRONG: list[str] = []


@pytest.fixture
def listening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Probes]:
    store = fresh_store(tmp_path)
    deps = Deps(
        {}, store, lambda item: None, Metrics(store), problems=(lambda: "".join(WRONG),), doubts=(lambda: "slow",)
    )
    monkeypatch.setattr(beside, "SECONDS", 0.2)
    found = probes(deps, "127.0.0.1", 0)
    found.start()
    yield found
    found.stop()
    WRONG.clear()


def ask(listening: Probes, path: str) -> tuple[int, dict[str, object]]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{listening.port}{path}", timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def test_they_say_what_the_application_says(listening: Probes) -> None:
    assert ask(listening, "/healthz") == (200, {"status": "alive"})
    assert ask(listening, "/readyz") == (200, {"ready": True, "wrong": ["slow"]})
    WRONG.append("no database")
    assert ask(listening, "/readyz") == (503, {"ready": False, "wrong": ["no database", "slow"]})
    assert ask(listening, "/metrics")[0] == 404
    assert ask(listening, "/healthz")[0] == 200


def test_who_asks_and_says_nothing_more_does_not_hold_them_up(listening: Probes) -> None:
    with socket.create_connection(("127.0.0.1", listening.port)):
        assert ask(listening, "/healthz")[0] == 200


def test_one_that_waits_for_the_database_holds_up_no_other() -> None:
    asked, answered = threading.Event(), threading.Event()

    def waits() -> tuple[dict[str, object], int]:
        asked.set()
        answered.wait(10)
        return {}, 503

    both = Probes("127.0.0.1", 0, {"/healthz": lambda: ({}, 200), "/readyz": waits})
    both.start()
    try:
        waiting = threading.Thread(target=ask, args=(both, "/readyz"))
        waiting.start()
        assert asked.wait(10)
        assert ask(both, "/healthz")[0] == 200
        assert not answered.is_set()
    finally:
        answered.set()
        waiting.join()
        both.stop()


def test_they_end_with_the_process(listening: Probes) -> None:
    assert "probes" in {thread.name for thread in threading.enumerate()}
    listening.stop()
    with pytest.raises(urllib.error.URLError):
        ask(listening, "/healthz")
