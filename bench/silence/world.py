"""One repository in memory, and changes of it: what a review of them and the judge are given."""

from __future__ import annotations

import difflib
import functools
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.evaluated.source_tree import SourceTree
from bot.evaluated.symlinks import followed
from bot.evaluated.touched import Touched, parse_diff

Texts = Mapping[str, str | None]
"""New texts by path; None for a file that is gone."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What stands between two offsets of a file's text is another text."""

    path: str
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class World:
    """The files of one revision by path."""

    name: str
    files: Mapping[str, bytes]

    @classmethod
    def of_folder(cls, name: str, folder: Path) -> World:
        """All regular files below a folder."""
        found = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
        return cls(name, {path.relative_to(folder).as_posix(): path.read_bytes() for path in found})

    @functools.cached_property
    def tree(self) -> SourceTree:
        """The revision as a review reads it."""
        return _tree("base", self.files)

    def text(self, path: str) -> str:
        """A file's text; "" if it is none."""
        try:
            return self.files[path].decode("utf-8")
        except UnicodeDecodeError:
            return ""

    def texts(self, edits: Iterable[Edit]) -> Texts:
        """The new texts of the files that edits are of, which do not overlap; an edit of no file makes one."""
        found: dict[str, str] = {}
        for edit in sorted(edits, key=lambda one: (one.path, one.start, one.end), reverse=True):
            text = found.get(edit.path, self.text(edit.path) if edit.path in self.files else "")
            found[edit.path] = text[: edit.start] + edit.text + text[edit.end :]
        return found

    def changed(self, texts: Texts) -> tuple[SourceTree, Touched]:
        """The revision with other texts, and the touched lines."""
        files = {**self.files, **{path: text.encode() for path, text in texts.items() if text is not None}}
        for path in (path for path, text in texts.items() if text is None):
            del files[path]
        diff = "".join(self._diff(path, text) for path, text in sorted(texts.items()))
        return _tree("head", files), parse_diff(diff)

    def _diff(self, path: str, text: str | None) -> str:
        old = self.text(path) if path in self.files else None
        facts = "new file mode 100644\n" if old is None else "deleted file mode 100644\n" if text is None else ""
        hunks = list(difflib.unified_diff(*map(_lines, (old, text)), lineterm=""))[2:]
        body = "".join(f"{line}\n" for line in (f"--- a/{path}", f"+++ b/{path}", *hunks)) if hunks else ""
        return f"diff --git a/{path} b/{path}\n{facts}{body}"


def _lines(text: str | None) -> list[str]:
    return [] if not text else text.removesuffix("\n").split("\n")


def _tree(revision: str, files: Mapping[str, bytes]) -> SourceTree:
    listing = {path: blob_id(content) for path, content in files.items()}
    return followed(SourceTree(revision, listing, {listing[path]: content for path, content in files.items()}))


def blob_id(content: bytes) -> str:
    """As git calls a file's contents."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def directories(files: Iterable[str]) -> Iterator[str]:
    """The directories that hold configuration, in order."""
    yield from dict.fromkeys(path.rpartition("/")[0] for path in sorted(files) if path.endswith(".tf"))
