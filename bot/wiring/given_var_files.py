"""Whether var files that a call names are in the repository: from elsewhere their values would count as not given."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath

from bot.errors import UsageError


def check_var_files(given: Iterable[str], paths: Iterable[str]) -> None:
    """Raises UsageError for one that cannot be among `paths`, the files that are looked at."""
    names = {path.rpartition("/")[2] for path in paths}
    for file in given:
        if PurePath(file).is_absolute() or file.rpartition("/")[2] not in names:
            raise UsageError(
                f"--var-file {file}: there is no such file in what is looked at; it has to be in the repository, not "
                "ignored by git, and named from a root's folder or the repository's top: copy it there and name it so"
            )
