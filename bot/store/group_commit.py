"""Small writes of several threads in one transaction: on SQLite every commit waits for the disk."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.errors import StoreUnavailable

T = TypeVar("T")
R = TypeVar("R")


@dataclass(slots=True, eq=False)
class _Entry(Generic[T, R]):
    item: T
    result: R | None = None
    error: Exception | None = None
    done: bool = False


class GroupCommit(Generic[T, R]):
    """`write` does all items in one transaction, or none. Safe for threads; nobody waits for more than two commits."""

    def __init__(self, write: Callable[[Sequence[T]], Sequence[R]]) -> None:
        self._write = write
        self._waiting: list[_Entry[T, R]] = []
        self._entering, self._leading = threading.Lock(), threading.Lock()

    def submit(self, item: T) -> R:
        """Write `item`, together with what other threads submit meanwhile; returns or raises once it is decided."""
        entry = _Entry[T, R](item)
        with self._entering:
            self._waiting.append(entry)
        with self._leading:  # whoever gets here first writes for all that wait
            if not entry.done:
                with self._entering:
                    batch, self._waiting = self._waiting, []
                self._write_all(batch)
        if entry.error is not None:
            raise entry.error
        return entry.result  # type: ignore[return-value]

    def _write_all(self, batch: Sequence[_Entry[T, R]]) -> None:
        try:
            results = self._write([entry.item for entry in batch])
        except Exception as error:  # noqa: BLE001 - each of those that wait is told
            self._failed(batch, error)
            return
        for entry, result in zip(batch, results, strict=True):
            entry.result, entry.done = result, True

    def _failed(self, batch: Sequence[_Entry[T, R]], error: Exception) -> None:
        """One that cannot be written must not take the others with it."""
        if len(batch) == 1:
            batch[0].error, batch[0].done = error, True
            return
        for entry in batch:
            if isinstance(error, StoreUnavailable):
                entry.error, entry.done = StoreUnavailable(str(error)), True
            else:
                self._write_all([entry])
