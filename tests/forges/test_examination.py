"""The doctor asks on where one question cannot be asked, and says what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.config import Config
from bot.errors import ForgeUnavailable
from bot.forges.event import ReviewWanted
from bot.forges.examination import HealthCheck, examine, line
from bot.forges.github.section import GitHubConfig
from bot.forges.health import CheckResult, doubtful, fine
from bot.forges.port import ChangeRef
from bot.store.database import connect
from bot.store.migrate import upgrade
from bot.store.port import Delivery
from bot.store.sql import SqlStore
from bot.wiring.doctor import health_checks
from bot.wiring.settings import SERVER_CONFIG


def _away() -> Iterator[CheckResult]:
    yield fine("GitHub App", "signed in")
    raise ForgeUnavailable("GET /app: 503")


def test_a_question_that_fails_is_a_symptom_and_the_next_is_asked() -> None:
    found = examine([HealthCheck("GitHub", _away), HealthCheck("data", lambda: [fine("data", "new")])])
    assert [(one.about, one.state) for one in found] == [("GitHub App", "ok"), ("GitHub", "fail"), ("data", "ok")]


def test_a_question_with_a_fault_is_a_symptom_too() -> None:
    def faulty() -> Iterator[CheckResult]:
        raise AttributeError("'list' has no get")
        yield

    [fault, data] = examine([HealthCheck("GitLab", faulty), HealthCheck("data", lambda: [fine("data", "new")])])
    assert (fault.about, fault.state, data.state) == ("GitLab", "fail", "ok")
    assert fault.said == "could not be looked at: AttributeError: 'list' has no get"


def test_lines() -> None:
    assert line(fine("git", "2.45")) == "ok    git: 2.45"
    assert line(doubtful("pages", "no address", "set one")) == "warn  pages: no address\n      -> set one"


def _states(results: Iterable[CheckResult]) -> dict[str, str]:
    return {one.about: one.state for one in results}


def _config(directory: Path) -> Config:
    github = GitHubConfig(webhook_secret="s" * 16, token="t", base_url="http://127.0.0.1:9")  # type: ignore[arg-type]
    return SERVER_CONFIG.model_validate({"database": f"sqlite:///{directory}/db.sqlite", "github": github})


def test_a_fresh_machine(tmp_path: Path) -> None:
    found = _states(examine(health_checks(_config(tmp_path), ["github:acme/infra", "bitbucket:acme/infra"])))
    assert (found["git"], found["reviews"]) == ("ok", "ok")
    assert found["database"] == "fail"
    assert found["pages"] == "warn"
    assert (found["GitHub"], found["github:acme/infra"], found["bitbucket:acme/infra"]) == ("fail", "fail", "fail")


def test_a_database_that_is_no_address(tmp_path: Path) -> None:
    config = _config(tmp_path).model_copy(update={"database": "x.sqlite"})
    found = list(examine(one for one in health_checks(config) if one.about in ("database", "disks", "clock")))
    assert [one.about for one in found if one.state == "fail"] == ["database", "clock"]
    assert not [one for one in found if "could not be looked at" in one.said]


@pytest.mark.parametrize(("seconds", "state"), [(None, "ok"), (200, "ok"), (310, "fail")])
def test_a_database_that_is_ready_and_how_long_work_waits(tmp_path: Path, seconds: int | None, state: str) -> None:
    config = _config(tmp_path)
    engines = connect(config.database)
    upgrade(engines.write)
    if seconds is not None:
        delivery = Delivery("github", "1", "x", datetime.now(UTC) - timedelta(seconds=seconds), b"{}")
        SqlStore(engines).accept(delivery, ReviewWanted(ChangeRef("github", "acme/infra", 7), "a" * 40, "pushed"))
    engines.dispose()
    found = _states(examine([one for one in health_checks(config) if one.about == "database"]))
    assert found == {"database": "ok", "work": state}
