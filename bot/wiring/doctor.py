"""Composition of `doctor`: this machine, the database, the pages, each forge, and the rules of repositories."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.config import Config, load
from bot.contents.command import Git
from bot.errors import ConfigError
from bot.forges.examination import HealthCheck, examine, line
from bot.forges.github import health as github_health
from bot.forges.github.webhook import FORGE as GITHUB
from bot.forges.gitlab import health as gitlab_health
from bot.forges.gitlab.connection import GitLabServer
from bot.forges.gitlab.webhook import FORGE as GITLAB
from bot.forges.health import CheckResult, broken, doubtful, fine
from bot.review_process import parent
from bot.review_process.confine import landlock_version
from bot.review_process.parent import Limits
from bot.review_process.protocol import Fetched, ReviewChange
from bot.store.sql import SqlStore
from bot.wiring.forges import github_server
from bot.wiring.pages import OLD_DAYS, data_sets
from bot.wiring.storage import open_database

LATE = timedelta(minutes=5)

Echo = Callable[[str], None]


def run(path: Path | None, repositories: Sequence[str], echo: Echo) -> int:
    """Print every symptom; returns 1 if one is a failure. Raises ConfigError."""
    config = load(path)
    worst = 0
    for symptom in examine(questions(config, repositories)):
        echo(line(symptom))
        worst |= symptom.state == "fail"
    return worst


def questions(config: Config, repositories: Sequence[str] = ()) -> tuple[HealthCheck, ...]:
    """Everything there is to look at. `repositories` are "github:owner/name" or "gitlab:group/project"."""
    local = (
        HealthCheck("git", _git),
        HealthCheck("reviews", lambda: _child(config)),
        HealthCheck("data", _data),
        HealthCheck("database", lambda: _database(config)),
        HealthCheck("pages", lambda: _pages(config)),
    )
    forges = []
    if config.github is not None:
        forges.append(HealthCheck("GitHub", lambda: _github(config)))
    if config.gitlab is not None:
        forges.append(HealthCheck("GitLab", lambda: _gitlab(config)))
    named = [HealthCheck(name, _Repository(config, name)) for name in repositories]
    return (*local, *forges, *named)


def _git() -> Iterator[CheckResult]:
    yield fine("git", Git(Path()).run("version").decode().strip())


def _child(config: Config) -> Iterator[CheckResult]:
    limits = Limits(config.limits.wall_seconds, config.limits.cpu_seconds, config.limits.memory_mib << 20)
    parent.run(ReviewChange(Fetched("0", "0", {}, {}, {}), ""), limits)
    yield fine("reviews", "a review of nothing succeeds in its child process")
    if sys.platform != "linux":
        yield doubtful("confinement", f"{sys.platform} has none of Linux's means", "run the server on Linux")
    elif not landlock_version():
        said = "the kernel has no Landlock: a review could read what this user may read"
        yield doubtful("confinement", said, "use a kernel with it, or the container, which has nothing to read")
    else:
        yield fine("confinement", f"Landlock version {landlock_version()}")


def _data() -> Iterator[CheckResult]:
    today = datetime.now(UTC).date()
    for one in data_sets():
        age = (today - one.day).days
        said = f"{one.version}, {age} days old"
        yield doubtful(one.name, said, "update iam-review") if age > OLD_DAYS else fine(one.name, said)


def _database(config: Config) -> Iterator[CheckResult]:
    engines = open_database(config.database, migrate=False)
    try:
        store = SqlStore(engines)
        wrong = store.ready()
        if wrong:
            yield broken("database", wrong, "iam-review db upgrade --config FILE")
            return
        yield fine("database", f"answers ({engines.write.dialect.name})")
        yield from _backlog(store)
    finally:
        engines.dispose()


def _backlog(store: SqlStore) -> Iterator[CheckResult]:
    backlog = store.backlog()
    waited = timedelta() if backlog.oldest is None else datetime.now(UTC) - backlog.oldest
    said = f"{backlog.pending} waiting, the oldest for {int(waited.total_seconds())} seconds"
    if waited > LATE:
        yield broken("work", said, "is a worker running, and the forge reachable? See the log, and /readyz")
    else:
        yield fine("work", said)
    if backlog.dead:
        yield doubtful("given up", f"{backlog.dead}", "iam-review dead tells why, iam-review replay tries again")


def _pages(config: Config) -> Iterator[CheckResult]:
    address = config.pages.public_url
    if not address:
        yield doubtful("pages", "no public_url: checks and comments do not link to reports", "set pages.public_url")
    elif not address.startswith("https://"):
        yield doubtful("pages", f"{address} is not https", "put a proxy with a certificate before it")
    else:
        yield fine("pages", address)


def _github(config: Config) -> Iterator[CheckResult]:
    server = github_server(config)
    if config.github is not None and config.github.app_id is None:
        yield from github_health.token_health(server.connect().api)
        return
    api = server.application()
    if api is None:
        raise ConfigError("github: give either app_id with private_key, or token")
    yield from github_health.app_health(api, _hook(config, GITHUB))


def _gitlab(config: Config) -> Iterator[CheckResult]:
    yield from gitlab_health.token_health(_gitlab_server(config).connect().api, datetime.now(UTC).date())


def _hook(config: Config, forge: str) -> str:
    return f"{config.pages.public_url.rstrip('/')}/hooks/{forge}" if config.pages.public_url else ""


def _gitlab_server(config: Config) -> GitLabServer:
    if config.gitlab is None:
        raise ConfigError("gitlab is not configured")
    return GitLabServer(config.gitlab.token.get_secret_value(), config.gitlab.base_url)


@dataclass(frozen=True, slots=True)
class _Repository:
    """The rules of one repository; "github:owner/name", or without a forge that of the only one configured."""

    config: Config
    name: str

    def __call__(self) -> Iterator[CheckResult]:
        forge, _, repository = self.name.rpartition(":")
        forge = forge or (GITHUB if self.config.github is not None else GITLAB)
        if forge == GITLAB:
            yield from gitlab_health.project_health(_gitlab_server(self.config).connect().api, repository)
            return
        if forge != GITHUB:
            raise ConfigError(f"{self.name}: name it github:OWNER/NAME or gitlab:GROUP/PROJECT")
        server = github_server(self.config)
        application, app_id = server.application(), self.config.github.app_id if self.config.github else None
        installation = github_health.installation_of(application, repository) if application else None
        yield from github_health.rule_health(server.connect(installation).api, repository, app_id)
