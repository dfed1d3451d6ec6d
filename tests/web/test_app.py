"""The web application over its port: what is taken, what is refused, what is durable before the answer."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot.forges.event import ReviewWanted
from bot.forges.github import webhook as github
from bot.forges.port import ChangeRef
from bot.forges.registry import Webhook
from bot.store.port import Backlog, Delivery
from bot.store.sql import SqlStore
from bot.store.work_items import ReviewChange, SweepRepository, WorkItem
from bot.web.app import MAX_BODY, Deps, create_app
from bot.web.metrics import Metrics
from tests.fakes.store import fresh_store

SECRET = "canary-webhook-secret"
REF = ChangeRef("github", "acme/infra", 7, 47)


class Server:
    """The application over a fresh store, and how GitHub talks to it."""

    def __init__(self, directory: Path) -> None:
        self.store: SqlStore = fresh_store(directory)
        self.rung: list[WorkItem] = []
        self.problem = ""
        hook = Webhook(self.is_authentic, github.delivery, github.read_event)
        deps = Deps(
            {"github": hook},
            self.store,
            self.rung.append,
            Metrics(self.store),
            (self.store.ready, lambda: self.problem),
            waits=(0.01,),
        )
        self.app = create_app(deps)
        self.client: FlaskClient = self.app.test_client()

    @staticmethod
    def is_authentic(headers: Mapping[str, str], body: bytes) -> bool:
        return github.is_authentic(headers, body, (SECRET,))

    def deliver(self, payload: object, event: str = "pull_request", **headers: str) -> TestResponse:
        body = json.dumps(payload).encode()
        signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        sent = {
            "X-GitHub-Event": event,
            "X-GitHub-Delivery": "d1",
            "X-Hub-Signature-256": f"sha256={signature}",
            "Content-Type": "application/json",
        }
        return self.client.post("/hooks/github", data=body, headers={**sent, **headers})


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path)


def opened(action: str = "opened") -> dict[str, Any]:
    return {
        "action": action,
        "pull_request": {"number": 7, "head": {"sha": "a" * 40}},
        "repository": {"full_name": "acme/infra"},
        "installation": {"id": 47},
    }


def test_a_delivery_is_durable_and_rung_before_it_is_answered(server: Server) -> None:
    answer = server.deliver(opened())
    assert (answer.status_code, answer.json) == (202, {"result": "accepted", "reason": "ReviewWanted"})
    assert server.rung == [ReviewChange(REF)]
    assert server.store.backlog().pending == 1


def test_a_delivery_sent_again_is_counted_once_and_rung_again(server: Server) -> None:
    server.deliver(opened())
    answer = server.deliver(opened())
    assert answer.json and answer.json["result"] == "known"
    assert server.rung == [ReviewChange(REF)] * 2


@pytest.mark.parametrize(
    ("payload", "event"), [({"zen": "x"}, "ping"), (opened("labeled"), "pull_request"), ({}, "star"), ([1], "ping")]
)
def test_what_is_not_for_us_is_taken_and_wants_nothing(server: Server, payload: object, event: str) -> None:
    answer = server.deliver(payload, event)
    assert answer.status_code == 202
    assert answer.json and answer.json["result"] == "ignored"
    assert (server.rung, server.store.backlog()) == ([], Backlog(0, None, 0))


SIGNATURE = "sha256=" + hmac.new(SECRET.encode(), json.dumps(opened()).encode(), hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "sha256=",
        SIGNATURE[:-1],
        SIGNATURE[:-1] + ("0" if SIGNATURE[-1] != "0" else "1"),
        SIGNATURE.upper(),
        "sha1=" + hmac.new(SECRET.encode(), json.dumps(opened()).encode(), hashlib.sha1).hexdigest(),
        "sha256=" + hmac.new(b"another", json.dumps(opened()).encode(), hashlib.sha256).hexdigest(),
        "sha256=é" * 3,
    ],
)
def test_a_wrong_signature_is_refused_and_nothing_is_kept(server: Server, signature: str) -> None:
    answer = server.deliver(opened(), **{"X-Hub-Signature-256": signature.encode().decode("latin-1")})
    assert answer.status_code == 401
    assert (server.rung, server.store.backlog().pending) == ([], 0)


def test_one_byte_more_is_not_what_was_signed(server: Server) -> None:
    body = json.dumps(opened()).encode() + b" "
    headers = {"X-GitHub-Event": "pull_request", "X-GitHub-Delivery": "d", "X-Hub-Signature-256": SIGNATURE}
    assert server.client.post("/hooks/github", data=body, headers=headers).status_code == 401


def test_a_delivery_without_an_id_is_the_same_as_another_that_says_the_same(server: Server) -> None:
    answers = [
        server.deliver(payload, **{"X-GitHub-Delivery": ""}) for payload in (opened(), opened(), opened("reopened"))
    ]
    assert [answer.json and answer.json["result"] for answer in answers] == ["accepted", "known", "accepted"]


MANY_DIGITS = "9" * 5_000
ODD = [
    str(2**63),
    str(-(2**63) - 1),
    "-1",
    "18446744073709551616",
    "9" * 4_000,
    MANY_DIGITS,
    "1e400",
    "-1e400",
    "NaN",
    "7.0",
    "true",
    "null",
    '"7"',
    "[7]",
    '{"a": 7}',
    "[" * 5_000,
    '"\\ud800"',
]
PLACES = ['"number": 7', '"id": 47']


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd[:12])
def test_signed_nonsense_is_taken_and_wants_nothing_it_cannot_have(server: Server, place: str, odd: str) -> None:
    """A forge may not be told that its delivery is wrong: GitLab switches such hooks off."""
    text = json.dumps(opened())
    assert place in text
    body = text.replace(place, f"{place.split(':')[0]}: {odd}").encode()
    signature = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    headers = {"X-GitHub-Event": "pull_request", "X-GitHub-Delivery": "d", "X-Hub-Signature-256": signature}
    answer = server.client.post("/hooks/github", data=body, headers=headers)
    assert answer.status_code == 202, answer.text
    wanted = [item.ref.number for item in server.rung if isinstance(item, ReviewChange)]
    assert wanted == ([7] if place == PLACES[1] and answer.json and answer.json["result"] == "accepted" else [])
    assert all(item.ref.account is None for item in server.rung if isinstance(item, ReviewChange))


@pytest.mark.parametrize("digits", ["1" * 18, "1" * 19, MANY_DIGITS])
def test_a_merge_group_of_any_number(server: Server, digits: str) -> None:
    group = {"head_sha": "b" * 40, "head_ref": f"refs/heads/gh-readonly-queue/main/pr-{digits}-{'c' * 40}"}
    answer = server.deliver({**opened("checks_requested"), "merge_group": group}, "merge_group")
    assert answer.json and answer.json["result"] == ("accepted" if len(digits) == 18 else "ignored")


def test_bodies_are_bounded(server: Server) -> None:
    headers = {"X-Hub-Signature-256": "sha256=0"}
    assert server.client.post("/hooks/github", data=bytes(MAX_BODY + 1), headers=headers).status_code == 413


def test_other_addresses_answer_in_json(server: Server) -> None:
    assert server.client.post("/hooks/gitea").status_code == 404
    assert server.client.get("/hooks/github").status_code == 405
    answer = server.client.get("/nowhere")
    assert answer.status_code == 404 and answer.json
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'"


def test_a_database_that_is_away_is_not_a_taken_delivery(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    with server.store.engines.write.begin() as connection:
        connection.exec_driver_sql("DROP TABLE deliveries")
    answer = server.deliver(opened())
    assert answer.status_code == 503 and answer.json
    assert answer.headers["Retry-After"] == "10"
    assert "deliveries" not in answer.text
    assert server.rung == []


def test_probes(server: Server) -> None:
    assert server.client.get("/healthz").status_code == 200
    assert server.client.get("/readyz").json == {"ready": True, "wrong": []}
    server.problem = "stopping"
    answer = server.client.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"ready": False, "wrong": ["stopping"]})


def test_metrics(server: Server) -> None:
    server.deliver(opened())
    server.deliver({}, "star")
    text = server.client.get("/metrics").text
    for line in (
        'iam_review_deliveries_total{result="accepted"} 1.0',
        'iam_review_deliveries_total{result="ignored"} 1.0',
        "iam_review_pending 1.0",
        "iam_review_dead 0.0",
        "iam_review_webhook_seconds_count 2.0",
    ):
        assert line in text.splitlines()


def test_all_checks_run_again_on_a_pull_request_from_a_fork(server: Server) -> None:
    """GitHub names no pull request: those with that head are found, and where none is known all are gone through."""
    suite = {"id": 9, "updated_at": "2026-01-01T00:00:00Z", "head_sha": "a" * 40, "pull_requests": []}
    asked = {
        "action": "rerequested",
        "repository": {"full_name": "acme/infra"},
        "installation": {"id": 47},
        "sender": {"login": "ada"},
        "check_suite": suite,
    }
    server.deliver(asked, "check_suite", **{"X-GitHub-Delivery": "before"})
    assert server.rung == [SweepRepository(REF.place)]
    server.store.accept(
        Delivery("github", "x", "x", datetime.now(UTC), b""), ReviewWanted(REF, "a" * 40, "pushed", from_fork=True)
    )
    server.deliver(asked, "check_suite", **{"X-GitHub-Delivery": "after"})
    lease = server.store.claim(ReviewChange(REF), datetime.now(UTC), 60)
    assert lease and [(one.author, one.text) for one in lease.commands] == [("ada", "/iam review")]


def test_what_is_in_doubt_is_told_and_deliveries_are_taken(tmp_path: Path) -> None:
    store = fresh_store(tmp_path)
    deps = Deps({}, store, lambda item: None, Metrics(store), (store.ready,), doubts=(lambda: "the broker is away",))
    answer = create_app(deps).test_client().get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"ready": True, "wrong": ["the broker is away"]})
