"""Who may do what in a project, who pushed to a branch, and who approved what, as far as GitLab tells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from bot.forges.gitlab.api import Api, project_path, read
from bot.forges.gitlab.webhook import BOT
from bot.forges.payload import moment
from bot.forges.port import Approval, Role
from bot.forges.rest import Forbidden, NotFound

# https://docs.gitlab.com/api/access_requests/#valid-access-levels: Minimal, Guest, Planner, Reporter, Security Manager,
# Developer, Maintainer, Owner. A custom role has the level of the role it is made from.
_LEVELS: tuple[tuple[int, Role], ...] = (
    (50, "admin"),
    (40, "maintain"),
    (30, "write"),
    (20, "triage"),
    (10, "read"),
)


def role_of_level(level: int) -> Role:
    """The role that an access level amounts to."""
    return next((role for least, role in _LEVELS if level >= least), "none")


def user_id(api: Api, login: str) -> int | None:
    """The id of the user of that name; None if there is none, or none who may do anything."""
    for user in api.get("/users", username=login):
        if read(user, "username", str).lower() == login.lower() and user.get("state", "active") == "active":
            return read(user, "id", int)
    return None


def role(api: Api, repository: str, user: int) -> Role:
    """The user's role in the project: their own, or by a group; anybody may read what is not private."""
    project = project_path(repository)
    member = _member(api, f"{project}/members/all/{user}")
    found = "none" if member is None else role_of_level(read(member, "access_level", int))
    if found != "none":
        return found
    return "none" if read(api.get(project), "visibility", str) == "private" else "read"


def teams_of(api: Api, user: int, teams: Iterable[str]) -> frozenset[str]:
    """Those of the groups (full paths) that the user is a member of; groups the bot cannot see count as nobody's."""
    found = (team for team in teams if _member(api, f"/groups/{quote(team, safe='')}/members/all/{user}") is not None)
    return frozenset(found)


def _member(api: Api, path: str) -> Mapping[str, Any] | None:
    try:
        member: Mapping[str, Any] = api.get(path)
    except (NotFound, Forbidden):
        return None
    # An invited person, or one whose seat is not confirmed, is in the list but has no rights yet.
    return member if member.get("membership_state", "active") == "active" else None


def pushers(api: Api, source_project: int, branch: str) -> tuple[str, ...]:
    """User names of those who pushed to the branch, among the project's last hundred pushes; none if it is not ours.

    GitLab tells no user of a commit, only names and addresses that anybody can write into one.
    """
    try:
        events = api.get(f"/projects/{source_project}/events", action="pushed", per_page=100)
    except (NotFound, Forbidden):
        return ()  # a fork that the bot may not look into
    mine = (event for event in events if (event.get("push_data") or {}).get("ref") == branch)
    return tuple(sorted({read(event, "author_username", str) for event in mine}))


def approvals(given: Iterable[Mapping[str, Any]], versions: Sequence[Mapping[str, Any]]) -> tuple[Approval, ...]:
    """The approvals of people, each of the head that the merge request had then: GitLab tells their time, no commit.

    Every push makes a version of the diff. GitLab before 18 tells no time, by which nothing is known of what was seen.
    """
    times = [(moment(one.get("created_at")), read(one, "head_commit_sha", str)) for one in versions]
    heads = sorted((at, head) for at, head in times if at is not None)
    known = len(heads) == len(times)
    return tuple(filter(None, (_approval(one, heads) for one in given))) if known else ()


def _approval(given: Mapping[str, Any], heads: Sequence[tuple[datetime, str]]) -> Approval | None:
    user, at = given.get("user") or {}, moment(given.get("approved_at"))
    if BOT.fullmatch(read(user, "username", str)):
        return None
    name = f"approvals/{read(user, 'id', int)}"
    if at is None:
        return Approval(name, user["username"], "", None)
    seen = next((head for since, head in reversed(heads) if since < at), "")
    return Approval(f"{name}/{at.isoformat()}", user["username"], seen, at) if seen else None
