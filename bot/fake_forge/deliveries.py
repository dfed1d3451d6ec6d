"""Webhook deliveries: signed, sent in order, remembered; they can be held back, sent again, or never sent."""

from __future__ import annotations

import hashlib
import hmac
import json
import queue
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import requests

from bot.fake_forge.world import now

TIMEOUT = 10.0
"""Seconds after which a forge gives up on an answer."""


@dataclass(slots=True)
class SentDelivery:
    """One delivery; `answers` are the status codes of its attempts, 0 for none at all."""

    id: int
    guid: str
    event: str
    body: bytes
    at: datetime = field(default_factory=now)
    answers: list[int] = field(default_factory=list)

    @property
    def payload(self) -> Any:
        """The body, read."""
        return json.loads(self.body)


@dataclass(slots=True)
class Deliveries:
    """What was delivered to `url`. `held` True: deliveries wait until a test sends them itself, in any order."""

    secret: str
    events: tuple[str, ...]
    hook_id: int = 1
    url: str = ""
    held: bool = False
    sent: list[SentDelivery] = field(default_factory=list)
    _queue: queue.Queue[SentDelivery | None] = field(default_factory=queue.Queue)
    _thread: threading.Thread | None = None

    def emit(self, event: str, payload: Mapping[str, Any]) -> SentDelivery:
        """Deliver an event, unless it is not subscribed to."""
        body = json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode()
        delivery = SentDelivery(len(self.sent) + 1, str(uuid.uuid4()), event, body)
        if event in self.events or event == "ping":
            self.sent.append(delivery)
            if not self.held:
                self.send(delivery)
        return delivery

    def send(self, delivery: SentDelivery) -> None:
        """Send a delivery now or again: its id stays the same, as GitHub's does on a redelivery."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="sandbox-deliveries", daemon=True)
            self._thread.start()
        self._queue.put(delivery)

    def settle(self) -> None:
        """Wait until everything given to `send` was delivered."""
        self._queue.join()

    def stop(self) -> None:
        """Deliver what is waiting, then end."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()
            self._thread = None

    def headers(self, delivery: SentDelivery) -> dict[str, str]:
        """The headers of a delivery, its signature among them."""
        signature = hmac.new(self.secret.encode(), delivery.body, hashlib.sha256).hexdigest()
        return {
            "Content-Type": "application/json",
            "User-Agent": "GitHub-Hookshot/sandbox",
            "X-GitHub-Delivery": delivery.guid,
            "X-GitHub-Event": delivery.event,
            "X-GitHub-Hook-ID": str(self.hook_id),
            "X-GitHub-Hook-Installation-Target-Type": "integration",
            "X-Hub-Signature-256": f"sha256={signature}",
        }

    def _work(self) -> None:
        while (delivery := self._queue.get()) is not None:
            delivery.answers.append(self._post(delivery))
            self._queue.task_done()
        self._queue.task_done()

    def _post(self, delivery: SentDelivery) -> int:
        if not self.url:
            return 0
        try:
            answer = requests.post(
                self.url, delivery.body, headers=self.headers(delivery), timeout=TIMEOUT, allow_redirects=False
            )
        except requests.exceptions.RequestException:
            return 0
        return answer.status_code
