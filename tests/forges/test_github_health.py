"""What the doctor finds at GitHub, over real HTTP against the sandbox."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.errors import ForgeRefused
from bot.fake_forge.sandbox import Sandbox
from bot.fake_forge.world import PullRequest
from bot.forges.github.connection import AppLogin, GitHubServer
from bot.forges.github.health import app_health, installation_of, rule_health, token_health
from bot.forges.health import CheckResult
from tests.fake_forge.fixtures import HURRIED, app_forge, token_forge

HOOK = "http://127.0.0.1:9/hooks/github"


def _asked(sandbox: Sandbox, hook: str = HOOK) -> dict[str, CheckResult]:
    server = GitHubServer(AppLogin(sandbox.app_id, sandbox.private_key), sandbox.api_url, HURRIED)
    api = server.application()
    assert api is not None
    return {symptom.about: symptom for symptom in app_health(api, hook)}


def _permission_gone(sandbox: Sandbox) -> None:
    sandbox.github.access.permissions["checks"] = "read"


def _permission_too_wide(sandbox: Sandbox) -> None:
    sandbox.github.access.permissions["administration"] = "write"


def _without(*events: str) -> Callable[[Sandbox], None]:
    """The App is not subscribed to these."""

    def happened(sandbox: Sandbox) -> None:
        application = sandbox.github.shapes.application
        left = tuple(event for event in application.events if event not in events)
        object.__setattr__(application, "events", left)

    return happened


CASES: list[tuple[str, Callable[[Sandbox], None], str, str, str]] = [
    ("permissions", lambda _: None, "ok", "all that are needed", ""),
    ("permissions", _permission_gone, "fail", "missing: checks: write", "grant them"),
    ("permissions", _permission_too_wide, "warn", "more than needed: administration: write", "take away"),
    ("events", lambda _: None, "ok", "all that are needed", ""),
    ("events", _without("pull_request_review"), "warn", "what accept_by_approval accepts", "subscribe"),
    ("events", _without("check_run", "pull_request_review"), "fail", "not subscribed: check_run", "subscribe"),
    ("webhook", lambda _: None, "ok", HOOK, ""),
    ("webhook", lambda s: setattr(s.deliveries, "url", "http://127.0.0.1:9/other"), "fail", "other", HOOK),
    ("webhook", lambda s: setattr(s.deliveries, "url", ""), "fail", "no webhook address", HOOK),
    ("installations", lambda _: None, "ok", "1", ""),
]


@pytest.mark.parametrize(("about", "happened", "state", "said", "remedy"), CASES)
def test_app(
    sandbox: Sandbox, about: str, happened: Callable[[Sandbox], None], state: str, said: str, remedy: str
) -> None:
    sandbox.deliveries.url = HOOK
    happened(sandbox)
    found = _asked(sandbox)[about]
    assert (found.state, said in found.said, remedy in found.remedy) == (state, True, True), found


def test_deliveries(sandbox: Sandbox) -> None:
    assert _asked(sandbox)["deliveries"].state == "warn"
    sandbox.send_webhooks_to(HOOK)
    sandbox.deliveries.settle()
    found = _asked(sandbox)["deliveries"]
    assert (found.state, "0 of the newest 1 arrived" in found.said) == ("fail", True)


def _rules(sandbox: Sandbox, pull: PullRequest) -> CheckResult:
    (found,) = rule_health(app_forge(sandbox).connection.api, pull.repository.full_name, sandbox.app_id)
    return found


def test_rule_that_requires_our_check_from_us(sandbox: Sandbox, pull: PullRequest) -> None:
    assert _rules(sandbox, pull).state == "ok"


def test_rule_that_takes_the_check_from_anybody(sandbox: Sandbox, pull: PullRequest) -> None:
    pull.repository.any_source = True
    found = _rules(sandbox, pull)
    assert (found.state, f"id {sandbox.app_id}" in found.remedy) == ("warn", True)


def test_no_rule(sandbox: Sandbox, pull: PullRequest) -> None:
    pull.repository.required_checks.clear()
    assert "without the check" in _rules(sandbox, pull).said


def test_repository_that_is_not_ours(sandbox: Sandbox, pull: PullRequest) -> None:
    (found,) = rule_health(app_forge(sandbox).connection.api, "acme/unknown", 1)
    assert found.state == "fail"


def test_token(sandbox: Sandbox, pull: PullRequest) -> None:
    (found,) = token_health(token_forge(sandbox).connection.api)
    assert (found.state, "review-bot" in found.said) == ("warn", True)


def test_installation_of_a_repository(sandbox: Sandbox, pull: PullRequest) -> None:
    server = GitHubServer(AppLogin(sandbox.app_id, sandbox.private_key), sandbox.api_url, HURRIED)
    api = server.application()
    assert api is not None
    assert installation_of(api, pull.repository.full_name) == sandbox.installation
    with pytest.raises(ForgeRefused):
        installation_of(api, "acme/unknown")
