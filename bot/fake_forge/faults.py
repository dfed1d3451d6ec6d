"""Faults to order: the sandbox fails when it is told to, before or after it has done what was asked."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import Response, g, request


@dataclass(slots=True)
class Fault:
    """Answer `times` matching requests with `status`; `after` True: only once the work was done.

    `path` is a regular expression searched in the path. `seconds` delays the answer.
    """

    status: int
    method: str = ""
    path: str = ""
    after: bool = False
    times: int = 1
    message: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    def fits(self, method: str, path: str) -> bool:
        """Whether the fault is for this request and not used up."""
        return self.times > 0 and self.method in ("", method) and re.search(self.path, path) is not None


@dataclass(slots=True)
class Faults:
    """Faults that were ordered and have not happened yet."""

    waiting: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def order(self, *faults: Fault) -> None:
        """Let these happen."""
        with self._lock:
            self.waiting.extend(faults)

    def take(self, method: str, path: str, after: bool) -> Fault | None:
        """The fault that happens to this request, counted down."""
        with self._lock:
            for fault in self.waiting:
                if fault.after is after and fault.fits(method, path):
                    fault.times -= 1
                    return fault
        return None

    def before_request(self, failed: Callable[[Fault], Response]) -> Response | None:
        """The answer to a request that does not get through: by a fault, or to another machine."""
        # A name that some site has pointed at this machine is not how one gets here.
        if request.host.rpartition(":")[0] not in ("127.0.0.1", "localhost"):
            return Response("Not here.", 421)
        fault = self.take(request.method, request.path, after=False)
        g.ordered = fault is not None
        return None if fault is None else failed(fault)


def rate_limited(status: int = 403, retry_after: int | None = None) -> Fault:
    """A secondary rate limit as GitHub answers it, with or without saying how long."""
    headers = {} if retry_after is None else {"retry-after": str(retry_after)}
    message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    return Fault(status, message=message, headers=headers)


def used_up(reset: int) -> Fault:
    """The primary rate limit, used up until `reset` (seconds since 1970)."""
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(reset)}
    return Fault(403, message="API rate limit exceeded for installation.", headers=headers)
