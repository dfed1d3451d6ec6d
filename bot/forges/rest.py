"""What the REST APIs have in common: what is tried again, how far lists are followed, why things are refused."""

from __future__ import annotations

import requests
from urllib3.util.retry import Retry

from bot.errors import ForgeRefused

PER_PAGE = 100
MAX_PAGES = 100

# A repeated POST would make a second comment: only reading is tried again here.
GET_ONLY = Retry(
    total=2,
    backoff_factor=0.3,
    allowed_methods=frozenset({"GET"}),
    status_forcelist=(500, 502, 503, 504),
    raise_on_status=False,
    respect_retry_after_header=False,
)


class NotFound(ForgeRefused):
    """404 or 410: it is not there, or not for us."""


class Invalid(ForgeRefused):
    """422 (GitLab: 400, too): understood and refused."""


class Forbidden(ForgeRefused):
    """403 that is not a rate limit: a permission is missing."""


def unreached(fault: Exception) -> str:
    """Why a server was not reached, in words of its kind alone: the fault's own text may hold addresses and tokens."""
    if isinstance(fault, requests.exceptions.SSLError):
        return "its certificate is of no authority known here; REQUESTS_CA_BUNDLE names a file of yours"
    if isinstance(fault, requests.exceptions.ProxyError):
        return "the proxy that HTTPS_PROXY names did not let it through"
    if isinstance(fault, OSError) and not isinstance(fault, requests.exceptions.RequestException):
        return "the file of authorities that REQUESTS_CA_BUNDLE names is not there, or cannot be read"
    return type(fault).__name__


def said_in(answer: str) -> str:
    """What a refusal's text says, in 500 characters at most; of a web page no more than that it is one."""
    if answer.lstrip().startswith("<"):
        return "(a web page and no answer of its API: is the address right, and which proxy stands between?)"
    return answer[:500]


def clipped(text: str, limit: int) -> str:
    """At most `limit` characters, an ellipsis last if something was cut."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
