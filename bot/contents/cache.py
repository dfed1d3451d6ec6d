"""A bounded directory of bare repositories: one per address, the least recently used go first."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from bot.frozen import dataclass

_COPY = re.compile(r"[0-9a-f]{32}\Z")
"""How a copy's directory is called."""


@dataclass(frozen=True, slots=True)
class Cache:
    """Copies under `directory`, together at most about `max_bytes`; safe for several threads and processes."""

    directory: Path
    max_bytes: int = 2 * 1024**3

    @contextmanager
    def repository(self, url: str) -> Iterator[Path]:
        """The directory for the repository at `url`, locked while in use; empty when it is new."""
        name = hashlib.sha256(url.encode()).hexdigest()[:32]
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._lock(name, wait=True):
            path = self.directory / name
            if path.exists() and _size(path) > self.max_bytes // 2:
                shutil.rmtree(path)
            path.mkdir(exist_ok=True)
            os.utime(path)
            yield path
        self._evict(keep=name)

    def _evict(self, keep: str) -> None:
        """Delete the least recently used copies that nobody holds until the rest fits."""
        copies = sorted((p for p in self.directory.iterdir() if _COPY.match(p.name)), key=_last_used, reverse=True)
        total = 0
        for copy in copies:
            total += _size(copy)
            if total <= self.max_bytes or copy.name == keep:
                continue
            with self._lock(copy.name, wait=False) as lock:
                if lock is not None:
                    shutil.rmtree(copy, ignore_errors=True)

    @contextmanager
    def _lock(self, name: str, wait: bool) -> Iterator[IO[bytes] | None]:
        with (self.directory / f"{name}.lock").open("wb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield None
            else:
                yield lock


def _last_used(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _size(path: Path) -> int:
    total = 0
    for parent, _, names in os.walk(path):
        for name in names:
            try:
                total += (Path(parent) / name).lstat().st_size
            except FileNotFoundError:
                continue
    return total
