"""Two folders compared as if each were a commit, and one by itself."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from pathlib import Path
from typing import NoReturn

from bot.contents.command import Git
from bot.contents.objects import MAX_BLOB_BYTES, diff
from bot.contents.port import LINK, Revisions
from bot.contents.selection import blobs_that_matter, is_compared
from bot.errors import ContentsError, RevisionError
from bot.frozen import dataclass

SKIPPED = frozenset({".git", ".hg", ".svn", ".terraform", ".terragrunt-cache"})
"""Directories that are not part of what would be committed."""


@dataclass(frozen=True, slots=True)
class FolderContents:
    """The Contents of two folders, listed once; symbolic links are not followed."""

    base_directory: Path
    head_directory: Path
    _listed: dict[Path, _Folder] = field(default_factory=dict, init=False, repr=False, compare=False)

    def revisions(self) -> Revisions:
        """List and compare the two folders. Raises RevisionError or ContentsError."""
        base, head = self._folders()
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
        return _contents(frozenset(blobs), *self._folders())

    def _folders(self) -> tuple[_Folder, _Folder]:
        for directory in (self.base_directory, self.head_directory):
            if directory not in self._listed:
                self._listed[directory] = _read_folder(directory, _blob_id)
        return self._listed[self.base_directory], self._listed[self.head_directory]


@dataclass(frozen=True, slots=True)
class OneFolder:
    """The Contents of one folder, both sides of which are alike: ids stand for paths, so that only what is asked for is
    read."""

    directory: Path
    _folder: _Folder

    @classmethod
    def listed(cls, directory: Path) -> OneFolder:
        """List it. Raises RevisionError or ContentsError."""
        return cls(directory, _read_folder(directory, _path_id))

    def revisions(self) -> Revisions:
        """The folder as it is, on both sides. Raises ContentsError."""
        here = str(self.directory)
        return Revisions(here, here, self.listing, self.listing, "", self.first())

    @property
    def listing(self) -> Mapping[str, str]:
        """Ids by path."""
        return self._folder.listing

    def first(self) -> dict[str, bytes]:
        """The contents that are needed before anything is known, by id. Raises ContentsError."""
        return _contents(blobs_that_matter(self.listing), self._folder) | _links(self._folder)

    def read(self, blobs: Iterable[str]) -> Mapping[str, bytes]:
        """Contents of more files, by id. Raises ContentsError."""
        return _contents(frozenset(blobs), self._folder)


@dataclass(frozen=True, slots=True)
class _Folder:
    """`listing` maps paths to blob ids, `places` the same paths to where the files are."""

    listing: Mapping[str, str]
    places: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _File:
    """`name` is its path in the folder, `place` where it is."""

    name: bytes
    place: str
    is_link: bool


def _read_folder(directory: Path, identify: Callable[[_File], str | None]) -> _Folder:
    if not directory.is_dir():
        raise RevisionError(f"{directory} is not a directory")
    listing: dict[str, str] = {}
    places: dict[str, str] = {}
    for file in sorted(_files(directory), key=lambda file: file.name):
        blob = identify(file)
        if blob is not None:
            # A name that is not UTF-8 is listed as well as it can be written, and as git's listing has it.
            name = file.name.decode("utf-8", "backslashreplace")
            listing[name], places[name] = blob, file.place
    return _Folder(listing, places)


def _files(directory: Path) -> Iterator[_File]:
    waiting = [(str(directory), b"")]
    while waiting:
        place, above = waiting.pop()
        try:
            entries = list(os.scandir(place))
        except OSError as error:
            _unreadable(error)
        for entry in entries:
            name = above + os.fsencode(entry.name)
            if entry.is_symlink() or entry.is_file(follow_symlinks=False):
                yield _File(name, entry.path, entry.is_symlink())
            elif entry.is_dir(follow_symlinks=False) and entry.name not in SKIPPED:
                waiting.append((entry.path, name + b"/"))


def _unreadable(error: OSError) -> NoReturn:
    raise ContentsError(f"cannot read {error.filename}: {error.strerror}") from error


def _blob_id(file: _File) -> str | None:
    """The id git gives to the file's contents; a symbolic link's says what it is; None if it has just gone."""
    try:
        if file.is_link:
            target = os.fsencode(Path(file.place).readlink())
            return LINK + hashlib.sha1(b"blob %d\0%s" % (len(target), target), usedforsecurity=False).hexdigest()
        with Path(file.place).open("rb") as content:
            digest = hashlib.sha1(b"blob %d\0" % os.fstat(content.fileno()).st_size, usedforsecurity=False)
            while chunk := content.read(1024**2):
                digest.update(chunk)
    except FileNotFoundError:
        return None
    except OSError as error:
        _unreadable(error)
    return digest.hexdigest()


def _path_id(file: _File) -> str:
    return (LINK if file.is_link else "") + hashlib.sha1(file.name, usedforsecurity=False).hexdigest()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ContentsError(f"cannot read {path}: {error.strerror}") from error


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise ContentsError(f"cannot read {path}: {error.strerror}") from error


def _contents(wanted: frozenset[str], *folders: _Folder) -> dict[str, bytes]:
    places = {blob: folder.places[path] for folder in folders for path, blob in folder.listing.items()}
    chosen = (
        blob
        for blob in wanted & places.keys()
        if not blob.startswith(LINK) and _size(Path(places[blob])) <= MAX_BLOB_BYTES
    )
    return {blob: _read(Path(places[blob])) for blob in sorted(chosen)}


def _links(*folders: _Folder) -> dict[str, bytes]:
    """Where symbolic links lead, by their ids; they are not followed here."""
    return {
        blob: os.fsencode(Path(folder.places[path]).readlink())
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
        place = Path(folder.places[path])
        link = place.is_symlink()
        content = os.fsencode(place.readlink()) if link else _read(place)
        mode = b"120000" if link else b"100644"
        yield b"M %s inline %s\ndata %d\n%s\n" % (mode, _quoted(path), len(content), content)


def _quoted(path: str) -> bytes:
    return '"{}"'.format(path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")).encode()
