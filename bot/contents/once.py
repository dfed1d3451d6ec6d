"""Contents that are listed and compared once, however often that is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.contents.port import Contents, Revisions


@dataclass(slots=True)
class Once:
    """Remembers the first answer of `revisions`."""

    contents: Contents
    _found: Revisions | None = field(default=None, repr=False)

    def revisions(self) -> Revisions:
        """See `bot.contents.port`."""
        if self._found is None:
            self._found = self.contents.revisions()
        return self._found

    def read(self, blobs: Iterable[str]) -> Mapping[str, bytes]:
        """See `bot.contents.port`."""
        return self.contents.read(blobs)
