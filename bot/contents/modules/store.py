"""Packages on disk, by what was asked for and checked by content; the least recently used go first."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import msgspec

from bot.frozen import dataclass


class _StoredPackage(msgspec.Struct):
    """A package with the digest of its files."""

    digest: str
    files: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class PackageStore:
    """Packages in `directory`, together at most about `max_bytes`."""

    directory: Path
    max_bytes: int = 256 * 1024**2

    def get(self, key: str) -> Mapping[str, bytes] | None:
        """The package that was kept under `key`; None if there is none, or it is not what was kept."""
        path = self._path(key)
        try:
            kept = msgspec.msgpack.decode(path.read_bytes(), type=_StoredPackage)
            os.utime(path)
        except (OSError, msgspec.DecodeError):
            return None
        return kept.files if kept.digest == digest(kept.files) else None

    def put(self, key: str, files: Mapping[str, bytes]) -> None:
        """Keep a package; a full disk or one that cannot be written is no fault."""
        content = msgspec.msgpack.encode(_StoredPackage(digest(files), dict(files)))
        try:
            self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.NamedTemporaryFile(dir=self.directory, delete=False) as file:
                file.write(content)
            Path(file.name).replace(self._path(key))
            self._evict()
        except OSError:
            return

    def _path(self, key: str) -> Path:
        return self.directory / f"{hashlib.sha256(key.encode()).hexdigest()}.package"

    def _evict(self) -> None:
        packages = sorted(self.directory.glob("*.package"), key=lambda path: path.stat().st_mtime, reverse=True)
        total = 0
        for path in packages:
            total += path.stat().st_size
            if total > self.max_bytes:
                path.unlink(missing_ok=True)


def digest(files: Mapping[str, bytes]) -> str:
    """One digest of names and contents."""
    found = hashlib.sha256()
    for path, content in sorted(files.items()):
        found.update(f"{path}\0{len(content)}\0".encode())
        found.update(content)
    return found.hexdigest()
