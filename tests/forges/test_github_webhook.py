"""GitHub's deliveries: what they ask for, and which are authentic."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.forges.event import Event, SweepWanted, requests_in
from bot.forges.github.webhook import delivery, is_authentic, read_event
from tests.yaml_files import read_yaml

CASES = read_yaml(Path("tests/cases/webhooks/github.yaml").read_text("utf-8"))
BODY = b'{"zen": "Design for failure."}'


def values(event: Event) -> dict[str, Any]:
    flat = dataclasses.asdict(event)
    return {**flat.pop("ref", {}), **flat}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_delivery_asks_for(case: dict[str, Any]) -> None:
    body = case.get("body") or json.dumps(case["payload"])
    event = read_event({"X-GitHub-Event": case["event"]}, body.encode())
    assert type(event).__name__ == case["asks"]
    assert values(event).items() >= case.get("with", {}).items()
    for wanted_work in requests_in(event)[:1] if case["asks"] != "Several" else ():
        where = {"forge": "github", "repository": "acme/infra"}
        where |= {} if isinstance(wanted_work, SweepWanted) else {"number": case.get("with", {}).get("number", 12)}
        assert dataclasses.asdict(wanted_work.ref).items() >= where.items()


def test_a_form_encoded_hook_is_read_too() -> None:
    headers = {"X-GitHub-Event": "pull_request", "Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode({"payload": json.dumps(CASES[0]["payload"])}).encode()
    assert type(read_event(headers, body)).__name__ == "ReviewWanted"


def signature(secret: str, body: bytes = BODY, name: str = "sha256") -> str:
    return f"{name}=" + hmac.new(secret.encode(), body, getattr(hashlib, name)).hexdigest()


@pytest.mark.parametrize(
    ("given", "authentic"),
    [
        (signature("new"), True),
        (signature("old"), True),
        (signature("wrong"), False),
        (signature("new", BODY + b" "), False),
        (signature("new", name="sha1"), False),
        (signature("new")[:-1], False),
        (signature("new").upper(), False),
        (signature("new").removeprefix("sha256="), False),
        ("sha256=", False),
        ("sha256=é", False),
        ("", False),
    ],
)
def test_signature(given: str, authentic: bool) -> None:
    assert is_authentic({"x-hub-signature-256": given}, BODY, ["new", "old"]) is authentic


def test_nothing_is_authentic_without_header_or_secret() -> None:
    assert not is_authentic({}, BODY, ["new"])
    assert not is_authentic({"X-Hub-Signature-256": signature("")}, BODY, [])
    assert not is_authentic({"X-Hub-Signature-256": signature("")}, BODY, [""])


def test_delivery_is_named_by_its_headers() -> None:
    assert delivery({"x-github-delivery": "1-2", "x-github-event": "ping"}) == ("1-2", "ping")
    assert delivery({}) == ("", "")
