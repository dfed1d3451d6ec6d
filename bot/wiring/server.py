"""Builds the bot from its configuration and runs it: webhooks and workers in one process."""

from __future__ import annotations

import fcntl
import functools
from collections.abc import Mapping
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.config import Config as GunicornConfig  # type: ignore[import-untyped]
from gunicorn.glogging import Logger as GunicornLogger  # type: ignore[import-untyped]
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot import isolate
from bot.config import Config, load
from bot.errors import ConfigError, ReviewFailed
from bot.isolate import Limits, ReviewRequest
from bot.jobs.leases import HeldLeases
from bot.jobs.process import Rhythm, WorkerProcess
from bot.jobs.queue import Queue, embedded_broker
from bot.jobs.work import Work
from bot.reviewer import Reviewer
from bot.store.engine import Engines, connect
from bot.store.migrate import upgrade
from bot.store.sql import SqlStore
from bot.web.app import Deps, create_app
from bot.web.metrics import Metrics
from bot.wiring import forges
from bot.wiring.logs import Redactor, configure


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot ready to run. Serve `app` with any WSGI server; `start` and `stop` the workers around it."""

    app: Flask
    store: SqlStore
    worker: WorkerProcess
    engines: Engines
    lock: IO[bytes] | None

    def start(self) -> None:
        """Begin to work; after any fork."""
        self.worker.start()

    def stop(self, drain_seconds: float = 20.0) -> None:
        """Let running reviews end within that time, give the rest back, close the database."""
        self.worker.stop(drain_seconds)
        self.engines.dispose()
        if self.lock is not None:
            self.lock.close()


def build(config: Config, reviewer: Reviewer | None = None) -> Bot:
    """Everything but the web server, with the database brought up to date. Raises ConfigError."""
    with ExitStack() as undo:
        lock = _sole_user(config.database)
        if lock is not None:
            undo.callback(lock.close)
        engines = open_database(config.database)
        undo.callback(engines.dispose)
        store = SqlStore(engines)
        if lock is not None:
            store.take_over()  # nobody else can be alive to hold a lease
        app, worker = _assemble(config, store, reviewer or functools.partial(isolate.run, limits=_limits(config)))
        undo.pop_all()
    return Bot(app, store, worker, engines, lock)


def _assemble(config: Config, store: SqlStore, reviewer: Reviewer) -> tuple[Flask, WorkerProcess]:
    metrics, leases = Metrics(store), HeldLeases(store)
    work = Work(
        store=store,
        leases=leases,
        ports=forges.ports(config, reviewer),
        on_error=config.on_error,
        redact=Redactor.of(config.secrets()),
        count=metrics.worked,
    )
    queue = Queue(embedded_broker(), work)
    rhythm = Rhythm(keep_deliveries_days=config.keep_deliveries_days, keep_reviews_days=config.keep_reviews_days)
    worker = WorkerProcess(store, queue, leases, config.review_threads, rhythm)
    deps = Deps(forges.webhooks(config), store, queue.ring, metrics, ailments=(store.ready, worker.ailment))
    return create_app(deps), worker


def open_database(address: str) -> Engines:
    """Connect and migrate. Raises ConfigError."""
    engines = connect(address)
    try:
        upgrade(engines.write)
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or type(error).__name__)
        engines.dispose()
        raise ConfigError(f"database: cannot open {make_url(address).render_as_string()}: {reason}") from error
    return engines


def _sole_user(address: str) -> IO[bytes] | None:
    """Hold a lock beside an SQLite file: two bots on one would each have half of the messages."""
    url = make_url(address)
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    path = Path(f"{url.database}.lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.open("wb")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise ConfigError(
            f"database: another iam-review uses {url.database}; several processes need PostgreSQL"
        ) from None
    return lock


def _try_a_review(limits: Limits) -> None:
    """A review of nothing: better told now than on the first change request."""
    try:
        isolate.run(ReviewRequest("0", "0", {}, {}, {}, ""), limits)
    except ReviewFailed as failed:
        raise ConfigError(f"limits: not even a review of nothing succeeds here: {failed}") from failed


def _limits(config: Config) -> Limits:
    given = config.limits
    return Limits(given.wall_seconds, given.cpu_seconds, given.memory_mib << 20)


class _ThroughRoot(GunicornLogger):  # type: ignore[misc]
    """Gunicorn's messages take the way of all others, through the redactor; requests are not logged."""

    def setup(self, cfg: GunicornConfig) -> None:
        """Add no handler."""
        self.error_log.propagate = True

    def access(self, *request: object) -> None:
        """The application logs deliveries itself."""


class _Gunicorn(BaseApplication):  # type: ignore[misc]
    """One process with threads: on SQLite more would lose messages, not work."""

    def __init__(self, config: Config) -> None:
        self._config = config
        super().__init__()

    def load_config(self) -> None:
        settings: Mapping[str, Any] = {
            "bind": f"{self._config.host}:{self._config.port}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": self._config.web_threads,
            "graceful_timeout": int(self._config.drain_seconds) + 10,
            "timeout": 60,
            "control_socket_disable": True,
            "proc_name": "iam-review",
            "logger_class": _ThroughRoot,
            "post_worker_init": lambda worker: self.bot.start(),
            "worker_exit": lambda arbiter, worker: self.bot.stop(self._config.drain_seconds),
        }
        for key, value in settings.items():
            self.cfg.set(key, value)

    def load(self) -> Flask:
        """In gunicorn's worker, after the fork."""
        self.bot = build(self._config)
        return self.bot.app


def serve(path: Path | None) -> None:
    """Run until told to stop. Raises ConfigError before anything listens."""
    config = load(path)
    _try_a_review(_limits(config))
    configure(config.log_level, Redactor.of(config.secrets()))
    with _sole_user(config.database) or nullcontext():
        open_database(config.database).dispose()
    _Gunicorn(config).run()
