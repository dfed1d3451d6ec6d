"""Builds the bot from its configuration and runs it: all in one process, or webhooks and workers apart."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

import dramatiq
import structlog
from flask import Flask

from bot.config import Config
from bot.errors import ConfigError, ReviewFailed
from bot.forges.registry import Adapters
from bot.frozen import dataclass
from bot.jobs.broker import broker_for
from bot.jobs.fitness import Fitness, clock_problem
from bot.jobs.leases import HeldLeases
from bot.jobs.notifier import Notifier
from bot.jobs.process import Rhythm, WorkerProcess
from bot.jobs.queue import Queue
from bot.jobs.reconcile import Reconciler
from bot.jobs.round_robin import RoundRobin
from bot.jobs.worker import Worker
from bot.review_process import parent
from bot.review_process.confine import hide, wipe_environment
from bot.review_process.parent import Limits
from bot.review_process.protocol import Fetched, JudgeChange
from bot.review_process.rounds import Reviewer
from bot.store.database import Engines
from bot.store.notices import NoticeBox
from bot.store.sql import SqlStore
from bot.store.sql_archive import SqlArchive
from bot.store.sql_catch_up import SqlCatchUp
from bot.store.sql_ledger import SqlLedger
from bot.store.work_items import WorkItem
from bot.web.app import Deps, create_app, probes
from bot.web.metrics import Metrics
from bot.web.pages.mount import add_pages
from bot.web.probes import Probes
from bot.wiring import before_start
from bot.wiring.doctor import health_checks, review_limits
from bot.wiring.forges import Forges
from bot.wiring.gunicorn import Gunicorn
from bot.wiring.keys import links
from bot.wiring.logs import Redactor, configure
from bot.wiring.notify import Notifications
from bot.wiring.pages import TIGHT, pages
from bot.wiring.registry import FORGES
from bot.wiring.sentry import report_to
from bot.wiring.settings import load, secret_variables
from bot.wiring.storage import Role, open_database, refuse, sole_user

USUAL = Rhythm()
"""How fast a bot goes that is not tested."""


_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot ready to run. Serve `app` with any WSGI server; `start` and `stop` what works around it."""

    app: Flask
    store: SqlStore
    engines: Engines
    broker: dramatiq.Broker
    notifier: Notifier | None
    worker: WorkerProcess | None
    lock: IO[bytes] | None
    probes: Probes | None = None

    def start(self) -> None:
        """Begin to work; after any fork."""
        for part in (self.notifier, self.worker, self.probes):
            if part is not None:
                part.start()

    def stop(self, drain_seconds: float = 20.0) -> None:
        """Let running reviews end within that time, give the rest back, close the database."""
        if self.worker is not None:
            self.worker.stop(drain_seconds)
        for part in (self.notifier, self.probes):
            if part is not None:
                part.stop()
        self.broker.close()
        self.engines.dispose()
        if self.lock is not None:
            self.lock.close()


def build(
    config: Config,
    reviewer: Reviewer | None = None,
    role: Role = "serve",
    adapters: Adapters = FORGES,
    rhythm: Rhythm = USUAL,
) -> Bot:
    """Everything but the web server. Raises ConfigError.

    Who does everything also brings the database up to date; of several processes none does it in passing.
    """
    refuse(config, role)
    with ExitStack() as undo:
        lock = sole_user(config.database)
        if lock is not None:
            undo.callback(lock.close)
        engines = open_database(config.database, migrate=role == "serve")
        undo.callback(engines.dispose)
        store = SqlStore(engines)
        if lock is not None:
            store.take_over()  # nobody else can be alive to hold a lease
        bot = _assemble(Forges(config, adapters), role, store, engines, lock, reviewer, rhythm)
        undo.pop_all()
    return bot


