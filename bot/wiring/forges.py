"""Builds what is forge by forge: how deliveries are checked and read, and the outside world of one job."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterable, Mapping

from pydantic import SecretStr

from bot.config import Config, GitHubConfig, GitLabConfig, network_environment
from bot.contents.branch import branch_file
from bot.contents.cache import Cache
from bot.contents.git import GitContents
from bot.contents.remote import GitCredential
from bot.conversation.change_request.handle import Ports, none_kept
from bot.errors import ConfigError
from bot.forges.event import Event, Ignored, wishes
from bot.forges.github import webhook as github_webhook
from bot.forges.github.api import Api
from bot.forges.github.client import GitHubForge
from bot.forges.github.connection import AppLogin, GitHubServer, RequestTimings, TokenLogin
from bot.forges.github.watch import GitHubWatch
from bot.forges.gitlab import webhook as gitlab_webhook
from bot.forges.gitlab.client import GitLabForge
from bot.forges.gitlab.connection import GitLabServer
from bot.forges.gitlab.watch import GitLabWatch
from bot.forges.port import ChangeRef, ChangeRequest, Forge
from bot.forges.watch import Watch
from bot.review_config.organisation import ORGANISATION_FILE
from bot.review_process.rounds import Options, Reviewer
from bot.store.ledger import Ledger
from bot.web.app import Webhook
from bot.wiring.modules import fetcher
from bot.wiring.organisation_layers import Organisation

Door = Callable[[ChangeRef], tuple[Forge, Callable[[], GitCredential], Callable[[str], str]]]
"""Opens one job's client of a forge, what git needs to fetch there, and where it fetches a repository by name."""


Kept = Callable[[ChangeRef], Iterable[bytes]]
"""The reviews of a change request that are kept, as JSON, the newest first."""

Budget = Callable[[int | None, int], None]
"""Told, by installation, how many requests a forge still answers this hour."""


def _unheard(installation: int | None, left: int) -> None:
    """Where nobody counts."""


def webhooks(config: Config) -> Mapping[str, Webhook]:
    """How the deliveries of each configured forge are checked and read, by its name in the address."""
    found: dict[str, Webhook] = {}
    if config.github is not None:
        found[github_webhook.FORGE] = _github_webhook(config.github)
    if config.gitlab is not None:
        found[gitlab_webhook.FORGE] = _gitlab_webhook(config.gitlab)
    return found


def ports(
    config: Config,
    reviewer: Reviewer,
    ledger: Ledger,
    report: Callable[[ChangeRef, str], str],
    budget: Budget = _unheard,
    kept: Kept = none_kept,
) -> Callable[[ChangeRef], Ports]:
    """Makes one job's outside world: its own client, a token for its installation only. Raises ConfigError.

    `report` gives the address of the page of a head's review, or "".
    """
    doors: dict[str, Door] = {}
    if config.github is not None:
        doors[github_webhook.FORGE] = _github(config.github, budget)
    if config.gitlab is not None:
        doors[gitlab_webhook.FORGE] = _gitlab(config.gitlab)
    cache = Cache(config.cache_dir, config.cache_mib << 20)
    network = network_environment()
    options = Options(
        modules=fetcher(config.modules.allow, config.cache_dir / "modules", network), on_error=config.on_error
    )
    organisation = Organisation(config.organisation)

    def made(ref: ChangeRef) -> Ports:
        if ref.forge not in doors:
            raise ConfigError(f"{ref.forge}: there is work left for this forge, but it is not configured any more")
        forge, credential, site = doors[ref.forge](ref)

        def contents(change: ChangeRequest) -> GitContents:
            commits, branch = (change.merge_base, change.head), change.base_branch
            return GitContents.remote(change.clone_url, credential(), *commits, cache, network, change.base, branch)

        def organisations_file(holder: str) -> bytes | None:
            return branch_file(site(holder), credential(), ORGANISATION_FILE, cache, network)

        return Ports(
            forge,
            contents,
            reviewer,
            organisation.options(options, ref.repository, organisations_file),
            ledger=ledger,
            sarif=_wants_sarif(config, ref),
            report=report,
            kept=kept,
        )

    return made


