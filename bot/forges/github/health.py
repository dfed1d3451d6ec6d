"""Looks at a GitHub App, or a token, from GitHub's side: permissions, events, webhook, deliveries, branch rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any
from urllib.parse import quote

from bot.forges.github.api import Api, read
from bot.forges.github.watch import DELIVERIES
from bot.forges.health import CHECK_NAME, CheckResult, broken, doubtful, fine
from bot.forges.rest import NotFound

PERMISSIONS: Mapping[str, str] = {
    "metadata": "read",
    "contents": "read",
    "pull_requests": "write",
    "checks": "write",
    "merge_queues": "read",
}
"""What the App needs, by GitHub's names."""

EVENTS = ("pull_request", "issue_comment", "pull_request_review_comment", "check_run", "check_suite", "merge_group")
APPROVALS = "pull_request_review"
"""The event that `accept_by_approval` needs besides."""

_RANK = {"": 0, "read": 1, "write": 2, "admin": 3}
_RECENT = 30


def app_health(api: Api, hook: str) -> Iterator[CheckResult]:
    """As the App itself; `hook` is the address its deliveries should go to, "" if that is not known."""
    app = api.get("/app")
    name = read(app, "slug", str)
    yield fine("GitHub App", f"signed in as {name}")
    yield _permissions(app.get("permissions") or {}, name)
    yield _events(app.get("events") or [], name)
    yield _hook(api.get("/app/hook/config"), hook)
    yield _deliveries(list(islice(api.linked(DELIVERIES), _RECENT)))
    yield _installations(list(api.items("/app/installations")), name)


def token_health(api: Api) -> Iterator[CheckResult]:
    """With a token instead of an App."""
    login = read(api.get("/user"), "login", str)
    yield doubtful(
        "GitHub token",
        f"speaks as {login}: a commit status instead of a check run, no buttons, no repair of missed deliveries",
        "a GitHub App can do all of it: see /setup",
    )


def installation_of(api: Api, repository: str) -> int:
    """The App's installation that covers a repository. Raises ForgeRefused if there is none."""
    return read(api.get(f"/repos/{repository}/installation"), "id", int)


def rule_health(api: Api, repository: str, app_id: int | None) -> Iterator[CheckResult]:
    """Whether the default branch's rules require our check, and from us alone."""
    about = f"rules of {repository}"
    try:
        branch = read(api.get(f"/repos/{repository}"), "default_branch", str)
        rules = list(api.items(f"/repos/{repository}/rules/branches/{quote(branch, safe='')}"))
    except NotFound:
        yield broken(about, "the repository is not there, or not for us", "install the App on it")
        return
    required = [
        check
        for rule in rules
        if rule.get("type") == "required_status_checks"
        for check in (rule.get("parameters") or {}).get("required_status_checks", [])
        if check.get("context") == CHECK_NAME
    ]
    yield _rule(about, branch, required, app_id)


def _permissions(given: Mapping[str, str], name: str) -> CheckResult:
    missing = [f"{wanted}: {level}" for wanted, level in PERMISSIONS.items() if _rank(given, wanted) < _RANK[level]]
    if missing:
        return broken(
            "permissions", f"missing: {', '.join(missing)}", f"grant them to the App {name} and approve the change"
        )
    more = [f"{got}: {level}" for got, level in given.items() if got not in PERMISSIONS and level in ("write", "admin")]
    optional = {"statuses: write", "issues: write", "security_events: write"}
    if set(more) - optional:
        said = f"more than needed: {', '.join(sorted(set(more) - optional))}"
        return doubtful("permissions", said, "take away what nothing here uses")
    return fine("permissions", "all that are needed")


def _rank(given: Mapping[str, str], name: str) -> int:
    return _RANK.get(str(given.get(name, "")), 0)


def _events(given: list[str], name: str) -> CheckResult:
    missing = [event for event in EVENTS if event not in given]
    if missing:
        return broken("events", f"not subscribed: {', '.join(missing)}", f"subscribe the App {name} to them")
    if APPROVALS not in given:
        said = f"not subscribed: {APPROVALS}; what accept_by_approval accepts is seen by the next review only"
        return doubtful("events", said, f"subscribe the App {name} to it")
    return fine("events", "all that are needed")


def _hook(config: Mapping[str, Any], expected: str) -> CheckResult:
    address = str(config.get("url") or "")
    if not address.startswith("http"):  # the client library puts the request's own path where GitHub gives none
        return broken(
            "webhook", "the App has no webhook address", f"set it to {expected or 'https://HOST/hooks/github'}"
        )
    if expected and address != expected:
        return broken("webhook", f"deliveries go to {address}", f"set the App's webhook to {expected}")
    if str(config.get("content_type")) != "json":
        return broken("webhook", "deliveries are sent as forms", "set the content type to application/json")
    if not config.get("secret"):
        return broken("webhook", "deliveries are not signed", "set the App's webhook secret, the same as here")
    if str(config.get("insecure_ssl", "0")) != "0":
        return doubtful("webhook", "certificates are not verified", "enable SSL verification")
    return fine("webhook", address)


def _deliveries(newest: list[Mapping[str, Any]]) -> CheckResult:
    if not newest:
        return doubtful("deliveries", "there has been none", "open or push to a pull request, and look again")
    bad = [one for one in newest if not 200 <= int(one.get("status_code") or 0) < 300]
    said = f"{len(newest) - len(bad)} of the newest {len(newest)} arrived"
    if not bad:
        return fine("deliveries", said)
    remedy = f"the newest failure was answered with {bad[0].get('status_code')}: see the App's recent deliveries"
    return (broken if newest[0] is bad[0] else doubtful)("deliveries", said, remedy)


def _installations(found: list[Mapping[str, Any]], name: str) -> CheckResult:
    active = [one for one in found if not one.get("suspended_at")]
    if not active:
        return broken("installations", "the App is installed nowhere", f"install {name} on an organisation or account")
    pending = len(found) - len(active)
    return fine("installations", f"{len(active)}{f' and {pending} suspended' if pending else ''}")


def _rule(about: str, branch: str, required: list[Mapping[str, Any]], app_id: int | None) -> CheckResult:
    if not required:
        return doubtful(
            about,
            f"{branch} can be merged into without the check {CHECK_NAME}",
            f"require {CHECK_NAME} in a branch ruleset once the mode is enforce",
        )
    if app_id is not None and any(check.get("integration_id") != app_id for check in required):
        return doubtful(
            about,
            f"{branch} requires {CHECK_NAME}, but from anybody: another App or a token could set it",
            f"choose this App (id {app_id}) as the check's source",
        )
    return fine(about, f"{branch} requires {CHECK_NAME}")
