"""GitLab's deliveries: what they ask for, and which are authentic."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given as given_
from hypothesis import strategies as st

from bot.forges.event import Closed, CommandGiven, Event, HeadConcerned, Ignored, ReviewWanted
from bot.forges.gitlab.webhook import Secrets, delivery, is_authentic, read_event
from tests.yaml_files import read_yaml

CASES = read_yaml(Path("tests/cases/webhooks/gitlab.yaml").read_text("utf-8"))
BODY = b'{"object_kind": "merge_request"}'
NOW = 1_764_000_000.0
KEY = b"k" * 32
SIGNING = "whsec_" + base64.b64encode(KEY).decode()


def values(event: Event) -> dict[str, Any]:
    flat = dataclasses.asdict(event)
    return {**flat.pop("ref", {}), **flat}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_delivery_asks_for(case: dict[str, Any]) -> None:
    body = case.get("body") or json.dumps(case["payload"])
    event = read_event({"X-Gitlab-Event": case["event"]}, body.encode())
    assert type(event).__name__ == case["asks"]
    assert values(event).items() >= case.get("with", {}).items()
    if case["asks"] not in ("Ignored", "HeadConcerned"):
        where = {"forge": "gitlab", "repository": "acme/platform/infra", "number": 12, "account": None}
        assert values(event).items() >= where.items()


def test_a_path_that_is_too_long_is_not_cut() -> None:
    payload = {**CASES[0]["payload"], "project": {"path_with_namespace": "a/" + "b" * 400}}
    assert type(read_event({}, json.dumps(payload).encode())).__name__ == "Ignored"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)


def paths(value: Any, at: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = [at] if at else []
    return (
        found + [p for key, inner in value.items() for p in paths(inner, (*at, key))]
        if isinstance(value, dict)
        else found
    )


def replaced(value: Any, at: tuple[str, ...], by: Any) -> Any:
    return by if not at else {**value, at[0]: replaced(value[at[0]], at[1:], by)}


@given_(st.data())
def test_whatever_stands_in_a_payload_nothing_breaks(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from([case for case in CASES if case.get("payload")]))
    payload = case["payload"]
    for _ in range(data.draw(st.integers(1, 3))):
        payload = replaced(payload, data.draw(st.sampled_from(paths(payload) or [()])), data.draw(JSON))
        if not isinstance(payload, dict):
            break
    event = read_event({"X-Gitlab-Event": case["event"]}, json.dumps(payload).encode())
    assert isinstance(event, ReviewWanted | Closed | CommandGiven | HeadConcerned | Ignored)
    if isinstance(event, ReviewWanted | Closed | CommandGiven):
        assert 0 < event.ref.number < 2**31 and "//" not in event.ref.repository


@pytest.mark.parametrize(
    ("given", "authentic"),
    [("new", True), ("old", True), ("wrong", False), ("new ", False), ("NEW", False), ("é", False), ("", False)],
)
def test_secret_token(given: str, authentic: bool) -> None:
    secrets = Secrets(tokens=("new", "old", ""))
    assert is_authentic({"x-gitlab-token": given}, BODY, secrets, NOW) is authentic


def signed(
    key: bytes = KEY, identity: str = "d1", moment: str = str(int(NOW)), body: bytes = BODY, version: str = "v1"
) -> dict[str, str]:
    digest = hmac.new(key, f"{identity}.{moment}.".encode() + body, hashlib.sha256).digest()
    signature = f"{version},{base64.b64encode(digest).decode()}"
    return {"webhook-id": identity, "webhook-timestamp": moment, "webhook-signature": signature}


def with_(headers: dict[str, str], **others: str) -> dict[str, str]:
    return headers | {key.replace("_", "-"): value for key, value in others.items()}


@pytest.mark.parametrize(
    ("headers", "authentic"),
    [
        (signed(), True),
        (signed(b"an older key, in plain"), True),
        (signed(moment=str(int(NOW) - 299)), True),
        (signed(moment=str(int(NOW) + 299)), True),
        (with_(signed(), webhook_signature="v1,AAAA " + signed()["webhook-signature"]), True),
        (signed(moment=str(int(NOW) - 301)), False),
        (signed(moment=str(int(NOW) + 301)), False),
        (signed(moment="soon"), False),
        (signed(moment="9" * 500), False),
        (signed(moment="١"), False),
        (signed(b"another"), False),
        (signed(body=BODY + b" "), False),
        (signed(identity=""), False),
        (signed(version="v2"), False),
        (with_(signed(), webhook_id="d2"), False),
        (with_(signed(), webhook_timestamp=str(int(NOW) - 1)), False),
        (with_(signed(), webhook_signature=signed()["webhook-signature"].removeprefix("v1,")), False),
        (with_(signed(), webhook_signature="é"), False),
        ({}, False),
    ],
)
def test_signing_token(headers: dict[str, str], authentic: bool) -> None:
    secrets = Secrets(signing_tokens=(SIGNING, "an older key, in plain", ""))
    assert is_authentic(headers, BODY, secrets, NOW) is authentic


def test_nothing_is_authentic_without_a_secret() -> None:
    assert not is_authentic({"X-Gitlab-Token": ""}, BODY, Secrets(), NOW)
    assert not is_authentic(signed(b""), BODY, Secrets(("",), ("",)), NOW)


def test_either_kind_is_enough() -> None:
    both = Secrets(("token",), (SIGNING,))
    assert is_authentic({"X-Gitlab-Token": "token"}, BODY, both, NOW)
    assert is_authentic(signed(), BODY, both, NOW)


def test_secrets_do_not_show() -> None:
    assert "canary" not in repr(Secrets(("canary",), ("canary",)))


@pytest.mark.parametrize(
    ("headers", "identity"),
    [
        ({"Idempotency-Key": "1", "X-Gitlab-Webhook-UUID": "2"}, "1"),
        ({"webhook-id": "1", "X-Gitlab-Webhook-UUID": "2"}, "1"),
        ({"X-Gitlab-Webhook-UUID": "2", "X-Gitlab-Event-UUID": "3"}, "2"),
        ({"X-Gitlab-Event-UUID": "3"}, "3"),
        ({}, ""),
    ],
)
def test_delivery_is_named_by_what_stays_the_same(headers: dict[str, str], identity: str) -> None:
    assert delivery({**headers, "x-gitlab-event": "Note Hook"}) == (identity, "Note Hook")
