"""How much of the playground one person may have: a review at a time, and so many a minute."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

A_MINUTE = 30
"""Somebody who types has one a second or two, for a while."""

_MINUTE = timedelta(minutes=1)
_REMEMBERED = 10_000


class Turns:
    """Of this process. People are told apart by forge and login; whoever sits at the machine has no limit."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now, self._lock = now, threading.Lock()
        self._begun: dict[tuple[str, str], deque[datetime]] = {}
        self._busy: set[tuple[str, str]] = set()

    @contextmanager
    def turn(self, person: tuple[str, str]) -> Iterator[bool]:
        """Whether it is their turn; it ends with the block."""
        granted = not person[1] or self._begin(person)
        try:
            yield granted
        finally:
            if granted and person[1]:
                with self._lock:
                    self._busy.discard(person)

    def _begin(self, person: tuple[str, str]) -> bool:
        now = self._now()
        with self._lock:
            if len(self._begun) > _REMEMBERED:
                self._begun = {who: when for who, when in self._begun.items() if when[-1] > now - _MINUTE}
            begun = self._begun.setdefault(person, deque([now - _MINUTE], maxlen=A_MINUTE))
            if person in self._busy or (len(begun) == A_MINUTE and begun[0] > now - _MINUTE):
                return False
            begun.append(now)
            self._busy.add(person)
            return True
