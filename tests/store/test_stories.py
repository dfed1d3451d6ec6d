"""The store keeps its promises in stories about one pull request."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.forges.event import Closed, CommandGiven, Event, ReviewWanted
from bot.store.database import Engines
from bot.store.port import Delivery, Lease
from bot.store.sql import SqlStore
from bot.store.work_items import ReviewChange
from tests.fakes.forge import REF
from tests.places import TESTS
from tests.store.databases import address, engines
from tests.yaml_files import read_yaml

__all__ = ["address", "engines"]

STORIES: dict[str, list[list[Any]]] = read_yaml((TESTS / "cases" / "store" / "stories.yaml").read_text())
START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def store(engines: Engines) -> SqlStore:
    return SqlStore(engines)


def event(who: str, what: str) -> Event:
    if what == "say":
        return CommandGiven(REF, who, "alice", "/iam help")
    return Closed(REF) if what == "close" else ReviewWanted(REF, "a" * 40, "pushed")


class Teller:
    """Carries out the steps of a story and says what came of each."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self.leases: dict[str, Lease] = {}

    def step(self, now: datetime, who: str, what: str) -> object:
        if what in ("push", "say", "close"):
            new = self.store.accept(Delivery("github", who, what, now, b"{}"), event(who, what))
            return "new" if new else "known"
        if what == "claim":
            return self.claim(now, who)
        if what == "due":
            return len(self.store.due(now, 10))
        if what == "replay":
            return self.store.replay(REF, now)
        return self.held(self.leases[who], now, what)

    def claim(self, now: datetime, who: str) -> str:
        lease = self.store.claim(ReviewChange(REF), now, 30)
        if lease is None:
            return "nothing"
        self.leases[who] = lease
        return f"{'review' if lease.review else 'answer'} {lease.attempt}"

    def held(self, lease: Lease, now: datetime, what: str) -> object:
        match what.split():
            case ["renew"]:
                return self.store.renew(lease, now, 30)
            case ["superseded"]:
                return self.store.superseded(lease)
            case ["finish"]:
                return self.store.finish(lease, None)
            case ["release"]:
                self.store.release(lease)
                return ""
            case ["fail", wait]:
                self.store.fail(lease, "broken", None if wait == "dead" else now + timedelta(seconds=int(wait)))
                return ""
        raise AssertionError(what)


@pytest.mark.parametrize("name", STORIES)
def test_story(name: str, store: SqlStore) -> None:
    teller = Teller(store)
    for second, who, what, result in STORIES[name]:
        assert teller.step(START + timedelta(seconds=second), who, what) == result, (second, who, what)
