"""How the bot reaches GitHub: which server, as whom, and how patiently."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable
from dataclasses import field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import github
import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from github import Auth
from jwt.algorithms import RSAAlgorithm

from bot.contents.remote import GitCredential
from bot.errors import ConfigError
from bot.forges.github.api import Api, read, translated
from bot.forges.github.api_budget import Budget
from bot.forges.rest import GET_ONLY, Forbidden
from bot.frozen import dataclass

DEFAULT_BASE_URL = "https://api.github.com"

ACTIONS_LOGIN = "github-actions[bot]"
"""Who a workflow's own token speaks as; that token may not ask."""


@dataclass(frozen=True, slots=True)
class TokenLogin:
    """A personal or workflow token; `login` is who it belongs to, if known."""

    token: str = field(repr=False)
    login: str = ""


@dataclass(frozen=True, slots=True)
class AppLogin:
    """A GitHub App: its id and its private key in PEM."""

    app_id: int
    private_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RequestTimings:
    """Seconds: for one answer, and what to leave between requests and between writes."""

    timeout: int = 20
    between_requests: float = 0.0
    between_writes: float = 1.0


ENOUGH = timedelta(minutes=35)
"""An installation's token lives for an hour; a job begins with one that outlives it."""

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Connection:
    """One authenticated client, for one job only: PyGithub's throttle is not safe for threads.

    `login` tells the bot's own comments apart. `app_id` is set for an App, which writes check runs; a plain
    token writes commit statuses. `resolve_threads` and `upload_sarif` need permissions of their own.
    """

    api: Api
    auth: Auth.Auth
    login: str
    app_id: int | None
    web_url: str
    resolve_threads: bool = False
    upload_sarif: bool = False

    def credential(self) -> GitCredential:
        """What git needs to fetch; raises ForgeUnavailable or ForgeRefused."""
        with translated("access token"):
            return GitCredential("x-access-token", self.auth.token)

    def clone_url(self, repository: str) -> str:
        """Where git fetches the repository: built here, never taken from an answer."""
        return f"{self.web_url}/{repository}.git"


