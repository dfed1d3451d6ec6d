"""GitHub as the registry has it."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping

from bot.errors import ConfigError
from bot.forges.ci_job import CiJob, CiRunner
from bot.forges.event import Event, Ignored, requests_in
from bot.forges.github import webhook
from bot.forges.github.api import Api
from bot.forges.github.ci_job import read_job
from bot.forges.github.client import GitHubForge
from bot.forges.github.connection import DEFAULT_BASE_URL, AppLogin, GitHubServer, RequestTimings, TokenLogin, web_url
from bot.forges.github.health import app_health, installation_of, rule_health, token_health
from bot.forges.github.section import SECTION, GitHubConfig
from bot.forges.github.watch import GitHubWatch
from bot.forges.health import CheckResult
from bot.forges.port import Forge, RepositoryRef
from bot.forges.registry import Budget, Connect, Connected, ForgeAdapter, Webhook, secret_values, unheard
from bot.forges.sign_in import OAuthProvider

TITLE = "GitHub"


def _server(github: GitHubConfig, budget: Budget = unheard) -> GitHubServer:
    login: AppLogin | TokenLogin
    if github.app_id is not None and github.private_key is not None:
        login = AppLogin(github.app_id, github.private_key.get_secret_value())
    elif github.token is not None:
        login = TokenLogin(github.token.get_secret_value())
    else:
        raise ConfigError("github: give either app_id with private_key, or token")
    timings = RequestTimings(between_writes=github.seconds_between_writes)
    return GitHubServer(login, github.base_url, timings, github.resolve_threads, github.upload_sarif, budget)


def _webhook(github: GitHubConfig) -> Webhook:
    secrets = secret_values(github.webhook_secret, github.previous_webhook_secret)
    return Webhook(
        functools.partial(webhook.is_authentic, secrets=secrets),
        webhook.delivery,
        functools.partial(_of_served, frozenset(github.installations)),
    )


def _of_served(served: frozenset[int], headers: Mapping[str, str], body: bytes) -> Event:
    """What the delivery asks for, if it comes from an installation that is served; all are if none is named."""
    event = webhook.read_event(headers, body)
    strangers = {wanted_work.ref.account for wanted_work in requests_in(event)} - served
    return Ignored("this installation is not served here") if served and strangers else event


def _connect(github: GitHubConfig, budget: Budget) -> Connect:
    server = _server(github, budget)

    def connected(place: RepositoryRef) -> Connected:
        connection = server.connect(place.account)
        return Connected(GitHubForge(connection), connection.credential, connection.clone_url, github.upload_sarif)

    return connected


def _watch(github: GitHubConfig, budget: Budget) -> GitHubWatch | None:
    server = _server(github, budget)
    if github.app_id is None:
        return None

    def app() -> Api:
        api = server.application()
        assert api is not None
        return api

    return GitHubWatch(webhook.FORGE, app, lambda number: server.connect(number).api, github.installations)


def _health(github: GitHubConfig, hook: str) -> Iterator[CheckResult]:
    server = _server(github)
    application = server.application()
    if application is None:
        yield from token_health(server.connect().api)
    else:
        yield from app_health(application, hook)


def _repository_health(github: GitHubConfig, repository: str) -> Iterator[CheckResult]:
    server = _server(github)
    application = server.application()
    installation = installation_of(application, repository) if application else None
    yield from rule_health(server.connect(installation).api, repository, github.app_id)


def _change_url(github: GitHubConfig, repository: str, number: int) -> str:
    return f"{web_url(github.base_url)}/{repository}/pull/{number}"


def sign_in(github: GitHubConfig | None, client_id: str, client_secret: str) -> OAuthProvider:
    """Signing in at GitHub, or an Enterprise server. Source: "Authorizing OAuth apps"."""
    api = (DEFAULT_BASE_URL if github is None else github.base_url).rstrip("/")
    place = f"{web_url(api)}/login/oauth"
    return OAuthProvider(
        forge=webhook.FORGE,
        title=TITLE,
        authorize=f"{place}/authorize",
        token=f"{place}/access_token",
        user=f"{api}/user",
        login="login",
        scope="",
        client_id=client_id,
        client_secret=client_secret,
    )


def _of_job(job: CiJob) -> Forge:
    return GitHubForge(GitHubServer(TokenLogin(job.token), job.api_url).connect())


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
    ci=CiRunner("GitHub Actions", "GITHUB_ACTIONS", read_job, _of_job, "GITHUB_EVENT_PATH"),
)
