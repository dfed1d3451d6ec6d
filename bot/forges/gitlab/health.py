"""Looks at a GitLab token from GitLab's side: who it is, what it may, until when; and at a project's settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import quote

from bot.errors import ForgeRefused
from bot.forges.gitlab.api import Api, read
from bot.forges.health import CheckResult, broken, doubtful, fine

_SOON = 14
_DEVELOPER = 30


def token_health(api: Api, today: date) -> Iterator[CheckResult]:
    """Who the token is, its scopes and its end."""
    yield fine("GitLab token", f"speaks as {read(api.get('/user'), 'username', str)}")
    try:
        token = api.get("/personal_access_tokens/self")
    except ForgeRefused:
        yield doubtful("token", "GitLab does not tell of its scopes and end", "see that it has the scope api")
        return
    scopes = [str(scope) for scope in token.get("scopes") or []]
    if "api" not in scopes:
        yield broken("token", f"its scopes are {', '.join(scopes) or 'none'}", "make one with the scope api")
    else:
        yield fine("token", "has the scope api")
    if token.get("expires_at"):
        yield _end(date.fromisoformat(str(token["expires_at"])[:10]), today)


def project_health(api: Api, project: str) -> Iterator[CheckResult]:
    """What the token may in a project, and whether a failed pipeline keeps a merge request from being merged."""
    about = f"project {project}"
    try:
        found = api.get(f"/projects/{quote(project, safe='')}")
    except ForgeRefused as error:
        yield broken(about, f"cannot be read: {error}", "add the token's user to it as Developer")
        return
    access = found.get("permissions") or {}
    level = max(int((access.get(kind) or {}).get("access_level") or 0) for kind in ("project_access", "group_access"))
    if level < _DEVELOPER:
        yield broken(about, f"the token's access level is {level}", "give it the role Developer (30)")
    else:
        yield fine(about, f"the token's access level is {level}")
    yield from _gates(api, project, found)


def _gates(api: Api, project: str, found: Mapping[str, Any]) -> Iterator[CheckResult]:
    """Whether a red status keeps anybody from merging, and what else does; what a tier does not have is not told."""
    about, path = f"project {project}", f"/projects/{quote(project, safe='')}"
    if not found.get("only_allow_merge_if_pipeline_succeeds"):
        yield doubtful(about, "can be merged into with a failed pipeline", 'set "Pipelines must succeed"')
    elif found.get("allow_merge_on_skipped_pipeline"):
        remedy = 'unset "Skipped pipelines are considered successful"'
        yield doubtful(about, "pipelines must succeed, but skipped ones do: a commit message may say [skip ci]", remedy)
    else:
        yield fine(about, "pipelines must succeed")
    branch = str(found.get("default_branch") or "main")
    yield _pushes(about, branch, _if_there(api, f"{path}/protected_branches/{quote(branch, safe='')}"))
    rules = _if_there(api, f"{path}/approval_rules")
    if rules is not None:
        yield _approvals(about, rules, _if_there(api, f"{path}/approvals") or {})
    checks = _if_there(api, f"{path}/external_status_checks")
    if checks:
        must = found.get("only_allow_merge_if_all_status_checks_passed")
        said = f"{len(checks)} external status checks, none of them the bot's"
        yield fine(about, f"{said}; {'all of them have to pass' if must else 'none keeps from merging'}")


def _if_there(api: Api, path: str) -> Any:
    """The answer; None where the tier or the role does not have it."""
    try:
        return api.get(path)
    except ForgeRefused:
        return None


def _pushes(about: str, branch: str, protection: Mapping[str, Any] | None) -> CheckResult:
    if protection is None:
        return doubtful(
            about, f"{branch} is not protected, or that is not told", f"protect {branch}, pushed to by no one"
        )
    pushing = [one for one in protection.get("push_access_levels") or [] if one.get("access_level") != 0]
    if pushing or protection.get("allow_force_push"):
        who = ", ".join(str(one.get("access_level_description") or "somebody") for one in pushing) or "force push"
        return doubtful(about, f"{branch} is pushed to without a merge request by {who}", "let no one push there")
    return fine(about, f"{branch} changes by merge requests only")


def _approvals(about: str, rules: list[Mapping[str, Any]], settings: Mapping[str, Any]) -> CheckResult:
    wanted = sum(int(rule.get("approvals_required") or 0) for rule in rules)
    if not wanted:
        return fine(about, "no approval is required")
    loose = [
        words
        for name, bad, words in (
            ("merge_requests_author_approval", True, "their authors may give them"),
            ("reset_approvals_on_push", False, "a push does not end them"),
            ("disable_overriding_approvers_per_merge_request", False, "a merge request may change who gives them"),
        )
        if settings.get(name) is bad
    ]
    if loose:
        return doubtful(
            about, f"{wanted} approvals are required, but {', '.join(loose)}", "see Merge request approvals"
        )
    return fine(about, f"{wanted} approvals are required")


def _end(end: date, today: date) -> CheckResult:
    left = (end - today).days
    if left < 0:
        return broken("token", f"ended on {end}", "make a new one")
    if left < _SOON:
        return doubtful("token", f"ends on {end}, in {left} days", "make a new one in time")
    return fine("token", f"good until {end}")
