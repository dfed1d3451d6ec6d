"""What holds a review's process is told: by doctor, by a metric, and where it is required but cannot be had."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bot.config import Config
from bot.errors import ConfigError, ReviewFailed
from bot.forges.health import CheckResult
from bot.review.model import Stats
from bot.review_config.settings import ReviewConfig
from bot.review_process import parent
from bot.review_process.parent import Limits
from bot.review_process.protocol import JudgeChange, Reviewed
from bot.web.metrics import Metrics
from bot.wiring import doctor, server
from bot.wiring.settings import load
from tests.fakes.reviews import review
from tests.fakes.store import fresh_store

SECRETS = {"IAM_REVIEW_GITHUB__TOKEN": "t", "IAM_REVIEW_GITHUB__WEBHOOK_SECRET": "s" * 20}
SAID = {
    (): ("warn", "no Landlock: a review could read what this user may read (nothing in force)"),
    ("calls",): ("warn", "no Landlock: a review could read what this user may read (calls in force)"),
    ("files",): ("warn", "no filter of system calls on "),
    ("files", "calls"): ("ok", "files, calls; Landlock version "),
}
REFUSAL = "the review did not begin: this kernel cannot confine it, and limits.confinement is required"


def configured(confinement: str) -> Config:
    """A server's configuration with that setting."""
    return load(None, {**SECRETS, "IAM_REVIEW_LIMITS__CONFINEMENT": confinement})


def looked(config: Config) -> dict[str, CheckResult]:
    """What `doctor` finds about reviews."""
    (check,) = (check for check in doctor.health_checks(config) if check.about == "reviews")
    return {result.about: result for result in check.probe()}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such means")
@pytest.mark.parametrize("held", SAID)
def test_doctor(held: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    answered = Reviewed(review(stats=Stats(confinement=held)), ReviewConfig())
    asked: list[Limits] = []

    def run(request: JudgeChange, limits: Limits) -> Reviewed:
        asked.append(limits)
        return answered

    monkeypatch.setattr(parent, "run", run)
    state, said = SAID[held]
    result = looked(configured("best"))["confinement"]
    assert (result.state, result.said[: len(said)]) == (state, said)
    looked(configured("required"))
    assert [limits.confinement for limits in asked] == ["best", "required"]


def test_the_server_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(request: JudgeChange, limits: Limits) -> Reviewed:
        assert limits.confinement == "required"
        raise ReviewFailed(REFUSAL)

    monkeypatch.setattr(parent, "run", run)
    for name, value in {**SECRETS, "IAM_REVIEW_LIMITS__CONFINEMENT": "required"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=REFUSAL):
        server.serve(None)


HELD = [((), "nothing"), (("files",), "files"), (("files", "calls"), "files+calls")]


@pytest.mark.parametrize(("held", "told"), HELD)
def test_a_metric(tmp_path: Path, held: tuple[str, ...], told: str) -> None:
    metrics = Metrics(fresh_store(tmp_path))
    metrics.reviewed(review(stats=Stats(roots=1, confinement=("no new privileges", *held))), 1.0)
    metrics.reviewed(review(stats=Stats()), 1.0)
    assert f'iam_review_confinement_total{{held="{told}"}} 1.0' in metrics.text().decode()
    assert metrics.text().decode().count("iam_review_confinement_total{") == 1


PYTHONS = [
    ((3, 11, 7), True, "warn"),
    ((3, 11, 7), False, "ok"),
    ((3, 11, 14), True, "ok"),
    ((3, 12, 11), True, "warn"),
    ((3, 13, 5), True, "warn"),
    ((3, 13, 6), True, "ok"),
    ((3, 14, 0), True, "ok"),
]


@pytest.mark.parametrize(("version", "fetches", "state"), PYTHONS)
def test_pythons_that_read_some_archives_for_ever(version: tuple[int, int, int], fetches: bool, state: str) -> None:
    assert doctor._python(fetches, version).state == state
