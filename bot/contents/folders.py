"""Two folders compared as if each were a commit."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from bot.contents.command import Git
from bot.contents.objects import MAX_BLOB_BYTES, diff
from bot.contents.port import LINK, Revisions
from bot.contents.selection import blobs_that_matter, is_compared
from bot.errors import ContentsError, RevisionError

SKIPPED = frozenset({".git", ".hg", ".svn", ".terraform", ".terragrunt-cache"})
"""Directories that are not part of what would be committed."""


@dataclass(frozen=True, slots=True)
class FolderContents:
    """The Contents of two folders; symbolic links are not followed."""

    base_directory: Path
    head_directory: Path

    def revisions(self) -> Revisions:
        """List and compare the two folders. Raises RevisionError or ContentsError."""
        base, head = _read_folder(self.base_directory), _read_folder(self.head_directory)
        return Revisions(
            base=str(self.base_directory),
            head=str(self.head_directory),
            base_listing=base.listing,
            head_listing=head.listing,
            diff=_diff(base, head),
            blobs=_contents(blobs_that_matter(base.listing, head.listing), base, head) | _links(base, head),
        )

    def read(self, blobs: Iterable[str]) -> Mapping[str, bytes]:
        """Contents of more blobs, by id; ids that do not exist are left out. Raises ContentsError."""
        return _contents(frozenset(blobs), _read_folder(self.base_directory), _read_folder(self.head_directory))


@dataclass(frozen=True, slots=True)
class _Folder:
    """`listing` maps paths to blob ids, `places` the same paths to where the files are."""

    listing: Mapping[str, str]
    places: Mapping[str, Path]


def _read_folder(directory: Path) -> _Folder:
    if not directory.is_dir():
        raise RevisionError(f"{directory} is not a directory")
    # A name that is not UTF-8 is listed as well as it can be written, and as git's listing has it.
    names = ((os.fsencode(path.relative_to(directory)), path) for path in _files(directory))
    places = {name.decode("utf-8", "backslashreplace"): path for name, path in names}
    blobs = {name: _blob_id(path) for name, path in sorted(places.items())}
    listing = {name: blob for name, blob in blobs.items() if blob is not None}
    return _Folder(listing, {name: places[name] for name in listing})


def _files(directory: Path) -> Iterator[Path]:
    for parent, directories, names in os.walk(directory, onerror=_unreadable):
        directories[:] = [name for name in directories if name not in SKIPPED]
        for name in (*names, *directories):
            path = Path(parent) / name
            try:
                mode = path.lstat().st_mode
            except FileNotFoundError:
                continue  # gone since it was listed
            if stat.S_ISREG(mode) or stat.S_ISLNK(mode):
                yield path


def _unreadable(error: OSError) -> NoReturn:
    raise ContentsError(f"cannot read {error.filename}: {error.strerror}") from error


def _blob_id(path: Path) -> str | None:
    """The id git gives to the file's contents; a symbolic link's says what it is; None if it has just gone."""
    if path.is_symlink():
        target = os.fsencode(path.readlink())
        return LINK + hashlib.sha1(b"blob %d\0%s" % (len(target), target), usedforsecurity=False).hexdigest()
    try:
        with path.open("rb") as file:
            digest = hashlib.sha1(b"blob %d\0" % os.fstat(file.fileno()).st_size, usedforsecurity=False)
            while chunk := file.read(1024**2):
                digest.update(chunk)
    except FileNotFoundError:
        return None
    except OSError as error:
        _unreadable(error)
    return digest.hexdigest()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ContentsError(f"cannot read {path}: {error.strerror}") from error


def _contents(wanted: frozenset[str], *folders: _Folder) -> dict[str, bytes]:
    places = {blob: folder.places[path] for folder in folders for path, blob in folder.listing.items()}
    chosen = (
        blob
        for blob in wanted & places.keys()
        if not blob.startswith(LINK) and places[blob].stat().st_size <= MAX_BLOB_BYTES
    )
    return {blob: _read(places[blob]) for blob in sorted(chosen)}


def _links(*folders: _Folder) -> dict[str, bytes]:
    """Where symbolic links lead, by their ids; they are not followed here."""
    return {
        blob: os.fsencode(folder.places[path].readlink())
        for folder in folders
        for path, blob in folder.listing.items()
        if blob.startswith(LINK)
    }


def _diff(base: _Folder, head: _Folder) -> str:
    """Compare in git's own words, by way of two commits that hold just the files that differ."""
    differing = {path for path, _ in base.listing.items() ^ head.listing.items() if is_compared(path)}
    if not differing:
        return ""
    stream = b"".join((*_commit("base", base, differing), *_commit("head", head, differing)))
    with tempfile.TemporaryDirectory(prefix="iam-review-") as scratch:
        git = Git(Path(scratch))
        git.run("init", "--quiet", "--bare", "--template=", ".")
        git.run("fast-import", "--quiet", "--force", stdin=stream)
        return diff(git, "refs/heads/base", "refs/heads/head")


def _commit(name: str, folder: _Folder, paths: Iterable[str]) -> Iterator[bytes]:
    """One commit as `git fast-import` reads it."""
    yield f"commit refs/heads/{name}\ncommitter iam-review <> 0 +0000\ndata 0\n".encode()
    for path in sorted(folder.places.keys() & set(paths)):
        place = folder.places[path]
        link = place.is_symlink()
        content = os.fsencode(place.readlink()) if link else _read(place)
        mode = b"120000" if link else b"100644"
        yield b"M %s inline %s\ndata %d\n%s\n" % (mode, _quoted(path), len(content), content)


def _quoted(path: str) -> bytes:
    return '"{}"'.format(path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")).encode()
