"""What is counted for Prometheus: by few words only, and on a port of its own where that is asked for."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import (
    ContentsError,
    DamagedCopy,
    DiskFull,
    ForgeRefused,
    ForgeUnavailable,
    IamReviewError,
    NotNow,
    ReviewFailed,
    StoreUnavailable,
)
from bot.forges.event import CommandGiven, ReviewWanted
from bot.forges.port import ChangeRef
from bot.jobs.leases import HeldLeases
from bot.review.model import RulesAsOf
from bot.store.port import Delivery
from bot.store.work_items import ReviewChange
from bot.web.app import Deps, create_app
from bot.web.metrics import Metrics
from tests.fakes.reviews import review
from tests.fakes.store import fresh_store

NOW = datetime(2026, 11, 27, tzinfo=UTC)
REF = ChangeRef("github", "acme/infra", 7, 47)


def figures(metrics: Metrics) -> dict[str, float]:
    lines = metrics.text().decode().splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if line[:1] != "#")}


def refused(status: int) -> ForgeRefused:
    made = ForgeRefused("GET https://forge.invalid/repos/acme/secret-name")
    made.status = status
    return made


def answered(status: int) -> ContentsError:
    made = ContentsError("could not fetch from https://forge.invalid/acme/secret-name.git")
    made.status = status
    return made


FAILURES: list[tuple[Exception, bool, list[str]]] = [
    (
        refused(404),
        False,
        ['failures_total{again="no",kind="forge"}', 'forge_errors_total{forge="github",status="404"}'],
    ),
    (ForgeUnavailable("x"), True, ['forge_errors_total{forge="github",status="none"}']),
    (
        answered(503),
        True,
        ['failures_total{again="yes",kind="git"}', 'git_errors_total{forge="github",status="503"}'],
    ),
    (ContentsError("x"), False, ['git_errors_total{forge="github",status="none"}']),
    (DamagedCopy("x"), True, ['git_errors_total{forge="github",status="damaged"}']),
    (DiskFull("x"), True, ['git_errors_total{forge="github",status="full"}']),
    (StoreUnavailable("x"), True, ['failures_total{again="yes",kind="database"}']),
    (NotNow("x"), True, ['failures_total{again="yes",kind="later"}']),
    (ReviewFailed("x", "memory"), True, ['failures_total{again="yes",kind="review"}', 'kills_total{kind="memory"}']),
    (IamReviewError("x"), False, ['failures_total{again="no",kind="fault"}']),
    (KeyError("secret-name"), False, ['failures_total{again="no",kind="fault"}']),
]


@pytest.mark.parametrize(("error", "again", "counted"), FAILURES)
def test_failures(error: Exception, again: bool, counted: list[str], tmp_path: Path) -> None:
    metrics = Metrics(fresh_store(tmp_path))
    metrics.failed(error, "github", again)
    found = figures(metrics)
    assert all(found[f"iam_review_{name}"] == 1 for name in counted)
    assert b"secret-name" not in metrics.text()


def test_what_waits_by_kind_and_what_people_wait(tmp_path: Path) -> None:
    store = fresh_store(tmp_path)
    metrics = Metrics(store, lambda: NOW + timedelta(minutes=2))
    store.accept(Delivery("github", "1", "x", NOW, b""), ReviewWanted(REF, "a" * 40, "opened", from_fork=True))
    other = dataclasses.replace(REF, number=8)
    store.accept(Delivery("github", "2", "x", NOW, b""), CommandGiven(other, "c", "ada", "/iam help"))
    metrics.reviewed(dataclasses.replace(review(), rules_problems=("line 1",)), 12.0)
    metrics.reviewed(dataclasses.replace(review(), earlier_rules=RulesAsOf("b" * 40, ("line 1",))), 0.5)
    metrics.cached("bytes", 4096)
    metrics.cached("dropped", 1)
    found = figures(metrics)
    assert found['iam_review_waiting{kind="fork"}'] == found['iam_review_waiting{kind="command"}'] == 1
    assert found['iam_review_waiting_seconds{kind="fork"}'] == 120
    assert found['iam_review_waiting{kind="sweep"}'] == found['iam_review_waiting_seconds{kind="sweep"}'] == 0
    assert found['iam_review_verdict_seconds_bucket{le="10.0"}'] == 1
    assert found['iam_review_verdict_seconds_bucket{le="20.0"}'] == 2
    assert [found[f'iam_review_broken_rules_total{{instead="{one}"}}'] for one in ("nothing", "earlier")] == [1, 1]
    assert found["iam_review_cache_dropped_total"] == 1
    assert found["iam_review_cache_bytes"] == 4096
    assert any(re.match(r'iam_review_build_info\{python="3\.\d+\.\d+",version="', name) for name in found)


def test_leases_held_and_lost(tmp_path: Path) -> None:
    store = fresh_store(tmp_path)
    metrics = Metrics(store)
    leases = HeldLeases(store, lost=metrics.lease_lost)
    metrics.running(leases.count)
    store.accept(Delivery("github", "1", "x", NOW, b""), ReviewWanted(REF, "a" * 40, "opened"))
    lease = store.claim(ReviewChange(REF), NOW, 60)
    assert lease and lease.delivery == "1" and lease.since == NOW
    with leases.hold(lease):
        assert figures(metrics)["iam_review_running"] == 1
        assert store.claim(ReviewChange(REF), NOW + timedelta(minutes=2), 60)
        leases.renew(NOW + timedelta(minutes=2))
        leases.renew(NOW + timedelta(minutes=2))
    found = figures(metrics)
    assert (found["iam_review_running"], found["iam_review_leases_lost_total"]) == (0, 1)


def test_metrics_on_a_port_of_their_own(tmp_path: Path) -> None:
    store = fresh_store(tmp_path)
    client = create_app(Deps({}, store, lambda item: None, Metrics(store), metrics_port=9090)).test_client()
    for port, path, status in ((8080, "/metrics", 404), (9090, "/metrics", 200), (9090, "/healthz", 404)):
        assert client.get(path, base_url=f"http://127.0.0.1:{port}").status_code == status
    assert client.get("/healthz", base_url="http://127.0.0.1:8080").status_code == 200
