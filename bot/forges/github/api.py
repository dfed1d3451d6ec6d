"""GitHub's REST API by way of PyGithub's requester: plain JSON in and out, faults as the bot's own errors."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

import requests
from github import GithubException
from github.Requester import Requester

from bot.errors import ForgeRefused, ForgeUnavailable, LoginRefused
from bot.forges.github.api_budget import Budget
from bot.forges.rest import MAX_PAGES, PER_PAGE, Forbidden, Invalid, NotFound, said_in, unreached
from bot.frozen import dataclass
from bot.late_pattern import late_pattern

T = TypeVar("T")

_NEXT = late_pattern(r'<([^>]*)>; *rel="next"')


class RateLimited(ForgeUnavailable):
    """403 or 429 because of a limit, primary or secondary."""


_REFUSALS: Mapping[int, type[ForgeRefused]] = {
    401: LoginRefused,
    403: Forbidden,
    404: NotFound,
    410: NotFound,
    422: Invalid,
}


@dataclass(frozen=True, slots=True)
class Api:
    """Requests below one base URL; every method raises ForgeUnavailable or ForgeRefused only.

    `renew` makes the next job get another token, where that is possible.
    """

    requester: Requester
    budget: Budget = field(default_factory=Budget)
    renew: Callable[[], None] | None = None

    def get(self, path: str, **parameters: str | int) -> Any:
        """The JSON at `path`."""
        return self._send("GET", path, parameters=parameters)[1]

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Create something; never repeated."""
        return self._send("POST", path, body=body)[1]

    def patch(self, path: str, body: Mapping[str, Any]) -> Any:
        """Change something; never repeated."""
        return self._send("PATCH", path, body=body)[1]

    def items(self, path: str, key: str = "", **parameters: str | int) -> Iterator[Any]:
        """All items of a paged list, which is the answer itself or its member `key`."""
        for page in range(1, MAX_PAGES + 1):
            headers, answer = self._send("GET", path, parameters={**parameters, "per_page": PER_PAGE, "page": page})
            items = answer if not key else read(answer, key, list)
            if not isinstance(items, list):
                raise ForgeUnavailable(f"GitHub answered GET {path} with something that is no list")
            yield from items
            if 'rel="next"' not in headers.get("link", ""):
                return

    def linked(self, path: str) -> Iterator[Any]:
        """All items of a list whose pages are found by a cursor; of the link only the parameters are taken."""
        parameters: dict[str, Any] = {"per_page": PER_PAGE}
        for _ in range(MAX_PAGES):
            headers, answer = self._send("GET", path, parameters=parameters)
            if not isinstance(answer, list):
                raise ForgeUnavailable(f"GitHub answered GET {path} with something that is no list")
            yield from answer
            following = _NEXT.search(headers.get("link", ""))
            if following is None:
                return
            parameters |= dict(parse_qsl(urlsplit(following[1]).query))

    def _send(
        self,
        verb: str,
        path: str,
        parameters: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> tuple[dict[str, Any], Any]:
        what = f"{verb} {path}"
        self.budget.check(what)
        try:
            with translated(what):
                headers, answer = self.requester.requestJsonAndCheck(
                    verb, path, parameters=dict(parameters or {}), input=None if body is None else dict(body)
                )
        except RateLimited as limited:
            limited.retry_after = self.budget.refused(limited.retry_after)
            raise
        except LoginRefused as refused:
            if self.renew is None:
                raise
            self.renew()
            raise ForgeUnavailable(f"{refused} (another token is taken the next time)", 1.0) from None
        self.budget.answered(headers)
        return headers, answer

    def graphql(self, query: str, variables: Mapping[str, Any]) -> Any:
        """The `data` of a GraphQL answer. Raises ForgeRefused where GitHub does not do what is asked."""
        answer = self.post(self.requester.graphql_url, {"query": query, "variables": dict(variables)})
        errors = answer.get("errors")
        if errors:
            raise ForgeRefused(f"GraphQL: {'; '.join(str(error.get('message')) for error in errors)[:300]}")
        return read(answer, "data", dict)


def read(answer: Any, path: str, kind: type[T]) -> T:
    """The value at a dotted path of an answer; raises ForgeUnavailable unless it is there and of that type."""
    value = answer
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    if not isinstance(value, kind):
        raise ForgeUnavailable(f"GitHub's answer lacks {path}")
    return value


@contextmanager
def translated(what: str, now: Callable[[], float] = time.time) -> Iterator[None]:
    """Turn PyGithub's and the network's faults into the bot's own, naming the request."""
    try:
        yield
    except GithubException as fault:
        raise _meaning(what, fault, now()) from None
    except (requests.exceptions.RequestException, OSError) as fault:
        raise ForgeUnavailable(f"{what}: GitHub could not be reached ({unreached(fault)})") from None
    except (AssertionError, ValueError) as fault:
        # PyGithub refuses other hosts by assertion, and passes broken JSON on.
        raise ForgeUnavailable(f"{what}: GitHub's answer could not be used ({_kind(fault)})") from None


def _kind(fault: Exception) -> str:
    return type(fault).__name__


def _meaning(what: str, fault: GithubException, now: float) -> ForgeUnavailable | ForgeRefused:
    made = _refusal(what, fault, now)
    made.status = fault.status
    return made


def _refusal(what: str, fault: GithubException, now: float) -> ForgeUnavailable | ForgeRefused:
    headers = {key.lower(): value for key, value in (fault.headers or {}).items()}
    message = f"{what}: {fault.status} {_said(fault)}"
    if fault.status == 429 or (fault.status == 403 and _is_rate_limit(fault, headers)):
        return RateLimited(f"{message} (rate limit)", _retry_after(headers, now))
    if fault.status >= 500:
        return ForgeUnavailable(message, _retry_after(headers, now))
    return _REFUSALS.get(fault.status, ForgeRefused)(message)


def _said(fault: GithubException) -> str:
    data = fault.data if isinstance(fault.data, dict) else {}
    errors = data.get("errors")
    details = "; ".join(map(str, errors)) if isinstance(errors, list) else ""
    said = fault.message or str(data.get("message", ""))
    return said_in(f"{said}: {details}" if details else said)


def _is_rate_limit(fault: GithubException, headers: Mapping[str, str]) -> bool:
    return (
        "rate limit" in _said(fault).lower() or "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0"
    )


def _retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds to wait, if the forge said it."""
    waiting = headers.get("retry-after", "")
    if waiting.isdecimal():
        return float(waiting)
    reset = headers.get("x-ratelimit-reset", "")
    if headers.get("x-ratelimit-remaining") == "0" and reset.isdecimal():
        return max(0.0, float(reset) - now)
    return None
