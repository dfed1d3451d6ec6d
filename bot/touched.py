"""Which lines one unified diff touches, on either side."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from bot.diagnostics import Span


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file's change. Line numbers count from 1; a line number's set holds exactly the touched ones.

    `removed` are line numbers of the base file, `added` of the head file. `hunks` are
    (base_start, base_length, head_start, head_length): the lines a forge lets a comment stand on.
    `base` or `head` is "" if the file is new or gone. `opaque` is a file that git shows no lines of, because
    it looks binary or an attribute says so: everything in it counts as touched.
    """

    base: str
    head: str
    removed: frozenset[int]
    added: frozenset[int]
    hunks: tuple[tuple[int, int, int, int], ...]
    opaque: bool = False


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
        if change.opaque:
            return True
        lines = change.added if side == "head" else change.removed
        if span.end_line - span.line > len(lines):
            return any(span.line <= line <= span.end_line for line in lines)
        return any(line in lines for line in range(span.line, span.end_line + 1))


def parse_diff(text: str) -> Touched:
    """Read one unified diff as `git diff` writes it, with renames; any other line is passed over."""
    lines = iter(text.split("\n"))
    files: list[_Reading] = []
    for line in lines:
        hunk = _HUNK.match(line)
        if line.startswith("diff --git "):
            files.append(_Reading(*_named_twice(line.removeprefix("diff --git "))))
        elif files and hunk:
            files[-1].hunk(hunk, lines)
        elif files:
            files[-1].header(line)
    return Touched(tuple(file.change() for file in files))


@dataclass(slots=True)
class _Reading:
    """One file's part of a diff, as far as it has been read."""

    base: str
    head: str
    removed: set[int] = field(default_factory=set)
    added: set[int] = field(default_factory=set)
    hunks: list[tuple[int, int, int, int]] = field(default_factory=list)
    opaque: bool = False

    def header(self, line: str) -> None:
        """A line before the first hunk: names that are not the same on both sides are told here."""
        if line.startswith("new file mode "):
            self.base = ""
        elif line.startswith("deleted file mode "):
            self.head = ""
        elif line.startswith("rename from "):
            self.base = _unquoted(line.removeprefix("rename from "))
        elif line.startswith("rename to "):
            self.head = _unquoted(line.removeprefix("rename to "))
        elif line.startswith("Binary files "):
            self.opaque = True

    def hunk(self, header: re.Match[str], lines: Iterator[str]) -> None:
        """A hunk: its header says how many lines it has, so that none of them is taken for a header."""
        base, head = int(header[1]), int(header[3])
        base_end, head_end = (start + int(length or 1) for start, length in ((base, header[2]), (head, header[4])))
        self.hunks.append((base, base_end - base, head, head_end - head))
        while base < base_end or head < head_end:
            line = next(lines, None)
            if line is None:
                return
            if line.startswith("-"):
                self.removed.add(base)
            elif line.startswith("+"):
                self.added.add(head)
            base += not line.startswith(("+", "\\"))
            head += not line.startswith(("-", "\\"))

    def change(self) -> FileChange:
        """What was read."""
        lines = frozenset(self.removed), frozenset(self.added)
        return FileChange(self.base, self.head, *lines, tuple(self.hunks), self.opaque)


_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


def _named_twice(names: str) -> tuple[str, str]:
    """ "a/NAME b/NAME", which may hold blanks: both halves are as long; of a rename this is not asked."""
    half = len(names) // 2
    return _unquoted(names[:half], "a/"), _unquoted(names[half + 1 :], "b/")


def _unquoted(name: str, prefix: str = "") -> str:
    """A path out of a diff header: without git's prefix and its C-style quotes."""
    if name.startswith('"') and name.endswith('"'):
        name = _ESCAPE.sub(_unescape, name[1:-1].encode()).decode("utf-8", "surrogateescape")
    return name.removeprefix(prefix)


def _unescape(match: re.Match[bytes]) -> bytes:
    code = match[1]
    return bytes([int(code, 8)]) if code.isdigit() else _ESCAPES.get(code, code)


_ESCAPE = re.compile(rb"\\([0-7]{3}|.)")
_ESCAPES = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
