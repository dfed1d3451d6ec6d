"""GitLab as the registry has it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from bot.forges.ci_job import CiJob, CiRunner
from bot.forges.gitlab import webhook
from bot.forges.gitlab.ci_job import read_job
from bot.forges.gitlab.client import GitLabForge
from bot.forges.gitlab.connection import DEFAULT_BASE_URL, GitLabServer
from bot.forges.gitlab.health import project_health, token_health
from bot.forges.gitlab.section import SECTION, GitLabConfig
from bot.forges.gitlab.watch import GitLabWatch
from bot.forges.health import CheckResult
from bot.forges.port import Forge, RepositoryRef
from bot.forges.registry import Budget, Connect, Connected, ForgeAdapter, Webhook, secret_values
from bot.forges.sign_in import OAuthProvider

TITLE = "GitLab"


def _server(gitlab: GitLabConfig) -> GitLabServer:
    return GitLabServer(gitlab.token.get_secret_value(), gitlab.base_url)


def _webhook(gitlab: GitLabConfig) -> Webhook:
    secrets = webhook.Secrets(
        secret_values(gitlab.webhook_token, gitlab.previous_webhook_token),
        secret_values(gitlab.signing_token, gitlab.previous_signing_token),
    )

    def is_authentic(headers: Mapping[str, str], body: bytes) -> bool:
        return webhook.is_authentic(headers, body, secrets, time.time())

    return Webhook(is_authentic, webhook.delivery, webhook.read_event)


def _connect(gitlab: GitLabConfig, budget: Budget) -> Connect:
    server = _server(gitlab)

    def connected(place: RepositoryRef) -> Connected:
        connection = server.connect()
        return Connected(GitLabForge(connection), connection.credential, connection.clone_url)

    return connected


def _watch(gitlab: GitLabConfig, budget: Budget) -> GitLabWatch:
    server = _server(gitlab)
    return GitLabWatch(webhook.FORGE, lambda: server.connect().api)


def _health(gitlab: GitLabConfig, hook: str) -> Iterator[CheckResult]:
    yield from token_health(_server(gitlab).connect().api, datetime.now(UTC).date())


def _repository_health(gitlab: GitLabConfig, repository: str) -> Iterator[CheckResult]:
    yield from project_health(_server(gitlab).connect().api, repository)


def _change_url(gitlab: GitLabConfig, repository: str, number: int) -> str:
    return f"{gitlab.base_url.rstrip('/')}/{repository}/-/merge_requests/{number}"


def sign_in(gitlab: GitLabConfig | None, client_id: str, client_secret: str) -> OAuthProvider:
    """Signing in at GitLab, anybody's. Source: "OAuth 2.0 identity provider API"."""
    place = (DEFAULT_BASE_URL if gitlab is None else gitlab.base_url).rstrip("/")
    return OAuthProvider(
        forge=webhook.FORGE,
        title=TITLE,
        authorize=f"{place}/oauth/authorize",
        token=f"{place}/oauth/token",
        user=f"{place}/api/v4/user",
        login="username",
        scope="read_user",
        client_id=client_id,
        client_secret=client_secret,
    )


def _of_job(job: CiJob) -> Forge:
    return GitLabForge(GitLabServer(job.token, job.api_url).connect())


ADAPTER = ForgeAdapter(
    title=TITLE,
    section=SECTION,
    webhook=_webhook,
    connect=_connect,
    watch=_watch,
    health=_health,
    repository_health=_repository_health,
    change_url=_change_url,
    sign_in=sign_in,
    ci=CiRunner("GitLab CI", "GITLAB_CI", lambda environment, event: read_job(environment), _of_job),
)
