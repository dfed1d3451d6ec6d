"""How often and after how long work that failed is tried again."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.errors import ContentsError, ForgeRefused, ForgeUnavailable, NotNow, ReviewFailed, StoreUnavailable
from bot.frozen import dataclass


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """At most `attempts` in all; waits of `first` seconds, doubled each time up to `longest`."""

    attempts: int
    first: float
    longest: float


MOST_ATTEMPTS = 16
"""Work begun that often without an end is given up: something kills whoever takes it."""

_POLICIES: tuple[tuple[type[Exception], RetryPolicy], ...] = (
    (ForgeUnavailable, RetryPolicy(MOST_ATTEMPTS, 4, 3600)),
    (StoreUnavailable, RetryPolicy(MOST_ATTEMPTS, 2, 300)),
    (ForgeRefused, RetryPolicy(2, 60, 60)),
    (ContentsError, RetryPolicy(6, 10, 600)),
    (NotNow, RetryPolicy(MOST_ATTEMPTS, 60, 900)),
    (
        ReviewFailed,
        RetryPolicy(2, 30, 30),
    ),  # the same content ends the same way; once more is for a machine out of memory
    (Exception, RetryPolicy(4, 15, 600)),
)


def next_try(error: Exception, attempt: int, now: datetime, patience: float = 1.0) -> datetime | None:
    """When to try again after attempt number `attempt` (from 1) ended in `error`; None: give up.

    `patience` is what the wait is times.
    """
    policy = next(policy for kind, policy in _POLICIES if isinstance(error, kind))
    if attempt >= policy.attempts:
        return None
    wait = min(policy.first * 2.0 ** (attempt - 1), policy.longest)
    if isinstance(error, ForgeUnavailable) and error.retry_after is not None:
        wait = min(max(wait, error.retry_after), 2 * policy.longest)
    return now + timedelta(seconds=wait * patience)
