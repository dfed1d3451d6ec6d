"""What is counted and measured, in Prometheus' text format."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot import __version__
from bot.errors import (
    ContentsError,
    DamagedCopy,
    DiskFull,
    ForgeError,
    NotNow,
    ReviewFailed,
    StoreUnavailable,
)
from bot.review.model import Review
from bot.review_process.confine import CALLS, FILES
from bot.risk.verdict import changed_gaps
from bot.store.port import Store
from bot.store.waiting import Urgency

_KINDS: tuple[tuple[type[Exception], str], ...] = (
    (ForgeError, "forge"),
    (ContentsError, "git"),
    (StoreUnavailable, "database"),
    (ReviewFailed, "review"),
    (NotNow, "later"),
)


class Metrics:
    """Counts of this process; the backlog, everybody's, is read from the store when asked for."""

    def __init__(self, store: Store, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._registry = CollectorRegistry()
        self._deliveries = Counter(
            "iam_review_deliveries", "Webhook deliveries by what became of them.", ["result"], registry=self._registry
        )
        self._work = Counter(
            "iam_review_work", "Work on change requests by its result.", ["result"], registry=self._registry
        )
        self._answers = Histogram(
            "iam_review_webhook_seconds",
            "Seconds until a webhook was answered.",
            registry=self._registry,
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
        )
        self._budget = Gauge(
            "iam_review_api_requests_left",
            "Requests the forge still answers this hour.",
            ["installation"],
            registry=self._registry,
        )
        self._cache = Gauge("iam_review_cache_bytes", "Bytes of cached copies.", registry=self._registry)
        self._running = Gauge("iam_review_running", "Work that goes on in this process.", registry=self._registry)
        build = Gauge("iam_review_build_info", "Of this process.", ["version", "python"], registry=self._registry)
        build.labels(__version__, platform.python_version()).set(1)
        self._reviews = _Reviews(self._registry)
        self._troubles = _Troubles(self._registry)
        self._registry.register(_Backlog(store, now))

    def failed(self, error: Exception, forge: str, again: bool) -> None:
        """Count an attempt that ended in `error`; `again`: there will be another."""
        kind = next((name for kind, name in _KINDS if isinstance(error, kind)), "fault")
        self._troubles.failures.labels(kind, "yes" if again else "no").inc()
        if isinstance(error, ReviewFailed):
            self._troubles.kills.labels(error.kind).inc()
        if isinstance(error, ForgeError):
            self._troubles.forge_errors.labels(forge, str(error.status or "none")).inc()
        if isinstance(error, ContentsError):
            self._troubles.git_errors.labels(forge, _git_status(error)).inc()

    def cached(self, what: str, number: int) -> None:
        """Keep what the cache says: its "bytes", or that a copy was "dropped"."""
        if what == "bytes":
            self._cache.set(number)
        else:
            self._troubles.dropped.inc(number)

    def lease_lost(self) -> None:
        """Count a lease that another process has."""
        self._troubles.lost.inc()

    def running(self, count: Callable[[], int]) -> None:
        """Ask `count` how much work goes on whenever somebody wants to know."""
        self._running.set_function(count)

    def delivered(self, result: str, started: float) -> None:
        """Count a delivery that arrived at `started`, a `time.monotonic()`."""
        self._deliveries.labels(result).inc()
        self._answers.observe(time.monotonic() - started)

    def worked(self, result: str) -> None:
        """Count a job's result."""
        self._work.labels(result).inc()

    def reviewed(self, review: Review, waited: float) -> None:
        """Count what a review found and could not look into, and how many seconds people waited for it."""
        self._reviews.verdicts.observe(waited)
        if review.rules_problems or review.earlier_rules is not None:
            self._reviews.broken_rules.labels("nothing" if review.rules_problems else "earlier").inc()
        self._reviews.reviews.labels(review.grade).inc()
        self._reviews.undecided.inc(len(review.undecided))
        self._reviews.seconds.observe(review.stats.seconds)
        if review.stats.roots:  # else nothing of it was read, in no process
            held = "+".join(means for means in (FILES, CALLS) if means in review.stats.confinement)
            self._reviews.confined.labels(held or "nothing").inc()
        for gap in changed_gaps(review):
            self._reviews.gaps.labels(gap.kind or "other").inc()

    def budget(self, installation: int | None, left: int) -> None:
        """Keep how many requests the forge still answers this hour."""
        self._budget.labels("" if installation is None else str(installation)).set(left)

    def text(self) -> bytes:
        """Everything, as Prometheus reads it."""
        return generate_latest(self._registry)


def _git_status(error: ContentsError) -> str:
    if isinstance(error, DamagedCopy):
        return "full" if isinstance(error, DiskFull) else "damaged"
    return str(error.status or "none")


class _Reviews:
    """What a review counts."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.reviews = Counter("iam_review_reviews", "Reviews by grade.", ["grade"], registry=registry)
        self.gaps = Counter(
            "iam_review_gaps", "Changed gaps that can carry policy, by kind.", ["kind"], registry=registry
        )
        self.confined = Counter(
            "iam_review_confinement",
            "Reviews by what the kernel held their process to: files (Landlock) and calls (seccomp), or nothing.",
            ["held"],
            registry=registry,
        )
        self.undecided = Counter("iam_review_undecided", "Undecided findings.", registry=registry)
        self.seconds = Histogram(
            "iam_review_review_seconds",
            "Seconds from the start of a review to its last word on the forge.",
            registry=registry,
            buckets=(0.5, 1, 2, 5, 10, 20, 40, 80, 160),
        )
        self.verdicts = Histogram(
            "iam_review_verdict_seconds",
            "Seconds from the delivery that asked for it to the verdict: what people wait.",
            registry=registry,
            buckets=(1, 2, 5, 10, 20, 40, 60, 120, 300, 600, 1800, 3600),
        )
        self.broken_rules = Counter(
            "iam_review_broken_rules",
            "Reviews where a repository's rules cannot be read, by what counts instead.",
            ("instead",),
            registry=registry,
        )


class _Troubles:
    """What went wrong."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.failures = Counter(
            "iam_review_failures",
            "Attempts that failed, by what failed and whether there will be another.",
            ["kind", "again"],
            registry=registry,
        )
        self.kills = Counter(
            "iam_review_kills",
            "Reviews whose process ended without an answer, by why.",
            ["kind"],
            registry=registry,
        )
        self.forge_errors = Counter(
            "iam_review_forge_errors",
            "Answers of a forge that ended an attempt, by status; none: it did not answer.",
            ["forge", "status"],
            registry=registry,
        )
        self.git_errors = Counter(
            "iam_review_git_errors",
            "Failures of git that ended an attempt, by the HTTP status it was answered; none: there was none; damaged "
            "and full: its copy here was damaged, or found no room.",
            ["forge", "status"],
            registry=registry,
        )
        self.lost = Counter("iam_review_leases_lost", "Leases that another process took over.", registry=registry)
        self.dropped = Counter("iam_review_cache_dropped", "Cached copies thrown away as damaged.", registry=registry)


