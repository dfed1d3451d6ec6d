"""Whether var files that a call names are in the repository: from elsewhere their values would count as not given."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Sequence

from bot.errors import UsageError


def check_var_files(given: Sequence[str], *listings: Collection[str]) -> None:
    """Raises UsageError for one that cannot be in any of the listings, the paths that are looked at."""
    for file in given:
        if not any(f"/{path}".endswith(_end(file)) for paths in listings for path in paths):
            raise UsageError(
                f"--var-file {file}: there is no such file in what is looked at; it has to be in the repository, not "
                "ignored by git, and named from a root's folder or the repository's top: copy it there and name it so"
            )


def _end(file: str) -> str:
    """How the path of a file ends that is named so from some folder; of an absolute one no path does."""
    way = posixpath.normpath(file)
    while way.startswith("../"):
        way = way.removeprefix("../")
    return f"/{way}"
