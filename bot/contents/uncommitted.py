"""Files of a working tree that no commit holds yet, so that a comparison of revisions does not see them."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from bot.contents.command import Git
from bot.contents.selection import configuration_pathspecs

SECONDS = 20.0
"""How long git may look through the working tree."""

_STATUS = ("status", "--porcelain=v1", "-z", "--untracked-files=all", "--ignore-submodules=all", "--no-renames")


def uncommitted(directory: Path) -> tuple[str, ...]:
    """Terraform files that are changed, deleted or untracked, but not ignored, sorted; none in a bare repository.

    Paths begin at the top of the working tree that holds `directory`. What `terraform init` put there is not counted.
    Raises ContentsError if git cannot tell.
    """
    git = Git(directory)
    if git.run("rev-parse", "--is-inside-work-tree").strip() != b"true":
        return ()
    answer = (
        _without_filters(git)
        .run(*_STATUS, "--", *configuration_pathspecs(), seconds=SECONDS)
        .decode("utf-8", "replace")
    )
    paths = {entry[3:] for entry in answer.split("\0") if entry}
    return tuple(sorted(path for path in paths if ".terraform" not in path.split("/")))


def _without_filters(git: Git) -> Git:
    """To compare a file git would run the commands that the repository's configuration names for cleaning it."""
    names = git.run("config", "--list", "--name-only", "-z").decode("utf-8", "surrogateescape").split("\0")
    drivers = {name.rpartition(".")[0] for name in names if name.startswith("filter.")}
    off = (("clean", ""), ("smudge", ""), ("process", ""), ("required", "false"))
    return dataclasses.replace(
        git, settings=tuple((f"{driver}.{key}", value) for driver in sorted(drivers) for key, value in off)
    )
