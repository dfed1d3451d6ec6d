"""GitLab's REST API by way of python-gitlab's requests: plain JSON in and out, faults as the bot's own errors."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import quote, urljoin, urlsplit

import requests
from gitlab import Gitlab
from gitlab.exceptions import GitlabError
from requests.adapters import HTTPAdapter

from bot.errors import ForgeRefused, ForgeUnavailable, LoginRefused
from bot.forges.rest import GET_ONLY, MAX_PAGES, PER_PAGE, Forbidden, Invalid, NotFound, said_in, unreached
from bot.frozen import dataclass

T = TypeVar("T")


class Broken(ForgeUnavailable):
    """500: GitLab failed over this very request, and may do so again."""


class Session(requests.Session):
    """Keeps to one GitLab: a redirection elsewhere would take the token along. Remembers the last answer's headers."""

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self.headers_seen: Mapping[str, str] = {}
        self._origin = _origin(base_url)
        for scheme in ("https://", "http://"):
            self.mount(scheme, HTTPAdapter(max_retries=GET_ONLY))

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """As requests does it."""
        self.headers_seen = {}
        response = super().send(request, **options)
        self.headers_seen = response.headers
        return response

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Where an answer leads; raises InvalidURL if that is another server."""
        target = super().get_redirect_target(resp)
        if target is not None and _origin(urljoin(resp.url, target)) != self._origin:
            raise requests.exceptions.InvalidURL("redirected to another server")
        return target


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()


@dataclass(frozen=True, slots=True)
class Api:
    """Requests below one base URL; every method raises ForgeUnavailable or ForgeRefused only."""

    gitlab: Gitlab
    session: Session

    def get(self, path: str, **parameters: str | int) -> Any:
        """The JSON at `path`."""
        return self._json("GET", path, parameters)[0]

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Create something; never repeated."""
        return self._json("POST", path, {}, body)[0]

    def put(self, path: str, body: Mapping[str, Any]) -> Any:
        """Change something; never repeated."""
        return self._json("PUT", path, {}, body)[0]

    def items(self, path: str, **parameters: str | int) -> Iterator[Any]:
        """All items of a paged list, by page number: the addresses of further pages in answers are not used."""
        page = "1"
        for _ in range(MAX_PAGES):
            answer, headers = self._json("GET", path, {**parameters, "per_page": PER_PAGE, "page": page})
            if not isinstance(answer, list):
                raise ForgeUnavailable(f"GitLab answered GET {path} with something that is no list")
            yield from answer
            page = headers.get("X-Next-Page", "")
            if not page.isdecimal():
                return

    def _json(
        self, verb: str, path: str, parameters: Mapping[str, str | int], body: Mapping[str, Any] | None = None
    ) -> tuple[Any, Mapping[str, str]]:
        with translated(f"{verb} {path}", self.session):
            response = self.gitlab.http_request(
                verb.lower(),
                path,
                query_data=dict(parameters),
                post_data=None if body is None else dict(body),
                obey_rate_limit=False,
                retry_transient_errors=False,
            )
            return response.json(), response.headers


def project_path(repository: str) -> str:
    """Where a project's resources are, by its full path."""
    return f"/projects/{quote(repository, safe='')}"


def read(answer: Any, path: str, kind: type[T]) -> T:
    """The value at a dotted path of an answer; raises ForgeUnavailable unless it is there and of that type."""
    value = answer
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    if not isinstance(value, kind):
        raise ForgeUnavailable(f"GitLab's answer lacks {path}")
    return value


@contextmanager
def translated(what: str, session: Session, now: Callable[[], float] = time.time) -> Iterator[None]:
    """Turn python-gitlab's and the network's faults into the bot's own, naming the request."""
    try:
        yield
    except GitlabError as fault:
        raise _meaning(what, fault, session.headers_seen, now()) from None
    except (requests.exceptions.RequestException, OSError) as fault:
        raise ForgeUnavailable(f"{what}: GitLab could not be reached ({unreached(fault)})") from None
    except ValueError as fault:
        raise ForgeUnavailable(f"{what}: GitLab's answer could not be used ({type(fault).__name__})") from None


_REFUSALS: Mapping[int, type[ForgeRefused]] = {
    400: Invalid,
    401: LoginRefused,
    403: Forbidden,
    404: NotFound,
    410: NotFound,
    422: Invalid,
}


def _meaning(what: str, fault: GitlabError, headers: Mapping[str, str], now: float) -> ForgeUnavailable | ForgeRefused:
    made = _refusal(what, fault, headers, now)
    made.status = fault.response_code
    return made


def _refusal(what: str, fault: GitlabError, headers: Mapping[str, str], now: float) -> ForgeUnavailable | ForgeRefused:
    status = fault.response_code
    if status is None:
        return ForgeUnavailable(f"{what}: GitLab could not be used ({type(fault).__name__})")
    message = f"{what}: {status} {_said(fault)}"
    if status == 429 or (status == 403 and "Retry-After" in headers):
        return ForgeUnavailable(f"{message} (rate limit)", _retry_after(headers, now))
    if status == 409:
        # Somebody else is at it, GitLab says: https://docs.gitlab.com/api/rest/troubleshooting/ "409 Conflict".
        return ForgeUnavailable(message)
    if status >= 500:
        return (Broken if status == 500 else ForgeUnavailable)(message, _retry_after(headers, now))
    return _REFUSALS.get(status, ForgeRefused)(message)


def _said(fault: GitlabError) -> str:
    said = fault.error_message
    return said_in(said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said))


def _retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds to wait, if GitLab said it: https://docs.gitlab.com/administration/settings/user_and_ip_rate_limits/."""
    waiting = headers.get("Retry-After", "")
    if waiting.isdecimal():
        return float(waiting)
    reset = headers.get("RateLimit-Reset", "")
    if headers.get("RateLimit-Remaining") == "0" and reset.isdecimal():
        return max(0.0, float(reset) - now)
    return None
