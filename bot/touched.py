"""Which lines one unified diff touches, on either side."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from unidiff.patch import PatchedFile, PatchSet

from bot.diagnostics import Span


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file's change. Line numbers count from 1; a line number's set holds exactly the touched ones.

    `removed` are line numbers of the base file, `added` of the head file. `hunks` are
    (base_start, base_length, head_start, head_length): the lines a forge lets a comment stand on.
    `base` or `head` is "" if the file is new or gone.
    """

    base: str
    head: str
    removed: frozenset[int]
    added: frozenset[int]
    hunks: tuple[tuple[int, int, int, int], ...]


@dataclass(frozen=True)
class Touched:
    """The touched lines of a change; a file renamed without an edit has a FileChange without lines."""

    files: tuple[FileChange, ...] = field(default=())

    @cached_property
    def by_base(self) -> dict[str, FileChange]:
        """The files that exist at base, by their base path."""
        return {change.base: change for change in self.files if change.base}

    @cached_property
    def by_head(self) -> dict[str, FileChange]:
        """The files that exist at head, by their head path."""
        return {change.head: change for change in self.files if change.head}

    @property
    def paths(self) -> frozenset[str]:
        """Every path that is touched, on either side."""
        return frozenset(self.by_base) | frozenset(self.by_head)

    def touches(self, span: Span, side: Literal["head", "base"]) -> bool:
        """Whether any line of `span` is added (side "head") or removed (side "base")."""
        change = (self.by_head if side == "head" else self.by_base).get(span.file)
        if change is None:
            return False
        lines = change.added if side == "head" else change.removed
        if span.end_line - span.line > len(lines):
            return any(span.line <= line <= span.end_line for line in lines)
        return any(line in lines for line in range(span.line, span.end_line + 1))


def parse_diff(text: str) -> Touched:
    """Read one unified diff as `git diff` writes it (with renames); binary files have no lines."""
    return Touched(tuple(_file_change(patched) for patched in PatchSet(text)))


def _file_change(patched: PatchedFile) -> FileChange:
    lines = [line for hunk in patched for line in hunk]
    return FileChange(
        base="" if _says(patched, "new file mode") else _path(patched.source_file, "a/"),
        head="" if _says(patched, "deleted file mode") else _path(patched.target_file, "b/"),
        removed=frozenset(line.source_line_no for line in lines if line.is_removed and line.source_line_no),
        added=frozenset(line.target_line_no for line in lines if line.is_added and line.target_line_no),
        hunks=tuple((h.source_start, h.source_length, h.target_start, h.target_length) for h in patched),
    )


def _says(patched: PatchedFile, header: str) -> bool:
    """Whether git says so: unidiff itself takes a file that was empty for one that was not there."""
    return any(line.startswith(header) for line in patched.patch_info or ())


def _path(name: str | None, prefix: str) -> str:
    """A path out of a diff header: without git's prefix and its C-style quotes."""
    path = name or ""
    if path.startswith('"') and path.endswith('"'):
        path = _ESCAPE.sub(_unescape, path[1:-1].encode()).decode("utf-8", "surrogateescape")
    return path.removeprefix(prefix)


def _unescape(match: re.Match[bytes]) -> bytes:
    code = match[1]
    return bytes([int(code, 8)]) if code.isdigit() else _ESCAPES.get(code, code)


_ESCAPE = re.compile(rb"\\([0-7]{3}|.)")
_ESCAPES = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
