"""Who is asking, and what they may do: access tokens of projects, groups and persons, and members' levels."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import field

from bot.fake_forge.git_http import password
from bot.fake_forge.gitlab.model import LEVELS
from bot.fake_forge.gitlab.rules import Refusal, not_found
from bot.fake_forge.world import Account, Repository
from bot.frozen import dataclass

_NEEDED = {"read": ("api", "read_api"), "write": ("api",), "git": ("api", "read_api", "read_repository")}
"""Scopes: https://docs.gitlab.com/user/profile/personal_access_tokens/#personal-access-token-scopes"""

DEVELOPER, REPORTER, GUEST = 30, 20, 10


@dataclass(frozen=True, slots=True)
class Caller:
    """Someone with a token; `ends` is its last day, "" if it has none."""

    user: Account
    scopes: tuple[str, ...]
    ends: str = ""

    def require(self, what: str) -> None:
        """Refuse unless one of the token's scopes allows to "read", to "write", or to fetch by "git"."""
        if not set(self.scopes) & set(_NEEDED[what]):
            # lib/gitlab/auth/auth_finders.rb: insufficient_scope
            raise Refusal(403, "insufficient_scope", "error")


@dataclass(slots=True)
class Access:
    """All tokens of one GitLab. `groups` maps a group's full path to its members' roles, which its projects inherit."""

    groups: dict[str, dict[str, str]] = field(default_factory=dict)
    _callers: dict[str, Caller] = field(default_factory=dict)
    _bots: list[Account] = field(default_factory=list)

    def token(self, user: Account, scopes: Iterable[str] = ("api",), ends: str = "") -> str:
        """A new token for a user; those who have one are the bots of this sandbox."""
        token = f"glpat-{secrets.token_urlsafe(15)}"
        self._callers[token] = Caller(user, tuple(scopes), ends)
        self._bots.append(user)
        return token

    def bots(self) -> list[Account]:
        """The accounts that act by a token."""
        return list(self._bots)

    def revoke(self, token: str) -> None:
        """Make a token worthless."""
        del self._callers[token]

    def caller(self, headers: Mapping[str, str]) -> Caller:
        """Who a request comes from: PRIVATE-TOKEN, Bearer, or git's Basic. Raises Refusal 401."""
        token = headers.get("Private-Token", "")
        kind, _, value = headers.get("Authorization", "").partition(" ")
        if not token:
            token = password(value) if kind.lower() == "basic" else value if kind.lower() == "bearer" else ""
        caller = self._callers.get(token)
        if caller is None:
            raise Refusal(401, "401 Unauthorized")
        return caller

    def level(self, project: Repository, user: Account) -> int:
        """The highest of the user's own level and those by groups: docs.gitlab.com/user/project/members/"""
        groups = (members for path, members in self.groups.items() if project.full_name.startswith(f"{path}/"))
        names = [project.roles.get(user.login, "none"), *(members.get(user.login, "none") for members in groups)]
        return max(LEVELS[name] for name in names)

    def permissions(self, project: Repository, user: Account) -> dict[str, dict[str, int] | None]:
        """How a project tells whoever asks what they are in it: docs.gitlab.com/api/projects/#get-a-single-project"""
        own, all_in_all = LEVELS[project.roles.get(user.login, "none")], self.level(project, user)
        by_group = {"access_level": all_in_all} if all_in_all > own else None
        return {"project_access": {"access_level": own} if own else None, "group_access": by_group}

    def require_level(self, project: Repository, user: Account, level: int, visibility: str) -> None:
        """Refuse unless the user has the level: 404 to whoever may not see the project, 403 to others."""
        has = self.level(project, user)
        if has >= level or (level <= GUEST and visibility != "private"):
            return
        raise Refusal(403, "403 Forbidden") if has or visibility != "private" else not_found("Project")