def _wants_sarif(config: Config, ref: ChangeRef) -> bool:
    return ref.forge == github_webhook.FORGE and config.github is not None and config.github.upload_sarif


def watches(config: Config, budget: Budget = _unheard) -> Mapping[str, Watch | None]:
    """Each configured forge as a whole, by name; None where it cannot tell what was missed."""
    found: dict[str, Watch | None] = {}
    if config.github is not None:
        server = _github_server(config.github, budget)
        found[github_webhook.FORGE] = _github_watch(server, config.github) if config.github.app_id else None
    if config.gitlab is not None:
        gitlab = _gitlab_server(config.gitlab)
        found[gitlab_webhook.FORGE] = GitLabWatch(gitlab_webhook.FORGE, lambda: gitlab.connect().api)
    return found


def _github_watch(server: GitHubServer, github: GitHubConfig) -> GitHubWatch:
    def app() -> Api:
        api = server.application()
        assert api is not None
        return api

    return GitHubWatch(github_webhook.FORGE, app, lambda number: server.connect(number).api, github.installations)


def _github_webhook(github: GitHubConfig) -> Webhook:
    secrets = _values(github.webhook_secret, github.previous_webhook_secret)
    return Webhook(
        functools.partial(github_webhook.is_authentic, secrets=secrets),
        github_webhook.delivery,
        functools.partial(_of_served, frozenset(github.installations)),
    )


def _of_served(served: frozenset[int], headers: Mapping[str, str], body: bytes) -> Event:
    """What the delivery asks for, if it comes from an installation that is served; all are if none is named."""
    event = github_webhook.read_event(headers, body)
    strangers = {wish.ref.installation for wish in wishes(event)} - served
    return Ignored("this installation is not served here") if served and strangers else event


def _gitlab_webhook(gitlab: GitLabConfig) -> Webhook:
    secrets = gitlab_webhook.Secrets(
        _values(gitlab.webhook_token, gitlab.previous_webhook_token),
        _values(gitlab.signing_token, gitlab.previous_signing_token),
    )

    def is_authentic(headers: Mapping[str, str], body: bytes) -> bool:
        return gitlab_webhook.is_authentic(headers, body, secrets, time.time())

    return Webhook(is_authentic, gitlab_webhook.delivery, gitlab_webhook.read_event)


def _github_server(github: GitHubConfig, budget: Budget) -> GitHubServer:
    login: AppLogin | TokenLogin
    if github.app_id is not None and github.private_key is not None:
        login = AppLogin(github.app_id, github.private_key.get_secret_value())
    elif github.token is not None:
        login = TokenLogin(github.token.get_secret_value())
    else:
        raise ConfigError("github: give either app_id with private_key, or token")
    patience = RequestTimings(between_writes=github.seconds_between_writes)
    return GitHubServer(login, github.base_url, patience, github.resolve_threads, github.upload_sarif, budget)


def github_server(config: Config) -> GitHubServer:
    """The configured GitHub, for asking about it. Raises ConfigError."""
    if config.github is None:
        raise ConfigError("github is not configured")
    return _github_server(config.github, lambda *_: None)


def _github(github: GitHubConfig, budget: Budget) -> Door:
    server = _github_server(github, budget)

    def opened(ref: ChangeRef) -> tuple[Forge, Callable[[], GitCredential], Callable[[str], str]]:
        connection = server.connect(ref.installation)
        return GitHubForge(connection), connection.credential, connection.clone_url

    return opened


def _gitlab(gitlab: GitLabConfig) -> Door:
    server = _gitlab_server(gitlab)

    def opened(ref: ChangeRef) -> tuple[Forge, Callable[[], GitCredential], Callable[[str], str]]:
        connection = server.connect()
        return GitLabForge(connection), connection.credential, connection.clone_url

    return opened


def _gitlab_server(gitlab: GitLabConfig) -> GitLabServer:
    return GitLabServer(gitlab.token.get_secret_value(), gitlab.base_url)


def _values(*secrets: SecretStr | None) -> tuple[str, ...]:
    return tuple(secret.get_secret_value() for secret in secrets if secret is not None)
