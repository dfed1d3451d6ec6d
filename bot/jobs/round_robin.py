"""Whose turn it is: installations one after the other, in each its repositories, and what somebody waits for first."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from bot.jobs.fitness import Fitness
from bot.store.port import Lease, Store
from bot.store.waiting import Urgency, Waiting

SCARCE = 500
"""With fewer requests left this hour an installation's are kept for what its people wait for."""

HOUR = timedelta(hours=1)


class RoundRobin:
    """Takes work for the threads of one process; safe for them.

    At most `threads` reviews go on, and at most `each` in one repository, so that one with many changes leaves room
    for others. A thread more than that answers commands only. A process that is not fit takes nothing.
    """

    def __init__(self, store: Store, threads: int, each: int = 0, fitness: Fitness | None = None) -> None:
        self._store, self._threads, self._each = store, threads, each or max(1, threads // 4)
        self.fitness = fitness or Fitness()
        self._lock = threading.Condition()
        self._places: Counter[Hashable] = Counter()
        self._reviews: set[str] = set()
        self._promised = 0
        self._served: dict[Hashable, int] = {}
        self._scarce: dict[int | None, datetime] = {}
        self._now: datetime | None = None
        self._closed = False

    def budget(self, account: int | None, left: int) -> None:
        """Hear how many requests the forge still answers an installation this hour."""
        with self._lock:
            if left < SCARCE and self._now is not None:
                self._scarce[account] = self._now
            else:
                self._scarce.pop(account, None)

    def close(self) -> None:
        """Give no turn any more: the process is being stopped."""
        with self._lock:
            self._closed = True
            self._lock.notify_all()

    def take(self, now: datetime, seconds: float) -> Lease | None:
        """The lease on what is next, for `seconds`; None if nothing may be begun now."""
        with self._lock:
            if self._closed or self.fitness.problem():
                return None
            self._now, room = now, self._has_room()
            for place in sorted(self._store.waiting(now, commands_only=not room), key=self._order):
                lease = self._store.claim_in(place, now, seconds) if self._may(place) else None
                if lease is not None:
                    self._begin(place, lease, reviewing=room)
                    return lease
            return None

    def _may(self, place: Waiting) -> bool:
        assert self._now is not None
        if place.urgency >= Urgency.FORK and self._now - self._scarce.get(place.account, self._now - HOUR) < HOUR:
            return False
        return place.urgency is Urgency.COMMAND or self._places[place.key] < self._each

    def _has_room(self) -> bool:
        return len(self._reviews) + self._promised < self._threads

    def _order(self, place: Waiting) -> tuple[int, int, int, datetime]:
        served = self._served
        return place.urgency, served.get(place.account_key, 0), served.get(place.key, 0), place.oldest

    def _begin(self, place: Waiting, lease: Lease, reviewing: bool) -> None:
        self._served[place.account_key] = self._served[place.key] = max(self._served.values(), default=0) + 1
        self._places[place.key] += 1
        if reviewing:
            self._reviews.add(lease.token)

    def ended(self, lease: Lease) -> None:
        """The work of a lease that was taken here is over."""
        with self._lock:
            self._places -= Counter([Waiting.key_of(lease.item)])
            self._reviews.discard(lease.token)
            self._lock.notify_all()

    @contextmanager
    def reviewing(self, lease: Lease) -> Iterator[None]:
        """Wait for room where a lease was taken for a command only, which then asked for a review."""
        with self._lock:
            if lease.token not in self._reviews:
                self._promised += 1
                self._lock.wait_for(lambda: self._closed or len(self._reviews) < self._threads)
                self._promised -= 1
                self._reviews.add(lease.token)
        yield
