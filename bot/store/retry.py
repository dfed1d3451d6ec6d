"""Asks a database that is away for a moment again, where giving up would cost more than waiting."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from bot.errors import StoreUnavailable

T = TypeVar("T")

SHORT = (0.1, 0.3, 0.6, 1.0, 2.0)
"""Seconds between tries while a forge waits for an answer: it gives up after ten."""

PATIENTLY = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0)
"""Seconds between tries where a finished review would have to be made again; less than a lease."""


def retry_while_unavailable(
    action: Callable[[], T], waits: tuple[float, ...], sleep: Callable[[float], None] = time.sleep
) -> T:
    """Do `action`, which may be done twice, until it succeeds; raises the last StoreUnavailable."""
    for wait in waits:
        try:
            return action()
        except StoreUnavailable:
            sleep(wait)
    return action()
