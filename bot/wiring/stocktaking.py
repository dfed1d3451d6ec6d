"""Takes the inventory of a repository's base branch beside the requests that ask for it, and keeps the newest."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from bot.conversation.change_request.handle import Ports
from bot.errors import IamReviewError
from bot.forges.port import ChangeRef, RepositoryRef
from bot.review_process.rounds import Reviewer, take_inventory
from bot.web.pages.inventory_page import Taken

_log = structlog.get_logger(__name__)

FRESH_SECONDS = 300.0
KEPT = 50


@dataclass
class Stocktaking:
    """One at a time; `newest` keeps what was found, of the repositories that were asked about last."""

    ports: Callable[[RepositoryRef], Ports]
    reviewer: Reviewer
    clock: Callable[[], float] = time.monotonic
    newest: dict[tuple[str, str], tuple[float, Taken]] = field(default_factory=dict)
    _running: set[tuple[str, str]] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _one: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, ref: ChangeRef) -> Taken:
        """What is known now; begins to look again if that is too old."""
        key = (ref.forge, ref.repository)
        with self._lock:
            at, known = self.newest.get(key, (float("-inf"), Taken()))
            if self.clock() - at > FRESH_SECONDS and key not in self._running:
                self._running.add(key)
                threading.Thread(target=self._take, args=(ref, key), name="inventory", daemon=True).start()
        return known

    def _take(self, ref: ChangeRef, key: tuple[str, str]) -> None:
        try:
            with self._one:
                taken = self._taken(ref)
        finally:
            with self._lock:
                self._running.discard(key)
        with self._lock:
            self.newest.pop(key, None)
            self.newest[key] = (self.clock(), taken)
            while len(self.newest) > KEPT:
                self.newest.pop(next(iter(self.newest)))

    def _taken(self, ref: ChangeRef) -> Taken:
        try:
            ports = self.ports(ref.place)
            change = ports.forge.change_request(ref)
            both_at_base = dataclasses.replace(change, merge_base=change.base, head=change.base)
            taken = take_inventory(ports.contents(both_at_base), self.reviewer)
        except IamReviewError as error:
            return Taken(wrong=f"The main branch could not be evaluated: {error}")
        for trouble in taken.troubles:
            _log.error("a root could not be read", root=trouble.root, why=trouble.reason)
        return Taken(change.base, taken.holders, notes=taken.notes)
