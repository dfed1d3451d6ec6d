"""Composition of `doctor`: this machine, the database, the pages, each forge, and the rules of repositories."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from bot.config import Config, delivery_keys, guessable
from bot.contents.command import Git
from bot.forges.examination import HealthCheck, examine, line
from bot.forges.health import CheckResult, broken, doubtful, fine
from bot.iam.packaged import OLD_DAYS
from bot.review_config.let_through import let_through
from bot.review_config.rules_file import load_review_config
from bot.review_process import parent
from bot.review_process.confine import CALLS, FILES, landlock_version
from bot.review_process.parent import Limits
from bot.review_process.protocol import Fetched, JudgeChange, Reviewed
from bot.store.sql import SqlStore
from bot.wiring import host_checks
from bot.wiring.data_sets import data_sets
from bot.wiring.forges import Forges
from bot.wiring.settings import load, unconfigured
from bot.wiring.storage import open_database

LATE = timedelta(minutes=5)

MENDED = {(3, 11): (3, 11, 14), (3, 12): (3, 12, 12), (3, 13): (3, 13, 6)}
"""By release of Python: since when tarfile reads hostile headers in bounded time (CVE-2024-6232, CVE-2025-8194)."""

Echo = Callable[[str], None]


def run(path: Path | None, repositories: Sequence[str], echo: Echo) -> int:
    """Print every symptom; returns 1 if one is a failure. Raises ConfigError."""
    checks = before_set_up() if unconfigured(path) is not None else health_checks(load(path), repositories)
    worst = 0
    for result in examine(checks):
        echo(line(result))
        worst |= result.state == "fail"
    return worst


def before_set_up() -> tuple[HealthCheck, ...]:
    """What can be looked at where no forge is configured yet, and what to do about that."""
    return (
        HealthCheck("git", _git),
        HealthCheck("reviews", lambda: _child(Limits(), fetches=False)),
        HealthCheck("data", _data),
        HealthCheck("configuration", _not_configured),
    )


def _not_configured() -> Iterator[CheckResult]:
    said = "nothing is configured yet: no --config FILE, and no IAM_REVIEW_ variable names a forge"
    yield broken("configuration", said, "iam-review serve begins the set-up; or write config.example.yaml's settings")


def health_checks(
    config: Config, repositories: Sequence[str] = (), forges: Forges | None = None
) -> tuple[HealthCheck, ...]:
    """Everything there is to look at. `repositories` are FORGE:OWNER/NAME."""
    forges = forges or Forges(config)
    local = (
        HealthCheck("git", _git),
        HealthCheck("reviews", lambda: _child(review_limits(config), bool(config.modules.allow))),
        HealthCheck("data", _data),
        HealthCheck("database", lambda: _database(config)),
        HealthCheck("broker", lambda: host_checks.broker(config)),
        HealthCheck("disks", lambda: host_checks.disks(config)),
        HealthCheck("clock", lambda: host_checks.clock(config)),
        HealthCheck("pages", lambda: _pages(config)),
        HealthCheck("secrets", lambda: _secrets(config)),
        HealthCheck("organisation", lambda: _organisation(config)),
        HealthCheck("rules", lambda: host_checks.rules(config, forges)),
    )
    named = [HealthCheck(name, functools.partial(forges.repository_health, name)) for name in repositories]
    return (*local, *forges.checks(), *named)


def _git() -> Iterator[CheckResult]:
    yield fine("git", Git(Path()).run("version").decode().strip())


def review_limits(config: Config) -> Limits:
    """What a review may use here."""
    given = config.limits
    memory = given.memory_mib << 20
    return Limits(given.wall_seconds, given.cpu_seconds, memory, nice=given.nice, confinement=given.confinement)


def _child(limits: Limits, fetches: bool) -> Iterator[CheckResult]:
    """`fetches`: modules from elsewhere are."""
    answer = parent.run(JudgeChange(Fetched("0", "0", {}, {}, {}), ""), limits)
    yield fine("reviews", "a review of nothing succeeds in its child process")
    yield _python(fetches, sys.version_info[:3])
    if isinstance(answer, Reviewed):
        yield _confinement(answer.review.stats.confinement)


def _python(fetches: bool, version: tuple[int, int, int]) -> CheckResult:
    """Whether this Python reads archives in the time that they are worth."""
    said, needed = ".".join(map(str, version)), MENDED.get(version[:2], version)
    if version >= needed or not fetches:
        return fine("python", said)
    remedy = f"update to {'.'.join(map(str, needed))}; until then a module in such an archive is not fetched"
    return doubtful("python", f"{said} takes seconds to minutes for some archives of a hundred bytes", remedy)


def _confinement(held: Collection[str]) -> CheckResult:
    """What the kernel held the review of nothing to."""
    if sys.platform != "linux":
        return doubtful("confinement", f"{sys.platform} has none of Linux's means", "run the server on Linux")
    remedy = "use a kernel with Landlock and seccomp, and limits.confinement: required"
    if FILES not in held:
        said = f"no Landlock: a review could read what this user may read ({', '.join(held) or 'nothing'} in force)"
        return doubtful("confinement", said, remedy)
    if CALLS not in held:
        said = f"no filter of system calls on {os.uname().machine}: a review could use the network"
        return doubtful("confinement", said, remedy)
    return fine("confinement", f"{', '.join(held)}; Landlock version {landlock_version()}")


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


def _secrets(config: Config) -> Iterator[CheckResult]:
    """Who guesses what deliveries are signed with can make the bot look at anything, and answer commands as anybody."""
    remedy = "make one with `openssl rand -hex 32`, and give the old one as the previous one until the forge has it"
    for forge, section in config.forges().items():
        for name, key in delivery_keys(section):
            why, about = guessable(key), f"{forge}.{name}"
            yield doubtful(about, f"can be guessed: {why}", remedy) if why else fine(about, "is not easily guessed")


def _organisation(config: Config) -> Iterator[CheckResult]:
    """What the organisation's rules in this configuration let through."""
    given = config.organisation
    for name, section in (("defaults", given.defaults), ("enforced", given.enforced)):
        loaded = load_review_config(yaml.safe_dump(section), f"organisation.{name}")
        if loaded.problems:
            yield broken(f"organisation.{name}", loaded.problems[0].reason, "mend it: no change passes until then")
        elif section:
            said = let_through(loaded.rules)
            about = f"organisation.{name}"
            yield doubtful(about, said, "set fail_closed too, or know that") if said else fine(about, "is right")


def _pages(config: Config) -> Iterator[CheckResult]:
    address = config.pages.public_url
    if not address:
        yield doubtful("pages", "no public_url: checks and comments do not link to reports", "set pages.public_url")
    elif not address.startswith("https://"):
        yield doubtful("pages", f"{address} is not https", "put a proxy with a certificate before it")
    else:
        yield fine("pages", address)
