"""A GitLab for each test; at its end its deliveries were like GitLab's, and no comment was an order to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic_gitlab_webhooks import validate_event_header_and_body_dict  # type: ignore[import-untyped, unused-ignore]

from bot.fake_forge.gitlab.fake_gitlab import GitLabSandbox
from bot.fake_forge.gitlab.forge import MERGE_HOOK, NOTE_HOOK, PIPELINE_HOOK
from bot.fake_forge.gitlab.model import MergeRequest
from bot.forges.gitlab.client import GitLabForge
from bot.forges.gitlab.connection import GitLabServer
from bot.forges.port import ChangeRef
from tests.fake_forge.fixtures import BASE, HEAD
from tests.store.databases import address_with_tables

KNOWN = (MERGE_HOOK, NOTE_HOOK, PIPELINE_HOOK)


@pytest.fixture
def gitlab() -> Iterator[GitLabSandbox]:
    """A running sandbox."""
    with GitLabSandbox.start() as running, judged(running):
        yield running


@contextmanager
def judged(gitlab: GitLabSandbox) -> Iterator[None]:
    """At the end, what was delivered must be what others know of GitLab, and no comment a quick action."""
    yield
    assert gitlab.gitlab.orders == [], "a comment was taken for a quick action"
    for delivery in gitlab.deliveries.sent:
        if delivery.event in KNOWN:
            validate_event_header_and_body_dict(delivery.event, delivery.payload)


@pytest.fixture
def merge_request(gitlab: GitLabSandbox) -> MergeRequest:
    """A merge request from BASE to HEAD in a project of a subgroup."""
    return gitlab.open_pull(gitlab.create_repository("acme/platform/infra", BASE), HEAD)


def environment(gitlab: GitLabSandbox, directory: Path) -> dict[str, str]:
    """The bot's settings for a sandbox, with all its state in `directory`."""
    return {
        "IAM_REVIEW_DATABASE": address_with_tables(directory / "db.sqlite"),
        "IAM_REVIEW_CACHE_DIR": str(directory / "cache"),
        "IAM_REVIEW_GITLAB__TOKEN": gitlab.token,
        "IAM_REVIEW_GITLAB__SIGNING_TOKEN": gitlab.deliveries.signing_token,
        "IAM_REVIEW_GITLAB__WEBHOOK_TOKEN": gitlab.deliveries.secret,
        "IAM_REVIEW_GITLAB__BASE_URL": gitlab.url,
    }


def ref(request: MergeRequest) -> ChangeRef:
    """The bot's name for a merge request."""
    return ChangeRef("gitlab", request.repository.full_name, request.number)


def forge(gitlab: GitLabSandbox, token: str = "") -> GitLabForge:
    """The bot's adapter, with the project's token or another one."""
    return GitLabForge(GitLabServer(token or gitlab.token, gitlab.url, timeout=60).connect())
