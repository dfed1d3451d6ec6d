"""What must survive a crash: deliveries, what is wanted and reviewed per change request, and reviews."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta
from typing import Protocol

from bot.forges.event import CommandGiven, Event
from bot.forges.port import ChangeRef
from bot.frozen import dataclass
from bot.review.identity import ThreadKey
from bot.store.waiting import Waiting
from bot.store.work_items import WorkItem


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook delivery as it arrived; `id` is the forge's, unique per forge."""

    forge: str
    id: str
    event: str
    received_at: datetime
    body: bytes


@dataclass(frozen=True, slots=True)
class Arrival:
    """That a delivery came, without what was in it."""

    forge: str
    id: str
    event: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on one item until `until`; `token` fences off earlier holders.

    `generation` is the wanted generation that was seen when claiming: finishing it does not hide a
    request that came later. `attempt` counts from 1 since something was last finished or newly wanted.
    `review` says that a review is wanted, not merely an answer to `commands`. `since` is when the oldest of what is
    unfinished was asked for, `delivery` the id of the delivery that asked last.
    """

    item: WorkItem
    token: str
    until: datetime
    generation: int
    attempt: int
    commands: tuple[CommandGiven, ...] = ()
    review: bool = True
    since: datetime | None = None
    delivery: str = ""


@dataclass(frozen=True, slots=True)
class StoredReview:
    """A published review: `review` is the Review as JSON; all of it could be read `at` that time.

    `fixed` are the threads of findings that earlier reviews had and whose head was shown to grant nothing of them.
    """

    ref: ChangeRef
    head: str
    merge_base: str
    at: datetime
    review: bytes
    fixed: frozenset[ThreadKey] = frozenset()


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much is unfinished, since when the oldest of it, and how much has been given up.

    `kinds` has the first two by urgency (command, review, fork, missed, sweep).
    """

    pending: int
    oldest: datetime | None
    dead: int
    kinds: Mapping[str, tuple[int, datetime]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeadWork:
    """A change request whose work has been given up until it is replayed, and why."""

    ref: ChangeRef
    attempts: int
    error: str


class Store(Protocol):
    """Durable state. Every method is one transaction; times are UTC."""

    def accept(self, delivery: Delivery, event: Event) -> bool:
        """Record a delivery and raise what it wants, atomically; False if the delivery was known already."""
        ...

    def with_head(self, forge: str, head: str) -> tuple[ChangeRef, ...]:
        """The change requests, not known to be closed, whose head was that commit when they were heard of last."""
        ...

    def claim(self, item: WorkItem, now: datetime, seconds: float) -> Lease | None:
        """Take the lease if there is unfinished work that may be tried now and no live lease."""
        ...

    def waiting(self, now: datetime, commands_only: bool = False) -> tuple[Waiting, ...]:
        """The repositories with work that may be done now and that nobody holds; of commands only if so asked."""
        ...

    def claim_in(self, place: Waiting, now: datetime, seconds: float) -> Lease | None:
        """Take the lease on the oldest of what waits there and is so urgent; None if somebody else has."""
        ...

    def renew(self, lease: Lease, now: datetime, seconds: float) -> bool:
        """Extend the lease; False if it has been lost."""
        ...

    def superseded(self, lease: Lease) -> bool:
        """Whether the lease was lost, a newer review is wanted, or none is because the change request was closed."""
        ...

    def finish(self, lease: Lease, review: StoredReview | None) -> bool:
        """Record that the claimed work is done; False (and nothing recorded) if the lease was lost."""
        ...

    def fail(self, lease: Lease, error: str, retry_at: datetime | None) -> None:
        """Record a failed attempt; `retry_at` None makes the work dead until replayed or newly wanted."""
        ...

    def release(self, lease: Lease) -> None:
        """Give the lease back untried: the attempt does not count."""
        ...

    def due(self, now: datetime, limit: int, quiet: float = 60.0) -> tuple[WorkItem, ...]:
        """Unfinished work that nobody holds, oldest first.

        What is returned is left out of later answers for `quiet` seconds: somebody has been told.
        """
        ...

    def newest_review(self, ref: ChangeRef) -> StoredReview | None:
        """The review that was recorded last, if any is kept."""
        ...

    def review_before(self, ref: ChangeRef, moment: datetime) -> StoredReview | None:
        """The review that had been published last when that moment began, if it is kept."""
        ...

    def backlog(self) -> Backlog:
        """How much there is to do."""
        ...

    def dead(self, limit: int) -> tuple[DeadWork, ...]:
        """What has been given up, the newest first."""
        ...

    def arrivals(self, limit: int) -> tuple[Arrival, ...]:
        """The deliveries that are still kept, the newest first."""
        ...

    def replay(self, ref: ChangeRef, now: datetime) -> bool:
        """Make dead work due again; False if there is none."""
        ...

    def forget(self, deliveries_before: datetime, reviews_before: datetime) -> int:
        """Delete what is older; returns how many rows went."""
        ...

    def clock_ahead(self, now: datetime) -> timedelta:
        """By how much `now`, this machine's clock, is ahead of the database's."""
        ...

    def ready(self) -> str:
        """ "" if the database answers and its schema is this program's, else what is wrong."""
        ...