class _Backlog(Collector):
    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store, self._now = store, now

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterable[Metric]:
        try:
            backlog = self._store.backlog()
        except StoreUnavailable:  # the other figures are wanted all the more
            yield GaugeMetricFamily("iam_review_store_up", "Whether the database answers.", 0)
            return
        yield GaugeMetricFamily("iam_review_store_up", "Whether the database answers.", 1)
        age = 0.0 if backlog.oldest is None else (self._now() - backlog.oldest).total_seconds()
        yield GaugeMetricFamily("iam_review_pending", "Change requests with unfinished work.", backlog.pending)
        yield GaugeMetricFamily("iam_review_oldest_pending_seconds", "Age of the oldest unfinished work.", age)
        yield GaugeMetricFamily("iam_review_dead", "Change requests that were given up.", backlog.dead)
        waiting = GaugeMetricFamily("iam_review_waiting", "Unfinished work, by how urgent it is.", labels=["kind"])
        ages = GaugeMetricFamily("iam_review_waiting_seconds", "Age of the oldest of it.", labels=["kind"])
        for kind in Urgency:
            count, since = backlog.kinds.get(kind.name.lower(), (0, self._now()))
            waiting.add_metric([kind.name.lower()], count)
            ages.add_metric([kind.name.lower()], max((self._now() - since).total_seconds(), 0.0))
        yield waiting
        yield ages