@dataclass(slots=True)
class GitHubServer:
    """A GitHub (`base_url` is that of its REST API) and the identity used there; makes a Connection for each job.

    `left` hears how many requests an installation (None: a token) can still make this hour.
    """

    login: TokenLogin | AppLogin
    base_url: str = DEFAULT_BASE_URL
    timings: RequestTimings = RequestTimings()
    resolve_threads: bool = False
    upload_sarif: bool = False
    left: Callable[[int | None, int], None] = lambda installation, left: None
    now: Callable[[], float] = time.time
    _known_login: str = ""
    _app: Auth.AppAuth | None = field(default=None, repr=False)
    _tokens: dict[int, tuple[str, datetime]] = field(default_factory=dict, repr=False)
    _budgets: dict[int | None, Budget] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        if not __debug__:
            raise ConfigError("python -O is not supported: PyGithub guards the host it talks to by assertions")
        if urlsplit(self.base_url).scheme not in ("https", "http"):
            raise ConfigError(f"GitHub's base URL {self.base_url!r} is neither https nor http")
        if isinstance(self.login, AppLogin):
            self._app = _app_auth(self.login)

    def connect(self, installation: int | None = None) -> Connection:
        """A client for one job; an App needs the installation's id. Raises ForgeUnavailable or ForgeRefused."""
        app_id = self.login.app_id if isinstance(self.login, AppLogin) else None
        with self._lock:
            budget = self._budgets.setdefault(
                installation, Budget(self.now, told=functools.partial(self.left, installation))
            )
        budget.check("log in")
        with translated("log in"):
            auth = self._auth(installation)
            is_app = isinstance(self.login, AppLogin)
            renew = functools.partial(self._forget, installation) if is_app else None
            api = Api(self._client(auth).requester, budget, renew)
        return Connection(
            api,
            auth,
            self._who(api),
            app_id,
            web_url(self.base_url),
            resolve_threads=self.resolve_threads,
            upload_sarif=self.upload_sarif,
        )

    def application(self) -> Api | None:
        """A client that speaks as the App itself, for one job; None without an App."""
        return None if self._app is None else Api(self._client(self._app).requester)

    def _auth(self, installation: int | None) -> Auth.Auth:
        if isinstance(self.login, TokenLogin):
            return Auth.Token(self.login.token)
        if installation is None:
            raise ConfigError("a GitHub App needs an installation id; webhooks of the App carry one")
        with self._lock:
            token, expires = self._tokens.get(installation, ("", _NEVER))
        if expires - datetime.now(UTC) < ENOUGH:
            token, expires = self._new_token(installation)
            with self._lock:
                self._tokens[installation] = token, expires
        return Auth.Token(token)

    def _new_token(self, installation: int) -> tuple[str, datetime]:
        application = self.application()
        assert application is not None
        answer = application.post(f"/app/installations/{installation}/access_tokens", {})
        expires = read(answer, "expires_at", str).replace("Z", "+00:00")
        return read(answer, "token", str), datetime.fromisoformat(expires)

    def _forget(self, installation: int | None) -> None:
        with self._lock:
            self._tokens.pop(installation or 0, None)

    def _client(self, auth: Auth.Auth) -> github.Github:
        return github.Github(
            auth=auth,
            base_url=self.base_url.rstrip("/"),
            timeout=self.timings.timeout,
            user_agent="iam-review",
            retry=GET_ONLY,
            seconds_between_requests=self.timings.between_requests,
            seconds_between_writes=self.timings.between_writes,
        )

    def _who(self, api: Api) -> str:
        """The login that the bot's comments carry; asked once."""
        if not self._known_login:
            self._known_login = self._ask_who(api)
        return self._known_login

    def _ask_who(self, api: Api) -> str:
        if isinstance(self.login, AppLogin):
            application = self.application()
            assert application is not None
            return f"{read(application.get('/app'), 'slug', str)}[bot]"
        if self.login.login:
            return self.login.login
        try:
            return read(api.get("/user"), "login", str)
        except Forbidden:
            return ACTIONS_LOGIN


def _app_auth(login: AppLogin) -> Auth.AppAuth:
    """Raises ConfigError where the key is none, so that it is said now."""
    key = _read_key(login.private_key)

    def sign(payload: dict[str, Any]) -> str:
        return jwt.encode(payload, key, algorithm="RS256")

    return Auth.AppAuth(login.app_id, sign_func=sign)


@functools.lru_cache(maxsize=8)
def _read_key(pem: str) -> RSAPrivateKey:
    """A key, read once: that takes a tenth of a second, and a start asks for it thrice. Raises ConfigError."""
    try:
        key = RSAAlgorithm(RSAAlgorithm.SHA256).prepare_key(pem)
    except jwt.PyJWTError:
        key = None
    if not isinstance(key, RSAPrivateKey):
        said = "github.private_key: is not an RSA private key in PEM"
        raise ConfigError(f"{said}: make another on the App's page, and give the whole file")
    return key


def web_url(base_url: str) -> str:
    """The address people and git use, from that of the REST API."""
    parts = urlsplit(base_url)
    host = parts.netloc.removeprefix("api.")
    return f"{parts.scheme}://{host}"


def api_url(server: str) -> str:
    """The REST API of the GitHub that people reach at `server`. Raises ConfigError.

    Source: "Using the REST API": api.github.com, api.SUBDOMAIN.ghe.com, and https://HOST/api/v3 of Enterprise Server.
    """
    parts = urlsplit(server)
    host = parts.hostname or ""
    sure = parts.scheme == "https" or (parts.scheme == "http" and host in ("127.0.0.1", "localhost"))
    if not sure or not host or "@" in parts.netloc or parts.path.rstrip("/") not in ("", "/api/v3"):
        raise ConfigError(f"{server!r} is not of the form https://HOST")
    if host == "github.com" or host.endswith(".ghe.com"):
        return f"https://api.{host.removeprefix('api.')}"
    return f"{parts.scheme}://{parts.netloc}/api/v3"