def _assemble(
    forges: Forges,
    role: Role,
    store: SqlStore,
    engines: Engines,
    lock: IO[bytes] | None,
    reviewer: Reviewer | None,
    rhythm: Rhythm,
) -> Bot:
    config = forges.config
    metrics, broker = Metrics(store), broker_for(config.broker)
    leases = HeldLeases(store, config.lease_seconds, metrics.lease_lost)
    metrics.running(leases.count)
    reviewer = reviewer or functools.partial(parent.run, limits=review_limits(config))
    turns = None if role == "web" else _turns(config, store)
    work = None if turns is None else _work(forges, store, leases, reviewer, metrics, turns, rhythm.patience)
    queue = Queue(broker, work)
    worker = None if work is None or turns is None else _worker(forges, engines, work, queue, turns, rhythm)
    notifier = Notifier(queue.notify) if config.broker else None
    problems: list[Callable[[], str]] = [store.ready]
    if worker is not None:
        problems.append(worker.problem)
    doubts = (queue.problem,) if config.broker and role == "web" else ()  # work is kept, and found by rounds
    if config.broker and not doubts:
        problems.append(queue.problem)
    notify: Callable[[WorkItem], None] = notifier.notify if notifier else queue.notify
    webhooks = {} if role == "worker" else forges.webhooks()
    deps = Deps(webhooks, store, notify, metrics, tuple(problems), metrics_port=config.metrics_port, doubts=doubts)
    app = create_app(deps)
    if role != "worker":
        tight = dataclasses.replace(TIGHT, confinement=config.limits.confinement)
        typed = functools.partial(parent.run, limits=tight)
        ask = functools.partial(health_checks, config, forges=forges)
        add_pages(app, pages(config, forges, store, typed, notify, problems, ask, reviewer))
    beside = probes(deps, config.host, config.probe_port) if config.probe_port else None
    return Bot(app, store, engines, broker, notifier, worker, lock, beside)


def _turns(config: Config, store: SqlStore) -> RoundRobin:
    fitness = Fitness((lambda: clock_problem(store), lambda: before_start.cache(config.cache_dir)))
    return RoundRobin(store, config.review_threads, config.repository_threads, fitness)


def _work(
    forges: Forges,
    store: SqlStore,
    leases: HeldLeases,
    reviewer: Reviewer,
    metrics: Metrics,
    turns: RoundRobin,
    patience: float,
) -> Worker:
    config = forges.config
    ledger = SqlLedger(store.engines)
    report, kept = links(config, store.engines).report, SqlArchive(store.engines).kept

    def budget(account: int | None, left: int) -> None:
        metrics.budget(account, left)
        turns.budget(account, left)

    ports = forges.ports(reviewer, ledger, report, budget, kept, metrics.cached, store.review_before)
    reconciler = Reconciler(
        store,
        SqlCatchUp(store.engines),
        forges.watches(budget),
        lambda place: ports(place).forge,
        timedelta(minutes=config.reconcile_minutes),
        timedelta(hours=config.sweep_hours),
    )
    return Worker(
        store=store,
        leases=leases,
        ports=ports,
        on_error=config.on_error,
        redact=Redactor.of(config.secrets()),
        count=metrics.worked,
        observe=metrics.reviewed,
        failed=metrics.failed,
        reconciler=reconciler,
        ledger=ledger,
        turns=turns,
        patience=patience,
    )


def _worker(
    forges: Forges, engines: Engines, work: Worker, queue: Queue, turns: RoundRobin, rhythm: Rhythm
) -> WorkerProcess:
    """The threads, who keeps house for them, and who tells what operators should hear of."""
    config = forges.config
    rhythm = dataclasses.replace(
        rhythm,
        quiet=config.ring_again_seconds,
        keep_deliveries_days=config.keep_deliveries_days,
        keep_reviews_days=config.keep_reviews_days,
    )
    tell = Notifications(config.notify, NoticeBox(engines), forges.change_url).tell

    def remind(now: datetime) -> None:
        work.remind(now)
        tell(now)

    return WorkerProcess(work.store, queue, work.leases, config.review_threads, rhythm, remind, turns, work.look)


def _try_a_review(limits: Limits) -> None:
    """A review of nothing: better told now than on the first change request."""
    try:
        parent.run(JudgeChange(Fetched("0", "0", {}, {}, {}), ""), limits)
    except ReviewFailed as failed:
        raise ConfigError(f"limits: not even a review of nothing succeeds here: {failed}") from failed


def serve(path: Path | None, role: Role = "serve") -> None:
    """Run until told to stop. Raises ConfigError before anything listens."""
    if not __debug__:
        raise ConfigError("python -O is not supported: libraries guard the hosts they talk to by assertions")
    config = load(path)
    redactor = Redactor.of(config.secrets())
    configure(config.log_level, redactor)
    for away in before_start.try_out(config, role):
        _log.warning("a server is away", what=away)
    if role != "web":
        _try_a_review(review_limits(config))
    if config.sentry_dsn is not None:
        report_to(config.sentry_dsn.get_secret_value(), redactor)
    wipe_environment(secret_variables())
    hide()
    Gunicorn(config, lambda: build(config, role=role)).run()
