"""What is counted and measured, in Prometheus' text format."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.errors import StoreUnavailable
from bot.review.model import Review
from bot.review_process.confine import CALLS, FILES
from bot.store.port import Store


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
        self._reviews = Counter("iam_review_reviews", "Reviews by grade.", ["grade"], registry=self._registry)
        self._gaps = Counter(
            "iam_review_gaps", "Changed gaps that can carry policy, by kind.", ["kind"], registry=self._registry
        )
        self._confined = Counter(
            "iam_review_confinement",
            "Reviews by what the kernel held their process to: files (Landlock) and calls (seccomp), or nothing.",
            ["held"],
            registry=self._registry,
        )
        self._undecided = Counter("iam_review_undecided", "Undecided findings.", registry=self._registry)
        self._seconds = Histogram(
            "iam_review_review_seconds",
            "Seconds from the start of a review to its last word on the forge.",
            registry=self._registry,
            buckets=(0.5, 1, 2, 5, 10, 20, 40, 80, 160),
        )
        self._budget = Gauge(
            "iam_review_api_requests_left",
            "Requests the forge still answers this hour.",
            ["installation"],
            registry=self._registry,
        )
        self._registry.register(_Backlog(store, now))

    def delivered(self, result: str, started: float) -> None:
        """Count a delivery that arrived at `started`, a `time.monotonic()`."""
        self._deliveries.labels(result).inc()
        self._answers.observe(time.monotonic() - started)

    def worked(self, result: str) -> None:
        """Count a job's result."""
        self._work.labels(result).inc()

    def reviewed(self, review: Review) -> None:
        """Count what a review found and could not look into."""
        self._reviews.labels(review.grade).inc()
        self._undecided.inc(len(review.undecided))
        self._seconds.observe(review.stats.seconds)
        if review.stats.roots:  # else nothing of it was read, in no process
            held = "+".join(means for means in (FILES, CALLS) if means in review.stats.confinement)
            self._confined.labels(held or "nothing").inc()
        for gap in review.gaps:
            if gap.changed and gap.carries_policy:
                self._gaps.labels(gap.kind or "other").inc()

    def budget(self, installation: int | None, left: int) -> None:
        """Keep how many requests the forge still answers this hour."""
        self._budget.labels("" if installation is None else str(installation)).set(left)

    def text(self) -> bytes:
        """Everything, as Prometheus reads it."""
        return generate_latest(self._registry)


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
