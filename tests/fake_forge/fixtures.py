"""A sandbox for each test; at its end all that went over the wire must be what GitHub describes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest

from bot.fake_forge.github.access import new_private_key
from bot.fake_forge.sandbox import Sandbox
from bot.fake_forge.world import PullRequest
from bot.forges.github.client import GitHubForge
from bot.forges.github.connection import AppLogin, GitHubServer, RequestTimings, TokenLogin
from bot.forges.port import ChangeRef
from tests.fake_forge.judge import violations_of_deliveries, violations_of_requests

HURRIED = RequestTimings(timeout=60, between_writes=0.0)

BASE = {"main.tf": b"a = 1\nb = 2\nc = 3\nd = 4\ne = 5\nf = 6\ng = 7\nh = 8\n", "gone.tf": b"gone = true\n"}
HEAD = {"main.tf": b"a = 1\nb = 3\nc = 3\nd = 4\ne = 5\nf = 6\ng = 7\nh = 8\n", "new.tf": b"new = true\n"}


@cache
def app_key() -> str:
    """One key for all: making one takes longer than most tests."""
    return new_private_key()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A running sandbox, judged at the end."""
    with Sandbox.start(private_key=app_key()) as running, judged(running):
        yield running


@contextmanager
def judged(sandbox: Sandbox) -> Iterator[None]:
    """At the end, all that went over the wire must be what GitHub describes."""
    yield
    violations = violations_of_requests(sandbox.requests) + violations_of_deliveries(sandbox.deliveries.sent)
    if violations:
        pytest.fail("not as GitHub describes it:\n" + "\n".join(violations))


@pytest.fixture
def pull(sandbox: Sandbox) -> PullRequest:
    """A pull request from BASE to HEAD in acme/infra."""
    return sandbox.open_pull(sandbox.create_repository("acme/infra", BASE), HEAD)


def ref(sandbox: Sandbox, pull: PullRequest) -> ChangeRef:
    """The bot's name for a pull request."""
    return ChangeRef("github", pull.repository.full_name, pull.number, sandbox.installation)


def app_forge(sandbox: Sandbox) -> GitHubForge:
    """The bot's adapter, logged in as the App."""
    return GitHubForge(app_server(sandbox).connect(sandbox.installation))


def app_server(sandbox: Sandbox) -> GitHubServer:
    """What makes the adapter's connections as the App."""
    return GitHubServer(AppLogin(sandbox.app_id, sandbox.private_key), sandbox.api_url, HURRIED)


def token_forge(sandbox: Sandbox, user: str = "review-bot", **permissions: str) -> GitHubForge:
    """The bot's adapter with a user's token."""
    token = sandbox.personal_token(user, **permissions)
    return GitHubForge(GitHubServer(TokenLogin(token), sandbox.api_url, HURRIED).connect())
