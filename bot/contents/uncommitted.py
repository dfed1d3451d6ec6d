"""Files of a working tree that a comparison does not see: not committed, not staged, or ignored by git."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bot.contents.command import Git, without_filters
from bot.contents.selection import configuration_pathspecs, var_file_pathspecs

SECONDS = 20.0
"""How long git may look through the working tree."""

_STATUS = ("status", "--porcelain=v1", "-z", "--untracked-files=all", "--ignore-submodules=all", "--no-renames")
_IGNORED = ("ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--full-name")


def uncommitted(directory: Path) -> tuple[str, ...]:
    """Terraform files that are changed, deleted or untracked, but not ignored, sorted; none in a bare repository.

    Paths begin at the top of the working tree that holds `directory`. What `terraform init` put there is not counted.
    Raises ContentsError if git cannot tell.
    """
    return _shown(path for _, path in _status(directory))


def unstaged(directory: Path) -> tuple[str, ...]:
    """Those of them that are not as the index has them; raises as `uncommitted` does."""
    return _shown(path for state, path in _status(directory) if state[1:] != " ")


def ignored_var_files(directory: Path) -> tuple[str, ...]:
    """Var files that git ignores, though Terraform may read them; sorted. Raises ContentsError if git cannot tell."""
    answer = Git(directory).run(*_IGNORED, "--", *var_file_pathspecs(), seconds=SECONDS).decode("utf-8", "replace")
    return _shown(path for path in answer.split("\0") if path)


def _status(directory: Path) -> list[tuple[str, str]]:
    """What git says of each file, in two letters (the index, the working tree), and its path."""
    git = Git(directory)
    if git.run("rev-parse", "--is-inside-work-tree").strip() != b"true":
        return []
    answer = without_filters(git).run(*_STATUS, "--", *configuration_pathspecs(), seconds=SECONDS)
    return [(entry[:2], entry[3:]) for entry in answer.decode("utf-8", "replace").split("\0") if entry]


def _shown(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({path for path in paths if ".terraform" not in path.split("/")}))
