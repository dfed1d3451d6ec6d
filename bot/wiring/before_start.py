"""What a server tries before anything starts: each mistake is one line that says where it is and what to do."""

from __future__ import annotations

import functools
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import make_url

from bot.config import Config
from bot.contents.command import Git
from bot.errors import ConfigError, IamReviewError, StoreUnavailable
from bot.jobs.broker import LOGIN_REFUSED, PORTS, UNREACHABLE, broker_for
from bot.jobs.queue import Queue
from bot.store.database import connect
from bot.wiring.forges import Forges
from bot.wiring.organisation_layers import Organisation
from bot.wiring.storage import Role, is_sqlite, open_database, refuse, sole_user

ESCAPED = "Characters such as @ : / in user and password are written %40 %3A %2F"
LOGIN = f"correct user, password and what is named after the host. {ESCAPED}"

FOR_NOW = ("starting up", "shutting down", "recovery mode", "too many", "remaining connection slots")
"""What a PostgreSQL says that will take logins again."""

SECONDS = 3.0
"""For a server to answer."""

Trial = Callable[[], str]
"""Gives what is wrong, "" if nothing is; may raise it as an IamReviewError."""


def try_out(config: Config, role: Role) -> tuple[str, ...]:
    """Try everything that needs no forge. Raises ConfigError, a line for each mistake.

    Returns a line for each server that is away: that may be no mistake, and deliveries must be taken all the same.
    """
    refuse(config, role)
    trials: list[Trial] = [
        git,
        functools.partial(_forges, config),
        functools.partial(_rules, config),
        functools.partial(cache, config.cache_dir),
        *(functools.partial(address, config.host, port) for port in _ports(config)),
    ]
    servers: list[Trial] = [
        functools.partial(_database, config.database, role),
        functools.partial(broker, config.broker),
    ]
    wrong, away = [_asked(trial) for trial in trials], []
    for server in servers:
        try:
            away.append(server())
        except ConfigError as refused:
            wrong.append(str(refused))
    if said := "\n".join(filter(None, wrong)):
        raise ConfigError(said)
    return tuple(filter(None, away))


def _ports(config: Config) -> list[int]:
    """Those that are listened on, without one that is left out."""
    return [config.port, *dict.fromkeys(port for port in (config.metrics_port, config.probe_port) if port)]


def _asked(trial: Trial) -> str:
    try:
        return trial()
    except IamReviewError as error:
        return str(error)


def git() -> str:
    """Whether git can be run."""
    Git(Path()).run("version")
    return ""


def _forges(config: Config) -> str:
    """Keys and addresses that cannot be right."""
    forges = Forges(config)
    forges.webhooks()
    forges.watches()
    return ""


def _rules(config: Config) -> str:
    """The mistakes in the organisation's rules that this configuration holds."""
    Organisation(config.organisation)
    return ""


def cache(directory: Path) -> str:
    """Whether copies of repositories can be kept there."""
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=directory, prefix=".tried-"):
            return ""
    except OSError as error:
        remedy = "make it a folder that this user may write to, or name another"
        return f"cache_dir: cannot write to {directory} ({error.strerror}): {remedy}"


def address(host: str, port: int) -> str:
    """Whether one can listen there."""
    try:
        family, kind, *_, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        with socket.socket(family, kind) as listening:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(place)
    except socket.gaierror:
        return f"host: {host} is no address: write 127.0.0.1, or 0.0.0.0 for every address of this machine"
    except OSError as error:
        remedy = "stop what listens there, or set another host or port"
        return f"port: cannot listen on {host}:{port} ({error.strerror}): {remedy}"
    return ""


def _database(address: str, role: Role) -> str:
    """Who does everything brings the schema up to date, and cannot go on without; others wait for both."""
    away = "" if is_sqlite(address) else postgresql(address)
    if role != "serve":
        return away
    if away:
        raise ConfigError(away)
    lock = sole_user(address)
    if lock is not None:
        lock.close()
    open_database(address).dispose()
    return ""


def postgresql(address: str) -> str:
    """Why a PostgreSQL cannot be reached, "" if it can. Raises ConfigError."""
    if why := _unreachable(address, 5432):
        return f"database: {why}"
    engines = connect(address)
    try:
        with engines.reading():
            return ""
    except StoreUnavailable as error:
        said = " ".join(str(error.__cause__.__cause__ if error.__cause__ else error).split())
        if "FATAL:" in said and not any(word in said for word in FOR_NOW):
            raise ConfigError(f"database: {_shown(address)} refuses ({said}): {LOGIN}") from None
        return f"database: {_shown(address)} does not serve yet ({said})"
    finally:
        engines.dispose()


def broker(address: str) -> str:
    """Why the broker cannot be reached, "" if it can. Raises ConfigError."""
    if not address:
        return ""
    if why := _unreachable(address, PORTS[urlsplit(address).scheme]):
        return f"broker: {why}"
    made = broker_for(address)
    try:
        Queue(made, None).waiting()
    except LOGIN_REFUSED:
        raise ConfigError(f"broker: {_shown(address)} refuses this login: {LOGIN}") from None
    except UNREACHABLE as error:
        return f"broker: {_shown(address)} does not serve yet ({type(error).__name__})"
    finally:
        made.close()
    return ""


def _unreachable(address: str, port: int) -> str:
    parts = urlsplit(address)
    try:
        with socket.create_connection((parts.hostname or "127.0.0.1", parts.port or port), timeout=SECONDS):
            return ""
    except OSError as error:
        reason = error.strerror or "no answer in time"
        return (
            f"{_shown(address)} cannot be reached ({reason}): is it running, and may this process reach it? {ESCAPED}"
        )


def _shown(address: str) -> str:
    """Without its password."""
    return make_url(address).render_as_string()
