"""No files at all: for a review that has only a plan to go by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.contents.port import Revisions
from bot.frozen import dataclass


@dataclass(frozen=True, slots=True)
class NoContents:
    """The Contents of a change that only a plan tells of; the two sides have names and no files."""

    base: str
    head: str

    def revisions(self) -> Revisions:
        """Two empty sides."""
        return Revisions(self.base, self.head, {}, {}, "", {})

    def read(self, blobs: Iterable[str]) -> Mapping[str, bytes]:
        """Nothing."""
        return {}
