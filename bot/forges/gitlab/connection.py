"""How the bot reaches GitLab: which server, as whom, and how patiently."""

from __future__ import annotations

from dataclasses import field
from urllib.parse import urlsplit

from gitlab import Gitlab

from bot.contents.remote import GitCredential
from bot.errors import ConfigError
from bot.forges.gitlab.api import Api, Session, read
from bot.frozen import dataclass

DEFAULT_BASE_URL = "https://gitlab.com"

_API = "/api/v4"


@dataclass(frozen=True, slots=True)
class Connection:
    """One authenticated client, for one job. `user` is the bot's id, which tells its own comments apart."""

    api: Api
    user: int
    base_url: str
    token: str = field(repr=False)

    def credential(self) -> GitCredential:
        """What git needs to fetch: any name will do beside a token of a project, a group or a person."""
        return GitCredential("oauth2", self.token)

    def clone_url(self, repository: str) -> str:
        """Where git fetches the repository: built here, never taken from an answer."""
        return f"{self.base_url}/{repository}.git"

    def page_url(self, repository: str, number: int) -> str:
        """The page of a merge request, built here as well."""
        return f"{self.base_url}/{repository}/-/merge_requests/{number}"


@dataclass(slots=True)
class GitLabServer:
    """A GitLab at `base_url` and the token of a project, group or person; makes a Connection for each job.

    `timeout` is in seconds, for one answer.
    """

    token: str = field(repr=False)
    base_url: str = DEFAULT_BASE_URL
    timeout: float = 20.0
    _user: int | None = None

    def __post_init__(self) -> None:
        parts = urlsplit(self.base_url)
        if parts.scheme not in ("https", "http") or not parts.netloc or "@" in parts.netloc:
            raise ConfigError(f"GitLab's base URL {self.base_url!r} is not of the form https://HOST")
        self.base_url = self.base_url.rstrip("/").removesuffix(_API)

    def connect(self) -> Connection:
        """A client for one job. Raises ForgeUnavailable or ForgeRefused."""
        session = Session(self.base_url)
        client = Gitlab(
            self.base_url,
            private_token=self.token,
            timeout=self.timeout,
            user_agent="iam-review",
            session=session,
            keep_base_url=True,
        )
        api = Api(client, session)
        if self._user is None:
            self._user = read(api.get("/user"), "id", int)
        return Connection(api, self._user, self.base_url, self.token)
