"""Operators hear of each thing once, in words in which nothing of a change request is a link or a mention."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bot.config import NotifyConfig
from bot.forges.event import Closed, ReviewWanted
from bot.forges.port import ChangeRef
from bot.review.codec import encode
from bot.store.ledger import GivenWaiver
from bot.store.notices import NoticeBox
from bot.store.port import Delivery, StoredReview
from bot.store.sql import SqlStore
from bot.store.sql_ledger import SqlLedger
from bot.store.work_items import ReviewChange
from bot.wiring.notify import SIGNATURE, Notifications
from tests.fakes.reviews import finding, review
from tests.store.databases import address, engines
from tests.store.test_ledger import SHOWN

__all__ = ["address", "engines"]

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
REF = ChangeRef("github", "acme/infra", 7, 47)
SECRET = "9f2c1b7a4e6d8053"
WEBHOOK = {"webhook_url": "https://listener.example/", "webhook_secret": SECRET}


class Room:
    """A store, and who listens to what is told of it."""

    def __init__(self, engines: Any, **settings: str) -> None:
        self.store, self.ledger = SqlStore(engines), SqlLedger(engines)
        self.heard: list[tuple[str, dict[str, Any], Mapping[str, str]]] = []
        self.away, self.time, self.count = False, NOW, 0
        config = NotifyConfig(**(settings or WEBHOOK))  # type: ignore[arg-type]
        self.config = config
        self.told = Notifications(
            config, NoticeBox(engines), lambda ref: f"https://forge.example/{ref.number}", self.send
        )

    def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        if self.away:
            raise OSError("away")
        if SIGNATURE in headers:
            digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
            assert headers[SIGNATURE] == f"sha256={digest}"
        self.heard.append((url, json.loads(body), headers))

    def accept(self, event: Any) -> None:
        self.count += 1
        self.store.accept(Delivery("github", str(self.count), "x", self.time, b"{}"), event)

    def lease(self) -> Any:
        self.accept(ReviewWanted(REF, "a" * 40, "pushed"))
        return self.store.claim(ReviewChange(REF), self.time, 60)

    def give_up(self, why: str = "the review needed more than 2048 MiB of memory") -> None:
        self.store.fail(self.lease(), why, None)

    def merge(self, grade: Any, default: bool = True) -> None:
        made = dataclasses.replace(review(finding("0" * 16)), grade=grade)
        self.store.finish(self.lease(), StoredReview(REF, "a" * 40, "b" * 40, self.time, encode(made)))
        self.accept(Closed(REF, default))

    def accept_finding(self, until: date) -> None:
        self.accept(ReviewWanted(REF, "a" * 40, "pushed"))
        self.ledger.accept(
            GivenWaiver(REF, SHOWN, (), "high", "Role ci can write", "it moves", "grace", until, "c1", self.time)
        )

    def listen(self, **later: float) -> list[str]:
        self.time += timedelta(seconds=21) + timedelta(**later)
        self.told.tell(self.time)
        said = [body.get("text", "") for _, body, _ in self.heard]
        self.heard.clear()
        return said


def test_each_is_told_once(engines: Any) -> None:
    room = Room(engines)
    assert room.listen() == []
    room.give_up()
    assert room.listen() == [
        "acme/infra#7 was given up, its check says so: the review needed more than 2048 MiB of memory. "
        "`iam-review replay` tries again."
    ]
    assert room.listen(hours=1) == []
    room.merge("critical")
    assert room.listen() == [
        "acme/infra#7 was merged into the default branch with critical findings: 1 of its findings were open."
    ]
    assert room.listen(hours=1) == []


@pytest.mark.parametrize(("grade", "default"), [("high", True), ("critical", False)])
def test_what_is_not_told(engines: Any, grade: str, default: bool) -> None:
    room = Room(engines)
    room.merge(grade, default)
    assert room.listen() == []


def test_a_waiver_that_is_about_to_end(engines: Any) -> None:
    room = Room(engines)
    room.accept_finding(NOW.date() + timedelta(days=8))
    assert room.listen() == []
    said = "A waiver on acme/infra#7 is about to end: Role ci can write; accepted by grace until 2026-12-05: it moves."
    assert room.listen(days=1) == [said]
    assert room.listen(days=1) == []


def test_who_is_away_hears_later_and_not_for_ever(engines: Any) -> None:
    room = Room(engines)
    room.give_up()
    room.away = True
    assert room.listen() == room.listen(minutes=2) == []
    room.away = False
    assert room.listen() == []  # not yet: it was tried lately
    assert len(room.listen(minutes=5)) == 1
    room.away = True
    room.give_up("again")
    assert room.listen() == []
    room.away = False
    assert room.listen(days=2) == []


@pytest.mark.parametrize("setting", ["slack_url", "teams_url"])
def test_nothing_of_a_change_request_is_a_link_or_a_mention(engines: Any, setting: str) -> None:
    room = Room(engines, **{setting: "https://chat.example/secret"})
    room.give_up("<!channel> [click](https://evil.example) *now*")
    room.time += timedelta(seconds=21)
    room.told.tell(room.time)
    ((url, body, _),) = room.heard
    assert url == "https://chat.example/secret" and "https://forge.example/7" in json.dumps(body)
    if setting == "slack_url":
        assert "<!channel>" not in body["text"] and body["blocks"][0]["text"]["type"] == "plain_text"
    else:
        (text,) = (part["text"] for part in body["attachments"][0]["content"]["body"])
        assert "\\[click](" in text and "\\*now\\*" in text


def test_one_listener(tmp_path: Path) -> None:
    assert not NotifyConfig().listens()
    with pytest.raises(ValidationError, match="give one of"):
        NotifyConfig(slack_url="https://a.example", teams_url="https://b.example")  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match="belong together"):
        NotifyConfig(webhook_url="https://a.example")
