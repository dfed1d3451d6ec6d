"""The files of one revision, as far as they have been fetched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceTree:
    """One revision of a repository: which files it has, and the contents of those already here.

    `listing` maps every regular file's path ("envs/prod/main.tf", no leading slash) to its git blob
    id; symbolic links and submodules are not in it. `blobs` maps blob ids to contents. A listed file
    whose blob is absent can be asked for (see `Missing`); a path that is not listed does not exist.
    `refused` are blob ids that will not come however often they are asked for: what they hold is a gap.
    """

    revision: str
    listing: Mapping[str, str]
    blobs: Mapping[str, bytes]
    refused: frozenset[str] = frozenset()

    def has(self, path: str) -> bool:
        """Whether the revision has a regular file at `path`."""
        return path in self.listing

    def blob(self, path: str) -> str | None:
        """The blob id of the file at `path`: equal ids mean equal contents."""
        return self.listing.get(path)

    def read(self, path: str) -> bytes | None:
        """The contents of the file at `path`; None if it does not exist or is not here yet."""
        blob = self.listing.get(path)
        return None if blob is None else self.blobs.get(blob)

    def missing(self, path: str) -> bool:
        """Whether the file exists, its contents are not here yet, and asking for them can help."""
        blob = self.listing.get(path)
        return blob is not None and blob not in self.blobs and blob not in self.refused

    def directory(self, path: str) -> tuple[str, ...]:
        """Paths of the regular files directly in directory `path` ("" is the top), sorted."""
        prefix = f"{path}/" if path else ""
        return tuple(sorted(p for p in self.listing if p.startswith(prefix) and "/" not in p[len(prefix) :]))
