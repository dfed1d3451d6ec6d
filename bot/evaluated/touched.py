"""Which lines one unified diff touches, on either side."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from fnmatch import fnmatchcase
from functools import cached_property

from unidiff.patch import Line, PatchSet

from bot.evaluated.diagnostic import Side, Span
from bot.frozen import dataclass
from bot.late_pattern import late_pattern


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file's change. Line numbers count from 1; a line number's set holds exactly the touched ones, without those
    that are merely aligned anew.

    `removed` are line numbers of the base file, `added` of the head file. `hunks` are
    (base_start, base_length, head_start, head_length): the lines a forge lets a comment stand on.
    `base` or `head` is "" if the file is new or gone. `opaque` is a file that git shows no lines of, because
    it looks binary, an attribute says so or it was not compared: everything in it counts as touched. `said_nothing` are
    those of the touched lines, as (side, line), that are blank or nothing but a comment.
    """

    base: str
    head: str
    removed: frozenset[int]
    added: frozenset[int]
    hunks: tuple[tuple[int, int, int, int], ...]
    opaque: bool = False
    said_nothing: frozenset[tuple[str, int]] = frozenset()


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

    def touches_code(self, span: Span, side: Side) -> bool:
        """Whether a line of `span` is touched that is neither blank nor nothing but a comment."""
        change = (self.by_head if side == "head" else self.by_base).get(span.file)
        if change is None or not change.said_nothing or change.opaque:
            return self.touches(span, side)
        lines = change.added if side == "head" else change.removed
        return any(span.line <= line <= span.end_line and (side, line) not in change.said_nothing for line in lines)

    def only_removes(self, path: str) -> bool:
        """Whether lines of a file that is there on both sides are taken out and none put in: seen at base alone."""
        change = self.by_head.get(path)
        return change is not None and change.base == path and bool(change.removed) and not change.added

    def code_lines(self, span: Span, side: Side) -> tuple[int, ...]:
        """The touched lines of `span` that are neither blank nor nothing but a comment."""
        lines = self._code.get((side, span.file))
        if lines is None:
            return ()
        return lines[bisect_left(lines, span.line) : bisect_right(lines, span.end_line)]

    @cached_property
    def _code(self) -> dict[tuple[Side, str], tuple[int, ...]]:
        """By side and path the touched lines of code, in order: they are asked for of every place of every value."""
        sides: tuple[tuple[Side, dict[str, FileChange]], ...] = (("head", self.by_head), ("base", self.by_base))
        return {(side, path): _code_of(change, side) for side, files in sides for path, change in files.items()}

    def first_line(self, places: Iterable[tuple[Side, Span]]) -> tuple[Side, str, int] | None:
        """The first touched line of code of the first of the places that has one; None if none has."""
        lines = ((side, span.file, line) for side, span in places for line in self.code_lines(span, side))
        return next(lines, None)

    def touches(self, span: Span, side: Side) -> bool:
        """Whether any line of `span` is added (side "head") or removed (side "base")."""
        files = self.by_head if side == "head" else self.by_base
        if span.is_pattern:
            return any(fnmatchcase(path, span.file) for path in files)
        change = files.get(span.file)
        if change is None:
            return False
        if change.opaque:
            return True
        lines = change.added if side == "head" else change.removed
        if span.end_line - span.line > len(lines):
            return any(span.line <= line <= span.end_line for line in lines)
        return any(line in lines for line in range(span.line, span.end_line + 1))


def _code_of(change: FileChange, side: Side) -> tuple[int, ...]:
    lines = change.added if side == "head" else change.removed
    return tuple(sorted(line for line in lines if (side, line) not in change.said_nothing))


def parse_diff(text: str) -> Touched:
    """Read one unified diff as `git diff` writes it, with renames.

    Lines of content begin with a sign or a blank, so "diff --git" and "@@" at the start of a line are git's. What
    stands before the hunks is read here, because unidiff cannot tell names apart that hold " b/"; the hunks by unidiff.
    """
    return Touched(tuple(_file_change(section) for section in _FILE.split(text)[1:]))


