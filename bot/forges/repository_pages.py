"""Where people look at a repository's changes in a browser: known of hosts whose addresses are, and of no others."""

from __future__ import annotations

import re

from bot.frozen import dataclass
from bot.late_pattern import late_pattern

_PATH = late_pattern(r"[\w.-]+(?:/[\w.-]+)+", re.ASCII)


@dataclass(frozen=True, slots=True)
class PublicPages:
    """How a forge's own public host calls its pages: what stands between a repository and a number, or a commit."""

    host: str
    change: str
    commit: str


@dataclass(frozen=True, slots=True)
class RepositoryPages:
    """The pages of one repository; none where `root` is ""."""

    root: str = ""
    change: str = ""
    commit: str = ""

    def of_change(self, number: int) -> str:
        """The page of a change request; "" where there is none, or none is known."""
        return f"{self.root}{self.change}{number}" if self.root and number else ""

    def of_commit(self, commit: str) -> str:
        """The page of a commit; "" where none is known."""
        return f"{self.root}{self.commit}{commit}" if self.root else ""


def pages_of(host: str, path: str, known: tuple[PublicPages, ...]) -> RepositoryPages:
    """The pages of a repository on a host; those of a host that is not known are not guessed."""
    found = next((one for one in known if one.host == host), None)
    if found is None or not _PATH.fullmatch(path):
        return RepositoryPages()
    return RepositoryPages(f"https://{found.host}/{path}", found.change, found.commit)
