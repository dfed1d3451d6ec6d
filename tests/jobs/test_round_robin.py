"""Whose turn it is, over a real store: told as a story of what waits and in which order it is begun."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.forges.event import CommandGiven, ReviewWanted, SweepWanted, WorkRequest
from bot.forges.port import ChangeRef, RepositoryRef
from bot.jobs.round_robin import RoundRobin
from bot.store.port import Delivery, Lease
from bot.store.sql import SqlStore
from bot.store.work_items import name_of
from tests.fakes.store import fresh_store
from tests.places import TESTS
from tests.yaml_files import read_yaml

STORIES: dict[str, dict[str, Any]] = read_yaml((TESTS / "cases" / "jobs" / "round_robin.yaml").read_text())
NOW = datetime(2026, 11, 27, tzinfo=UTC)


def ref(name: str, account: int | None) -> ChangeRef:
    repository, _, number = name.partition("#")
    return ChangeRef("github", repository, int(number), account)


def request(word: str, name: str, account: int | None) -> WorkRequest:
    if word == "sweep":
        return SweepWanted(RepositoryRef("github", name, account))
    if word == "command":
        return CommandGiven(ref(name, account), f"issues/comments/{name}", "ada", "/iam help")
    return ReviewWanted(ref(name, account), "a" * 40, word, from_fork=word == "fork", missed=word == "missed")


class Scene:
    """A store into which deliveries come a second apart, and the turns of one process."""

    def __init__(self, directory: Path, threads: int, each: int = 0) -> None:
        self.store: SqlStore = fresh_store(directory)
        self.turns = RoundRobin(self.store, threads, each)
        self.time, self.held = NOW, dict[str, Lease]()

    def hear(self, said: str) -> None:
        word, name, *account = said.split()
        self.time += timedelta(seconds=1)
        delivery = Delivery("github", self.time.isoformat(), "x", self.time, b"")
        self.store.accept(delivery, request(word, name, int(account[0]) if account else 7))

    def take(self) -> str:
        lease = self.turns.take(self.time, 60)
        if lease is None:
            return "nothing"
        name = name_of(lease.item)
        self.held[name] = lease
        return name

    def end(self, name: str) -> None:
        lease = self.held.pop(name)
        self.store.finish(lease, None)
        self.turns.ended(lease)


@pytest.mark.parametrize("name", STORIES)
def test_turns(name: str, tmp_path: Path) -> None:
    story = STORIES[name]
    scene = Scene(tmp_path, story.get("threads", 2), story.get("each", 0))
    for said in story["waits"]:
        scene.hear(said)
    begun = []
    for step in story["then"]:
        if step.startswith("end "):
            scene.end(step.removeprefix("end "))
        elif step.startswith("hear "):
            scene.hear(step.removeprefix("hear "))
        elif step.startswith("left "):
            scene.turns.budget(*map(int, step.split()[1:]))
        elif step == "an hour later":
            scene.time += timedelta(hours=1)
        else:
            begun.append((step, scene.take()))
    assert [got for _, got in begun] == [wanted for wanted, _ in begun]


def test_a_process_that_stops_takes_nothing(tmp_path: Path) -> None:
    scene = Scene(tmp_path, 2)
    scene.hear("review acme/a#1")
    scene.turns.close()
    assert scene.take() == "nothing"


def test_a_review_that_a_command_asks_for_waits_for_room_and_has_it_next(tmp_path: Path) -> None:
    scene = Scene(tmp_path, 1)
    for said, begun in (("review acme/a#1", "acme/a#1"), ("command acme/b#1", "acme/b#1")):
        scene.hear(said)
        assert scene.take() == begun
    inside, leave = threading.Event(), threading.Event()

    def review() -> None:
        with scene.turns.reviewing(scene.held["acme/b#1"]):
            inside.set()
            leave.wait(10)

    thread = threading.Thread(target=review)
    thread.start()
    scene.hear("review acme/c#1")
    assert not inside.wait(0.05)
    scene.end("acme/a#1")
    assert scene.take() == "nothing"
    assert inside.wait(10)
    leave.set()
    thread.join()
    scene.end("acme/b#1")
    assert scene.take() == "acme/c#1"
