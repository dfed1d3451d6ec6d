"""A bounded directory of bare repositories: one per address, the least recently used go first."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from bot.errors import ContentsError
from bot.frozen import dataclass
from bot.late_pattern import late_pattern

_COPY = late_pattern(r"[0-9a-f]{32}\Z")
"""How a copy's directory is called."""

LEAST_ROOM = 1 << 16
"""Bytes that are free on a disk that is not full."""


def uncounted(what: str, number: int) -> None:
    """Where nobody counts."""


@dataclass(frozen=True, slots=True)
class Cache:
    """Copies under `directory`, together at most about `max_bytes`; safe for several threads and processes.

    `tell` hears how many "bytes" there are, and of each copy that was "dropped" because it was damaged.
    """

    directory: Path
    max_bytes: int = 2 * 1024**3
    tell: Callable[[str, int], None] = uncounted

    @contextmanager
    def repository(self, url: str) -> Iterator[Path]:
        """The directory for the repository at `url`, locked while in use; empty when it is new."""
        name = hashlib.sha256(url.encode()).hexdigest()[:32]
        with ExitStack() as held:
            try:
                self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
                held.enter_context(self._lock(name, wait=True))
                path = self._made(name)
            except OSError as error:
                raise ContentsError(f"the cache {self.directory} cannot be used: {error.strerror}") from None
            yield path
        self._evict(name, self.max_bytes)

    def _made(self, name: str) -> Path:
        path = self.directory / name
        if path.exists() and _size(path) > self.max_bytes // 2:
            shutil.rmtree(path)
        path.mkdir(exist_ok=True)
        os.utime(path)
        for left in (*path.glob("*.lock"), *path.glob("refs/**/*.lock"), *path.glob("objects/pack/tmp_*")):
            left.unlink(missing_ok=True)  # by a git that was killed: nobody else is in here
        return path

    def empty(self, copy: Path) -> None:
        """Throw away what is in a copy that the caller holds: something of it is damaged."""
        self.tell("dropped", 1)
        for each in copy.iterdir():
            if each.is_dir() and not each.is_symlink():
                shutil.rmtree(each, ignore_errors=True)
            else:
                each.unlink(missing_ok=True)

    def has_room(self) -> bool:
        """Whether anything at all can still be written."""
        disk = os.statvfs(self.directory)
        names_left = disk.f_favail > 0 or disk.f_files == 0  # some file systems do not count them
        return disk.f_bavail * disk.f_frsize >= LEAST_ROOM and names_left

    def make_room(self, copy: Path) -> None:
        """Delete every other copy that nobody holds: the disk is full, and the caller's is needed now."""
        self._evict(copy.name, 0)

    def _evict(self, keep: str, most: int) -> None:
        """Delete the least recently used copies that nobody holds until the rest has at most so many bytes."""
        copies = sorted((p for p in self.directory.iterdir() if _COPY.match(p.name)), key=_last_used, reverse=True)
        total = 0
        for copy in copies:
            size = _size(copy)
            total += size
            if total <= most or copy.name == keep:
                continue
            with self._lock(copy.name, wait=False) as lock:
                if lock is not None:
                    shutil.rmtree(copy, ignore_errors=True)
                    total -= size
        self.tell("bytes", total)

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
