"""Which deliveries GitHub is asked for again, and which repositories an App is installed on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.fake_forge.sandbox import Sandbox
from bot.forges.github.connection import AppLogin, GitHubServer
from bot.forges.github.watch import GitHubWatch, failed
from bot.forges.port import RepositoryRef
from tests.fake_forge.fixtures import BASE, HEAD, HURRIED, sandbox
from tests.places import TESTS
from tests.yaml_files import read_yaml

__all__ = ["sandbox"]

CASES: dict[str, Any] = read_yaml((TESTS / "cases" / "webhooks" / "failed_deliveries.yaml").read_text())
NOW = datetime(2026, 1, 10, tzinfo=UTC)


def attempt(number: int, guid: str, hours: float, status: int) -> dict[str, object]:
    at = (NOW - timedelta(hours=hours)).isoformat().replace("+00:00", "Z")
    return {"id": number, "guid": guid, "delivered_at": at, "status_code": status}


@pytest.mark.parametrize("name", CASES)
def test_failed_deliveries(name: str) -> None:
    case = CASES[name]
    assert failed([attempt(*row) for row in case["attempts"]], NOW) == case["again"]


def test_the_search_ends_where_all_is_well_for_long() -> None:
    well = [attempt(number, f"w{number}", 2, 202) for number in range(1000, 700, -1)]
    assert failed([*well, attempt(1, "a", 3, 500)], NOW) == []
    assert failed([*well[:100], attempt(1, "a", 3, 500)], NOW) == [1]


def watch(sandbox: Sandbox, *allowed: int) -> GitHubWatch:
    server = GitHubServer(AppLogin(sandbox.app_id, sandbox.private_key), sandbox.api_url, HURRIED)

    def app() -> Any:
        return server.application()

    return GitHubWatch("github", app, lambda number: server.connect(number).api, allowed)


def test_what_a_bot_that_was_away_missed_comes_again(sandbox: Sandbox) -> None:
    sandbox.send_webhooks_to("http://127.0.0.1:9/nobody")
    sandbox.open_pull(sandbox.create_repository("acme/infra", BASE), HEAD)
    sandbox.deliveries.settle()
    assert watch(sandbox).send_again(datetime.now(UTC)) == 2
    sandbox.deliveries.settle()
    assert [delivery.answers for delivery in sandbox.deliveries.sent] == [[0, 0], [0, 0]]


def test_failed_deliveries_on_several_pages(sandbox: Sandbox) -> None:
    pull = sandbox.open_pull(sandbox.create_repository("acme/infra", BASE), HEAD)
    sandbox.deliveries.held = True
    for _ in range(120):
        sandbox.comment(pull, "ada", "hello")
    for delivery in sandbox.deliveries.sent:
        delivery.answers.append(500)
    assert watch(sandbox).send_again(datetime.now(UTC)) == len(sandbox.deliveries.sent) > 100


def test_repositories_of_allowed_installations(sandbox: Sandbox) -> None:
    for name in ("acme/infra", "acme/roles"):
        sandbox.create_repository(name, BASE)
    number = sandbox.installation
    found = [RepositoryRef("github", name, number) for name in ("acme/infra", "acme/roles")]
    assert list(watch(sandbox).repositories()) == list(watch(sandbox, number).repositories()) == found
    assert list(watch(sandbox, 1).repositories()) == []


def test_repositories_on_several_pages(sandbox: Sandbox) -> None:
    git = sandbox.create_repository("acme/infra", BASE).git
    for number in range(120):
        sandbox.borrow_repository(f"acme/more-{number}", git.directory, "main")
    assert len(list(watch(sandbox).repositories())) == 121
