"""What must survive a crash: deliveries, what is wanted and reviewed per change request, and reviews."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.forge.event import CommandGiven, Event
from bot.forge.port import ChangeRef


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook delivery as it arrived; `id` is the forge's, unique per forge."""

    forge: str
    id: str
    event: str
    received_at: datetime
    body: bytes


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on one change request until `until`; `token` fences off earlier holders.

    `generation` is the wanted generation that was seen when claiming: finishing it does not hide a
    wish that came later.
    """

    ref: ChangeRef
    token: str
    until: datetime
    generation: int
    attempt: int
    commands: tuple[CommandGiven, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredReview:
    """A published review: `review` is the Review as JSON."""

    ref: ChangeRef
    head: str
    merge_base: str
    at: datetime
    review: bytes


class Store(Protocol):
    """Durable state. Every method is one transaction; times are UTC."""

    def accept(self, delivery: Delivery, event: Event) -> bool:
        """Record a delivery and raise what it wants, atomically; False if the delivery was known already."""
        ...

    def claim(self, ref: ChangeRef, now: datetime, seconds: float) -> Lease | None:
        """Take the lease if there is unfinished work and no live lease."""
        ...

    def renew(self, lease: Lease, now: datetime, seconds: float) -> bool:
        """Extend the lease; False if it has been lost."""
        ...

    def superseded(self, lease: Lease) -> bool:
        """Whether the lease was lost or newer work is wanted."""
        ...

    def finish(self, lease: Lease, review: StoredReview | None) -> bool:
        """Record that the claimed work is done; False (and nothing recorded) if the lease was lost."""
        ...

    def fail(self, lease: Lease, error: str, retry_at: datetime | None) -> None:
        """Record a failed attempt; `retry_at` None makes the work dead until replayed."""
        ...

    def due(self, now: datetime, limit: int) -> tuple[ChangeRef, ...]:
        """Change requests with unfinished work that nobody holds, oldest first."""
        ...