def touched_files(diff: str, base: Mapping[str, str], head: Mapping[str, str]) -> Touched:
    """What a diff says, and of two listings (path to id) whole the files that differ and that it says nothing of.

    Those are not compared for their names or the diff's size, and Terraform may read them all the same.
    """
    told = parse_diff(diff)
    silent = {path for path, _ in base.items() ^ head.items()} - told.paths
    besides = (_whole(path if path in base else "", path if path in head else "") for path in sorted(silent))
    return Touched((*told.files, *besides))


def _whole(base: str, head: str) -> FileChange:
    return FileChange(base, head, frozenset(), frozenset(), (), opaque=True)


def _file_change(section: str) -> FileChange:
    header, _, hunks = section.partition("\n@@ ")
    names, *facts = header.split("\n")
    base, head = _named_twice(names)
    for fact in facts:
        if fact.startswith("new file mode "):
            base = ""
        elif fact.startswith("deleted file mode "):
            head = ""
        elif fact.startswith("rename from "):
            base = _unquoted(fact.removeprefix("rename from "))
        elif fact.startswith("rename to "):
            head = _unquoted(fact.removeprefix("rename to "))
    read = tuple(PatchSet(f"--- base\n+++ head\n@@ {hunks}")[0]) if hunks else ()
    lines = [line for hunk in read for line in _but_aligned(hunk)]
    return FileChange(
        base,
        head,
        removed=frozenset(line.source_line_no for line in lines if line.is_removed and line.source_line_no),
        added=frozenset(line.target_line_no for line in lines if line.is_added and line.target_line_no),
        hunks=tuple((h.source_start, h.source_length, h.target_start, h.target_length) for h in read),
        opaque=any(fact.startswith("Binary files ") for fact in facts),
        said_nothing=frozenset(_says_nothing(lines)),
    )


def _but_aligned(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines without those taken out for which, in the same order, one is put in that has more or fewer blanks after
    a name, and without these."""
    for _, run in itertools.groupby(lines, key=lambda line: bool(line.is_context)):
        each = list(run)
        gone, come = ([line for line in each if line.is_removed], [line for line in each if line.is_added])
        before, after = ([_ALIGNED.sub("\\1\0\\2", line.value) for line in side[:_MOST_LINES]] for side in (gone, come))
        same: set[int] = set()
        at = 0
        for line, said in zip(come, after, strict=False):
            if said in before[at:]:
                at = before.index(said, at) + 1
                same |= {id(line), id(gone[at - 1])}
        yield from (line for line in each if id(line) not in same)


_ALIGNED = late_pattern(r"^(\s*[\w\"./-]+)(?:[ \t]+(?==)|(?=:))([=:])[ \t]+")
"""What comes before a value on lines that formatters align. How far they are indented may be what they say."""

_MOST_LINES = 1000


def _says_nothing(lines: Iterable[Line]) -> Iterator[tuple[str, int]]:
    for line in lines:
        if _NOTHING.match(line.value):
            if line.is_added and line.target_line_no:
                yield "head", line.target_line_no
            if line.is_removed and line.source_line_no:
                yield "base", line.source_line_no


_NOTHING = late_pattern(r"\s*(#|//|$)")


_FILE = late_pattern(r"^diff --git ", re.MULTILINE)


def _named_twice(names: str) -> tuple[str, str]:
    """ "a/NAME b/NAME", which may hold blanks: both halves are as long; of a rename this is not asked."""
    half = len(names) // 2
    return _unquoted(names[:half], "a/"), _unquoted(names[half + 1 :], "b/")


def _unquoted(name: str, prefix: str = "") -> str:
    """A path out of a diff header: without git's prefix and its C-style quotes."""
    if name.startswith('"') and name.endswith('"'):
        name = _ESCAPE.sub(_unescape, name[1:-1].encode()).decode("utf-8", "backslashreplace")
    return name.removeprefix(prefix)


def _unescape(match: re.Match[bytes]) -> bytes:
    code = match[1]
    return bytes([int(code, 8)]) if code.isdigit() else _ESCAPES.get(code, code)


_ESCAPE = late_pattern(rb"\\([0-7]{3}|.)")
_ESCAPES = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
