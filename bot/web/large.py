"""Only few large bodies are in memory at once: somebody without a secret could fill it with what is refused later."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LARGE = 1024**2
"""Bytes; a delivery has a few ten thousand."""

AT_ONCE = 2

WAIT_SECONDS = 5.0
"""So long a large body waits for another to go; a forge gives up after ten."""


class FewLargeBodies:
    """Hands requests on to `application`, those with large bodies or of unknown length only a few at a time."""

    def __init__(self, application: WSGIApplication, wait: float = WAIT_SECONDS) -> None:
        self._application, self._wait = application, wait
        self._places = threading.BoundedSemaphore(AT_ONCE)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """One request; 503 if no place came free in time."""
        if not _is_large(environ):
            return self._application(environ, start_response)
        if not self._places.acquire(timeout=self._wait):
            return _later(start_response)
        try:
            return self._application(environ, start_response)
        finally:
            self._places.release()


def _is_large(environ: WSGIEnvironment) -> bool:
    length = environ.get("CONTENT_LENGTH") or ""
    if length.isdigit():
        return int(length) > LARGE
    return "HTTP_TRANSFER_ENCODING" in environ


def _later(start_response: Callable[..., object]) -> Iterable[bytes]:
    headers = [("Content-Type", "application/json"), ("Retry-After", "10"), ("Connection", "close")]
    start_response("503 Service Unavailable", headers)
    return [json.dumps({"error": "too many large requests at once"}).encode()]
