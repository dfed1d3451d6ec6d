"""Repositories fetched beforehand, which some figures are measured on; they are never part of this one."""

from __future__ import annotations

import os
from pathlib import Path

from bot.contents.git import GitContents
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.symlinks import followed

VARIABLE = "IAM_REVIEW_MIRROR"
"""Names the folder that holds `<owner>+<name>/repo`, a git directory for each repository."""


def mirror(given: Path | None = None) -> Path | None:
    """The folder, from an option or the environment; None, with a line that says so, if there is none."""
    found = given or (Path(os.environ[VARIABLE]) if VARIABLE in os.environ else None)
    if found is None or not found.is_dir():
        print(f"skipped: needs fetched repositories, in the folder that {VARIABLE} names")
        return None
    return found


def repository(folder: Path, name: str) -> Path | None:
    """The git directory of `owner/name`; None, with a line that says so, if it was not fetched."""
    found = folder / name.replace("/", "+") / "repo"
    if not found.is_dir():
        print(f"skipped: {name} was not fetched")
        return None
    return found


def tree(git_directory: Path, revision: str = "HEAD") -> SourceTree:
    """One revision with the files that matter."""
    found = GitContents.local(git_directory, revision, revision).revisions()
    return followed(SourceTree(revision, found.head_listing, found.blobs))
