"""A GitLab for each test; at its end nothing that the bot wrote was an order to GitLab."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.forge.gitlab.client import GitLabForge
from bot.forge.gitlab.connection import GitLabServer
from bot.forge.port import ChangeRef
from bot.sandbox.gitlab.model import MergeRequest
from bot.sandbox.gitlab.sandbox import GitLabSandbox
from tests.sandbox.fixtures import BASE, HEAD


@pytest.fixture
def gitlab() -> Iterator[GitLabSandbox]:
    """A running sandbox."""
    with GitLabSandbox.start() as running:
        yield running
        assert running.gitlab.orders == [], "a comment was taken for a quick action"


@pytest.fixture
def merge_request(gitlab: GitLabSandbox) -> MergeRequest:
    """A merge request from BASE to HEAD in a project of a subgroup."""
    return gitlab.open_pull(gitlab.create_repository("acme/platform/infra", BASE), HEAD)


def environment(gitlab: GitLabSandbox, directory: Path) -> dict[str, str]:
    """The bot's settings for a sandbox, with all its state in `directory`."""
    return {
        "IAM_REVIEW_DATABASE": f"sqlite:///{directory / 'db.sqlite'}",
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
    return GitLabForge(GitLabServer(token or gitlab.token, gitlab.url, timeout=5).connect())
