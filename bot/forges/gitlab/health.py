"""Looks at a GitLab token from GitLab's side: who it is, what it may, until when; and at a project's settings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
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
    if not found.get("only_allow_merge_if_pipeline_succeeds"):
        yield doubtful(about, "can be merged into with a failed pipeline", 'set "Pipelines must succeed"')
    else:
        yield fine(about, "pipelines must succeed")


def _end(end: date, today: date) -> CheckResult:
    left = (end - today).days
    if left < 0:
        return broken("token", f"ended on {end}", "make a new one")
    if left < _SOON:
        return doubtful("token", f"ends on {end}, in {left} days", "make a new one in time")
    return fine("token", f"good until {end}")
