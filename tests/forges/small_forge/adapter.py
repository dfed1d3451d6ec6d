"""A forge in memory whose repositories are folders; deliveries are signed by a header that holds the secret."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import BaseModel

from bot.config import ForgeSection, Secret
from bot.contents.remote import GitCredential
from bot.forges.event import Event, Ignored, ReviewWanted
from bot.forges.health import CheckResult, fine
from bot.forges.payload import Incomplete, header, json_object, value_at
from bot.forges.port import ChangeRef, RepositoryRef
from bot.forges.registry import Budget, Connect, Connected, ForgeAdapter, Webhook
from bot.forges.watch import Watch
from tests.fakes.forge import FakeForge

FORGE = "small"


class SmallConfig(BaseModel):
    """The small forge to serve."""

    secret: Secret
    folder: Path


SECTION = ForgeSection(FORGE, SmallConfig, "The small forge to serve.")


def delivery(number: int, head: str, secret: str) -> tuple[dict[str, str], bytes]:
    """The headers and the body that the forge sends when a change request is opened or pushed to."""
    body = {"repository": "acme/infra", "number": number, "head": head}
    return {"X-Small-Secret": secret, "X-Small-Delivery": head}, json.dumps(body).encode()


def read_event(headers: Mapping[str, str], body: bytes) -> Event:
    """Whatever is delivered asks for a review."""
    try:
        payload = json_object(body)
        repository, number = value_at(payload, "repository", str), value_at(payload, "number", int)
        return ReviewWanted(ChangeRef(FORGE, repository, number), value_at(payload, "head", str), "pushed")
    except Incomplete as incomplete:
        return Ignored(str(incomplete))


def _webhook(small: SmallConfig) -> Webhook:
    secret = small.secret.get_secret_value()

    def is_authentic(headers: Mapping[str, str], body: bytes) -> bool:
        return hmac.compare_digest(header(headers, "X-Small-Secret"), secret)

    return Webhook(is_authentic, lambda headers: (header(headers, "X-Small-Delivery"), "push"), read_event)


def _watch(small: SmallConfig, budget: Budget) -> Watch | None:
    return None


def _health(small: SmallConfig, about: str) -> Iterable[CheckResult]:
    return [fine("small forge", "is here")]


def adapter(forge: FakeForge) -> ForgeAdapter[SmallConfig]:
    """The adapter of the small forge that `forge` is."""

    def connect(small: SmallConfig, budget: Budget) -> Connect:
        def connected(place: RepositoryRef) -> Connected:
            return Connected(
                forge, lambda: GitCredential("small", "token"), lambda name: f"file://{small.folder}/{name}"
            )

        return connected

    return ForgeAdapter(
        title="Small",
        section=SECTION,
        webhook=_webhook,
        connect=connect,
        watch=_watch,
        health=_health,
        repository_health=_health,
        change_url=lambda small, repository, number: f"https://small.example/{repository}/{number}",
    )
