"""The whole server beside a GitLab: from a push to the merge button, through failures, without a word of its token."""

from __future__ import annotations

import dataclasses
import io
import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
import structlog

from bot.errors import ReviewFailed
from bot.fake_forge.faults import Fault
from bot.fake_forge.gitlab.fake_gitlab import GitLabSandbox
from bot.fake_forge.gitlab.model import MergeRequest
from bot.review_process.protocol import ChildAnswer, ChildRequest
from bot.review_process.rounds import Reviewer
from bot.wiring.logs import Redactor, configure
from bot.wiring.server import Bot, build
from bot.wiring.settings import load
from tests.fake_forge.gitlab.fixtures import environment, gitlab
from tests.waiting import wait_until
from tests.wiring.serving import calls, hurried, serving, stars

__all__ = ["gitlab"]

BASE = {"main.tf": b"a = 1\nb = 2\nc = 3\n"}
STAR = {"main.tf": b"a = 1\nb = *\nc = 3\n"}


class Place:
    """A GitLab with a project and a bot that serves it."""

    def __init__(self, gitlab: GitLabSandbox, directory: Path) -> None:
        self.gitlab, self.directory = gitlab, directory
        self.repository = gitlab.create_repository("acme/platform/infra", BASE)
        self.reviewer: Reviewer = stars
        self.serving: Bot | None = None

    def bot(self) -> Bot:
        return hurried(load(None, environment(self.gitlab, self.directory)), lambda request: self.reviewer(request))

    def rests(self) -> bool:
        """Whether nothing is left to do: a review's own status is delivered, and asks for another."""
        assert self.serving is not None
        before = self.serving.store.backlog().pending
        self.gitlab.deliveries.settle()
        return before == self.serving.store.backlog().pending == 0

    def open(self, files: dict[str, bytes] = STAR) -> MergeRequest:
        return self.gitlab.open_pull(self.repository, files)


@pytest.fixture
def place(gitlab: GitLabSandbox, tmp_path: Path) -> Place:
    return Place(gitlab, tmp_path)


@pytest.fixture
def live(place: Place) -> Iterator[Place]:
    with at_work(place, place.bot()):
        yield place


@pytest.fixture
def unhurried(place: Place) -> Iterator[Place]:
    """For counting requests: hurried rounds ask in between."""
    with at_work(place, build(load(None, environment(place.gitlab, place.directory)), stars)):
        yield place


@contextmanager
def at_work(place: Place, bot: Bot) -> Iterator[None]:
    place.serving = bot
    with serving(bot) as url:
        place.gitlab.send_webhooks_to(hook(url))
        yield
        place.gitlab.deliveries.settle()


def hook(url: str) -> str:
    return url.replace("/hooks/github", "/hooks/gitlab")


def finished(place: Place, request: MergeRequest, seconds: float = 60) -> None:
    """The status is there, and nothing more is done after it."""
    assert place.gitlab.wait_for_check(request, seconds)
    place.gitlab.deliveries.settle()


def test_from_a_push_to_the_merge_button_and_back(live: Place) -> None:
    request = live.open()
    finished(live, request)
    seen = live.gitlab.snapshot(request)
    assert [(c["path"], c["line"], c["side"]) for c in seen["comments"]] == [("main.tf", 2, "RIGHT")]
    assert (seen["check"]["conclusion"], seen["mergeable"]) == ("failure", False)
    live.gitlab.push(request, {"main.tf": b"a = 1\nb = 3\nc = 3\n"})
    finished(live, request)
    seen = live.gitlab.snapshot(request)
    assert "Fixed" in seen["comments"][0]["body"]
    assert (seen["check"]["conclusion"], seen["mergeable"]) == ("success", True)


def test_few_requests_for_a_review(unhurried: Place) -> None:
    request = unhurried.open()
    finished(unhurried, request)
    first = calls(unhurried.gitlab.requests)
    assert len(first) <= 15, first
    assert sum(".git/" in r.path for r in unhurried.gitlab.requests) <= 6
    wait_until(unhurried.rests)
    begin = len(unhurried.gitlab.requests)
    unhurried.gitlab.push(request, {**STAR, "README.md": b"more\n"})
    finished(unhurried, request)
    again = calls(unhurried.gitlab.requests[begin:])
    assert len(again) <= 8, again
    assert len(unhurried.gitlab.snapshot(request)["comments"]) == 1


