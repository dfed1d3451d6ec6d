"""Finds what no webhook told: deliveries that failed, and open change requests whose head has no conclusion.

Going through a place is work like any other, with leases and retries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.errors import ForgeRefused, LoginRefused, NotNow
from bot.forges.port import Forge, RepositoryRef
from bot.forges.watch import Watch
from bot.store.catch_up import CatchUp
from bot.store.port import Store
from bot.store.work_items import Sweep, SweepForge, SweepRepository

MOST_PENDING = 500
"""With so much to do no missed reviews are added: what people are waiting for now goes first."""

ASKING = timedelta(seconds=20)
"""Between two looks at whether it is time."""

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Reconciler:
    """`watches` are the forges by name; `forge` opens a client for a repository."""

    store: Store
    catch_up: CatchUp
    watches: Mapping[str, Watch | None]
    forge: Callable[[RepositoryRef], Forge]
    every: timedelta = timedelta(minutes=10)
    sweep_every: timedelta = timedelta(hours=6)
    _asked: datetime | None = field(default=None)

    def remind(self, now: datetime) -> None:
        """Want each forge gone through when it is time; at once after a start, unless another process just did."""
        first = self._asked is None
        if self._asked is not None and now - self._asked < ASKING:
            return
        self._asked = now
        places = [SweepForge(name) for name in self.watches]
        self.catch_up.want_rounds(places, now, min(self.every, timedelta(minutes=1)) if first else self.every)

    def sweep(self, item: Sweep, now: datetime) -> None:
        """Go through a forge or a repository. Raises ForgeError, or NotNow if there is no room for what was missed."""
        match item:
            case SweepRepository(place):
                self._repository(place, now)
            case SweepForge(forge):
                self._forge(forge, now)

    def _forge(self, name: str, now: datetime) -> None:
        watch = self.watches.get(name)
        known = {place.repository: place for place in self.catch_up.repositories(name)}
        if watch is not None:
            sent = watch.send_again(now)
            if sent:
                _log.warning("deliveries that had failed were asked for again", forge=name, count=sent)
            known |= {place.repository: place for place in watch.repositories()}
        # A share of them in each round, so that they come one after the other and not all at once.
        share = int(len(known) * (self.every / self.sweep_every))
        self.catch_up.want_rounds([SweepRepository(place) for place in known.values()], now, self.sweep_every, share)

    def _repository(self, place: RepositoryRef, now: datetime) -> None:
        try:
            changes = self.forge(place).open_change_requests(place)
        except LoginRefused:
            raise
        except ForgeRefused as refused:
            _log.warning("a repository cannot be gone through", repository=place.repository, reason=str(refused))
            return
        room = max(MOST_PENDING - self.store.backlog().pending, 0)
        missed = self.catch_up.want_missed(changes, now, room)
        if missed:
            _log.warning("open change requests without a conclusion", repository=place.repository, count=missed)
        if missed > room:
            raise NotNow(f"{missed - room} change requests wait until there is less to do")
