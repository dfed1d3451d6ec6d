"""Tells a chat room, or a program of one's own, what operators should hear of, now or as soon as it can be sent."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import requests
import structlog

from bot.config import NotifyConfig
from bot.forges.port import ChangeRef
from bot.store.notices import Notice, NoticeBox

EVERY = timedelta(seconds=20)
WAIVERS_EVERY = timedelta(hours=6)
AT_ONCE = 3
"""Notices a round: the housekeeper, who sends them, has other things to do."""

SECONDS = 5.0
SIGNATURE = "X-Iam-Review-Signature"
LONGEST = 1500

_log = structlog.get_logger(__name__)

_SAYS = {
    "dead": "{name} was given up, its check says so: {detail}. `iam-review replay` tries again.",
    "critical": "{name} was merged into the default branch with critical findings: {detail}.",
    "waiver": "A waiver on {name} is about to end: {detail}.",
}

Post = Callable[[str, bytes, Mapping[str, str]], None]
"""Sends a body to an address with headers; raises OSError (requests' faults are such) unless it was taken."""


def words(notice: Notice) -> str:
    """What is told, in one line."""
    name = f"{notice.ref.repository}#{notice.ref.number}"
    detail = " ".join(notice.detail.split()).rstrip(".")[:LONGEST]
    return _SAYS[notice.kind].format(name=name, detail=detail)


def slack(text: str, url: str) -> dict[str, Any]:
    """A message in which nothing of a change request is a link, a mention or a format."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    block = {"type": "section", "text": {"type": "plain_text", "text": text}}
    return {"text": safe, "blocks": [block, *([_button(url)] if url else [])]}


def _button(url: str) -> dict[str, Any]:
    label = {"type": "plain_text", "text": "Look at it"}
    return {"type": "actions", "elements": [{"type": "button", "text": label, "url": url}]}


def teams(text: str, url: str) -> dict[str, Any]:
    """An Adaptive Card, as a workflow of Teams takes it."""
    plain = text.replace("\\", "\\\\").replace("[", "\\[").replace("*", "\\*").replace("_", "\\_")
    card: dict[str, Any] = {
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [{"type": "TextBlock", "text": plain, "wrap": True}],
    }
    if url:
        card["actions"] = [{"type": "Action.OpenUrl", "title": "Look at it", "url": url}]
    content = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "attachments": [content]}


def facts(notice: Notice, text: str, url: str) -> dict[str, Any]:
    """The same for a program."""
    ref = notice.ref
    place = {"forge": ref.forge, "repository": ref.repository, "number": ref.number}
    return {"id": notice.id, "kind": notice.kind, **place, "detail": notice.detail, "text": text, "url": url}


def post(url: str, body: bytes, headers: Mapping[str, str]) -> None:
    """Send it; raises OSError unless it was taken."""
    answer = requests.post(url, data=body, headers=dict(headers), timeout=SECONDS, allow_redirects=False)
    if answer.status_code >= 300:
        raise OSError(f"answered {answer.status_code}")


class Notifications:
    """Asked in every round whether there is something to tell; `change_url` is a change request's page."""

    def __init__(
        self, config: NotifyConfig, box: NoticeBox, change_url: Callable[[ChangeRef], str], send: Post = post
    ) -> None:
        self._config, self._box, self._url, self._send = config, box, change_url, send
        self._asked: datetime | None = None
        self._waivers: datetime | None = None

    def tell(self, now: datetime) -> None:
        """Send what waits. Raises StoreUnavailable."""
        if not self._config.listens() or (self._asked is not None and now - self._asked < EVERY):
            return
        self._asked = now
        if self._waivers is None or now - self._waivers >= WAIVERS_EVERY:
            self._box.note_ending_waivers(now)
            self._waivers = now
        for notice in self._box.take(now, AT_ONCE):
            try:
                self._deliver(notice)
            except OSError as error:
                # Not its text, which has the address: that of a chat room is a secret.
                _log.warning(
                    "a notice could not be sent", kind=notice.kind, tries=notice.tries, reason=type(error).__name__
                )
            else:
                self._box.sent(notice, now)

    def _deliver(self, notice: Notice) -> None:
        text, url, config = words(notice), self._url(notice.ref), self._config
        headers = {"Content-Type": "application/json"}
        if config.slack_url is not None:
            self._send(config.slack_url.get_secret_value(), _json(slack(text, url)), headers)
        elif config.teams_url is not None:
            self._send(config.teams_url.get_secret_value(), _json(teams(text, url)), headers)
        elif config.webhook_secret is not None:
            body = _json(facts(notice, text, url))
            digest = hmac.new(config.webhook_secret.get_secret_value().encode(), body, hashlib.sha256).hexdigest()
            self._send(config.webhook_url, body, {**headers, SIGNATURE: f"sha256={digest}"})


def _json(message: Mapping[str, Any]) -> bytes:
    return json.dumps(message).encode()