def test_the_same_delivery_many_times_posts_once(live: Place) -> None:
    request = live.open()
    finished(live, request)
    before = live.gitlab.snapshot(request)
    opened = live.gitlab.deliveries.sent[0]
    for _ in range(5):
        live.gitlab.deliveries.send(opened)
    live.gitlab.comment(request, "ada", "/iam review")
    live.gitlab.deliveries.settle()
    wait_until(lambda: live.gitlab.world.comments_on(request)[-1].reactions != [])
    live.gitlab.deliveries.settle()
    assert live.gitlab.snapshot(request) == before
    assert opened.answers == [202] * 6


@pytest.mark.parametrize("path", ["/discussions$", "/notes$", "/statuses/"])
@pytest.mark.parametrize(("status", "after"), [(502, True), (502, False), (429, False), (500, True)])
def test_a_gitlab_that_fails_gets_each_comment_once(live: Place, path: str, status: int, after: bool) -> None:
    live.gitlab.faults.order(Fault(status, "POST", path, after=after, headers={"Retry-After": "0"}))
    request = live.open()
    wait_until(lambda: live.gitlab.snapshot(request)["check"]["conclusion"] == "failure", 40)
    live.gitlab.deliveries.settle()
    seen = live.gitlab.snapshot(request)
    assert len(seen["comments"]) == 1 and seen["summary"] is not None
    assert len(live.gitlab.world.comments_on(request)) == 1


def test_no_event_is_ever_refused_but_forged_ones(live: Place) -> None:
    hooks = live.gitlab.deliveries
    unheard_of: dict[str, dict[str, object]] = {
        "Surprise Hook": {"object_kind": "surprise"},
        "Push Hook": {},
        "Broken Hook": {"a": 1},
    }
    for event, payload in unheard_of.items():
        hooks.events = (*hooks.events, event)
        hooks.emit(event, payload)
    hooks.settle()
    assert [each.answers for each in hooks.sent] == [[202], [202], [202]]
    assert requests.post(hooks.url, data=b"{}", headers={"X-Gitlab-Token": "x"}, timeout=60).status_code == 401


class Listener(HTTPServer):
    """Counts who comes."""

    heard = 0


class Elsewhere(BaseHTTPRequestHandler):
    """A server that must never hear of the bot."""

    server: Listener

    def handle_one_request(self) -> None:
        self.server.heard += 1
        super().handle_one_request()

    def log_message(self, *arguments: object) -> None: ...


def poisoned(value: Any, url: str) -> Any:
    """The payload with every address in it leading elsewhere."""
    if isinstance(value, dict):
        return {key: poisoned(each, url) for key, each in value.items()}
    if isinstance(value, list):
        return [poisoned(each, url) for each in value]
    return url if isinstance(value, str) and value.startswith("http") else value


