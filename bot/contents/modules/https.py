"""Fetches over https from allowed addresses: no redirect elsewhere, bounded in size and time."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import field
from urllib.parse import urljoin, urlsplit

from bot.contents.modules.port import NotFetched
from bot.frozen import dataclass

MAX_REDIRECTS = 5
_CHUNK = 64 * 1024
_REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came: the address it came from after redirects, the status, headers in lower case, the body."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Web:
    """`check` raises NotFetched for an address that is not allowed; it sees each before it is asked."""

    check: Callable[[str], None]
    seconds: float = 30.0
    proxies: Mapping[str, str] = field(default_factory=dict)

    def get(self, url: str, limit: int, check: Callable[[str], None] | None = None) -> Answer:
        """Fetch at most `limit` bytes. Raises NotFetched."""
        deadline = time.monotonic() + self.seconds
        for _ in range(MAX_REDIRECTS + 1):
            (check or self.check)(url)
            answer = self._ask(url, limit, deadline)
            if answer.status not in _REDIRECTS:
                return answer
            url = urljoin(url, answer.headers.get("location", ""))
        raise NotFetched(f"{urlsplit(url).netloc} redirects too often")

    def _ask(self, url: str, limit: int, deadline: float) -> Answer:
        host = urlsplit(url).netloc
        request = urllib.request.Request(url, headers={"User-Agent": "iam-review", "Accept-Encoding": "identity"})
        try:
            with self._opener().open(request, timeout=max(0.1, min(10.0, deadline - time.monotonic()))) as response:
                body = _read(response, limit, deadline, host)
                headers = {name.lower(): value for name, value in response.headers.items()}
                return Answer(url, response.status, headers, body)
        except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as error:
            reason = getattr(error, "reason", None) or type(error).__name__
            raise NotFetched(f"{host} could not be asked: {str(reason)[:200]}") from None

    def _opener(self) -> urllib.request.OpenerDirector:
        opener = urllib.request.OpenerDirector()
        # No handler for errors, redirects, files or ftp: what is asked is what is answered.
        for handler in (
            urllib.request.ProxyHandler(dict(self.proxies)),
            urllib.request.HTTPHandler(),
            urllib.request.HTTPSHandler(),
        ):
            opener.add_handler(handler)
        return opener


def _read(response: http.client.HTTPResponse, limit: int, deadline: float, host: str) -> bytes:
    found = bytearray()
    while chunk := response.read1(_CHUNK):
        found += chunk
        if len(found) > limit:
            raise NotFetched(f"{host} sends more than {limit >> 10} KiB")
        if time.monotonic() > deadline:
            raise NotFetched(f"{host} takes too long")
    return bytes(found)
