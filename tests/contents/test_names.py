"""File names in bytes that are no text: listed apart, told in the diff by the same name, never one for another."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.contents.folders import FolderContents
from bot.contents.git import GitContents
from bot.contents.port import Contents
from bot.errors import ContentsError
from bot.evaluated.touched import parse_diff
from tests.contents.repositories import Repository

ODD = (b"caf\xe9.tf", b"caf\xe8.tf", b'quoted "\xff".tf', "süß.tf".encode(), b"tab\t.tf", b"a b/c.tf")


def written(directory: Path, names: tuple[bytes, ...], text: str) -> Path:
    for name in names:
        path = directory / os.fsdecode(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return directory


def in_git(top: Path) -> Contents:
    repository = Repository.create(top / "repository")
    for text in ("# one\n", "# two\n"):
        written(repository.path, ODD, text)
        repository.git("add", "--all")
        repository.git("commit", "--quiet", "--message", text)
    return GitContents.local(repository.path, "HEAD~1", "HEAD")


def in_folders(top: Path) -> Contents:
    return FolderContents(written(top / "base", ODD, "# one\n"), written(top / "head", ODD, "# two\n"))


@pytest.mark.parametrize("made", [in_git, in_folders])
def test_every_name_is_listed_and_touched(made: Callable[[Path], Contents], tmp_path: Path) -> None:
    revisions = made(tmp_path).revisions()
    assert len(revisions.head_listing) == len(ODD)
    assert parse_diff(revisions.diff).paths == set(revisions.head_listing)


def test_a_name_that_looks_like_bytes_of_another(tmp_path: Path) -> None:
    repository = Repository.create(tmp_path / "repository")
    written(repository.path, (b"a\xff.tf", b"a\\xff.tf"), "# one\n")
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--message", "one")
    repository.git("commit", "--quiet", "--allow-empty", "--message", "two")
    with pytest.raises(ContentsError, match="two files are called"):
        GitContents.local(repository.path, "HEAD~1", "HEAD").revisions()