def test_an_address_in_a_payload_is_never_used(place: Place) -> None:
    with serving(place.bot()) as url, Listener(("127.0.0.1", 0), Elsewhere) as elsewhere:
        thread = threading.Thread(target=elsewhere.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        place.gitlab.deliveries.held = True
        place.gitlab.send_webhooks_to(hook(url))
        request = place.open()
        [opened] = place.gitlab.deliveries.sent
        body = poisoned(opened.payload, f"http://127.0.0.1:{elsewhere.server_port}/x.git")
        place.gitlab.deliveries.send(dataclasses.replace(opened, body=json.dumps(body).encode()))
        finished(place, request)
        elsewhere.shutdown()
        thread.join()
        assert elsewhere.heard == 0


def test_the_token_is_nowhere_after_every_failure(place: Place) -> None:
    root, stream = logging.getLogger(), io.StringIO()
    before = root.handlers[:], root.level
    settings = load(None, environment(place.gitlab, place.directory))
    secrets = settings.secrets()
    assert place.gitlab.token in secrets and len(secrets) >= 2
    configure("debug", Redactor.of(secrets), stream)

    def leaks(request: ChildRequest) -> ChildAnswer:
        raise ReviewFailed(f"could not talk to https://oauth2:{place.gitlab.token}@host with {place.gitlab.token}")

    place.reviewer = leaks
    with serving(place.bot()) as url:
        place.gitlab.send_webhooks_to(hook(url))
        elsewhere = {"Location": "http://elsewhere.invalid/"}
        place.gitlab.faults.order(Fault(302, "GET", "/user$", headers=elsewhere), Fault(500, "POST", "/statuses/"))
        request = place.open()
        wait_until(lambda: place.gitlab.snapshot(request)["check"]["conclusion"] is not None, 90)
        place.gitlab.faults.order(*(Fault(code, "GET", "/merge_requests/1$") for code in (401, 403, 404)))
        place.gitlab.comment(request, "ada", "/iam review")
        wait_until(lambda: ": 401 " in stream.getvalue(), 30)
        place.gitlab.deliveries.settle()
        told = json.dumps(place.gitlab.snapshot(request)) + repr(place.gitlab.gitlab.pipelines)
    root.handlers[:], root.level = before
    structlog.reset_defaults()
    kept = b"".join(path.read_bytes() for path in place.directory.rglob("*") if path.is_file())
    assert "could not talk to" in stream.getvalue()
    for where in (stream.getvalue(), told, kept.decode("latin-1")):
        assert not any(secret in where for secret in secrets if secret)


def test_both_forges_at_once(place: Place) -> None:
    github = {"IAM_REVIEW_GITHUB__TOKEN": "ghp_0123", "IAM_REVIEW_GITHUB__WEBHOOK_SECRET": "secret-of-no-delivery"}
    bot = build(load(None, environment(place.gitlab, place.directory) | github), stars)
    client = bot.app.test_client()
    codes = [client.post(f"/hooks/{forge}", data=b"{}").status_code for forge in ("github", "gitlab", "gitea")]
    bot.stop(0)
    assert codes == [401, 401, 404]


def in_place(place: Place, request: MergeRequest, conclusion: str, mergeable: bool) -> bool:
    """Whether the status counts where GitLab looks now."""
    place.gitlab.deliveries.settle()
    seen = place.gitlab.snapshot(request)
    return (seen["check"]["conclusion"], seen["mergeable"]) == (conclusion, mergeable)


@pytest.mark.parametrize("state", ["success", "skipped", "manual"])
def test_run_pipeline_leaves_the_status_in_place(live: Place, state: str) -> None:
    """Whoever may push can press it. The new pipeline is the branch's, and its event names no merge request."""
    request = live.open()
    finished(live, request)
    assert in_place(live, request, "failure", False)
    live.gitlab.deliveries.held = True
    pipeline = live.gitlab.pipeline(request, "branch", state)
    assert live.gitlab.snapshot(request)["check"]["conclusion"] is None
    live.gitlab.deliveries.held = False
    live.gitlab.deliveries.send(live.gitlab.deliveries.sent[-1])
    wait_until(lambda: in_place(live, request, "failure", False))
    assert [job.name for job in pipeline.current] == ["build", "iam-review"]
    live.gitlab.push(request, BASE)
    finished(live, request)
    live.gitlab.pipeline(request, "branch", "success")
    wait_until(lambda: in_place(live, request, "success", True))
    assert len(live.gitlab.world.comments_on(request)) == 2  # the summary, and GitLab's own note on the push


@pytest.mark.parametrize("kind", ["branch", "merge_request"])
def test_a_pipeline_in_a_fork_gets_the_status_where_the_bot_is_a_member(live: Place, kind: str) -> None:
    fork = live.gitlab.fork(live.repository, "acme/fork")
    fork.roles[live.gitlab.bot.login] = "developer"
    request = live.gitlab.open_pull(live.repository, STAR, from_fork="acme/fork")
    finished(live, request)
    pipeline = live.gitlab.pipeline(request, kind, "success")
    wait_until(lambda: in_place(live, request, "failure", False))
    assert pipeline.project is fork and [job.name for job in pipeline.current] == ["build", "iam-review"]


def test_pipelines_that_concern_no_merge_request_cost_nothing(live: Place) -> None:
    request = live.open()
    finished(live, request)
    kept, begin = live.gitlab.deliveries.sent[:], len(live.gitlab.requests)
    pushed = live.repository.git.resolve("main")
    live.gitlab.gitlab.run_pipeline(request, pushed, "main", "push")
    live.gitlab.gitlab.run_pipeline(request, request.head, request.head_branch, "parent_pipeline")
    live.gitlab.deliveries.settle()
    assert [each.answers for each in live.gitlab.deliveries.sent[len(kept) :]] == [[202], [202]]
    assert calls(live.gitlab.requests[begin:]) == []
