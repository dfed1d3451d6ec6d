"""Reads unified diffs line by line, the way a forge needs them: which lines can carry a comment."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal

from bot.frozen import dataclass

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@(.*)")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", '"': '"', "\\": "\\"}
_MARKS = {"added": "+", "removed": "-", "context": " "}
_ESCAPE = re.compile(r"\\([0-7]{3}|.)")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a hunk; `old` and `new` are its numbers on either side, None where it is not there."""

    kind: Literal["added", "removed", "context"]
    old: int | None
    new: int | None
    text: str

    def __str__(self) -> str:
        return _MARKS[self.kind] + self.text


@dataclass(frozen=True, slots=True)
class Hunk:
    """One stretch of a diff."""

    header: str
    lines: tuple[Line, ...]

    def has(self, side: str, line: int) -> bool:
        """Whether a comment can stand on that line of that side ("LEFT" or "RIGHT")."""
        return any((each.old if side == "LEFT" else each.new) == line for each in self.lines)

    @property
    def whole(self) -> str:
        """The hunk's text."""
        return "\n".join((self.header, *map(str, self.lines)))

    def text(self, side: str, upto: int) -> str:
        """The hunk's text down to a line, as comments quote it."""
        shown = [self.header]
        for each in self.lines:
            shown.append(str(each))
            if (each.old if side == "LEFT" else each.new) == upto:
                break
        return "\n".join(shown)


@dataclass(frozen=True, slots=True)
class FileDiff:
    """One file's change; `base` or `head` is "" if the file is new or gone."""

    base: str
    head: str
    hunks: tuple[Hunk, ...]
    binary: bool = False

    @property
    def path(self) -> str:
        """The name it goes by in the pull request."""
        return self.head or self.base

    @property
    def status(self) -> str:
        """GitHub's word for what happened to it."""
        if not self.base:
            return "added"
        if not self.head:
            return "removed"
        return "modified" if self.base == self.head else "renamed"

    def count(self, kind: str) -> int:
        """How many lines of that kind it has."""
        return sum(line.kind == kind for hunk in self.hunks for line in hunk.lines)

    def carried(self, line: int) -> int | None:
        """Where a line of the base stands at the head; None if it was removed."""
        shift = 0
        for hunk in self.hunks:
            for each in hunk.lines:
                if each.old == line:
                    return each.new
                if each.old is not None and each.old > line:
                    return line + shift
                shift += {"added": 1, "removed": -1, "context": 0}[each.kind]
        return line + shift

    def hunk_with(self, side: str, line: int) -> Hunk | None:
        """The hunk in which that line of that side can be commented on."""
        return next((hunk for hunk in self.hunks if hunk.has(side, line)), None)


def read_diff(text: str) -> tuple[FileDiff, ...]:
    """Read what `git diff` writes."""
    bounds = [*(match.start() for match in re.finditer(r"^diff --git ", text, re.MULTILINE)), len(text)]
    return tuple(_file(text[start:end].split("\n")) for start, end in pairwise(bounds))


def _file(lines: Sequence[str]) -> FileDiff:
    first_hunk = next((n for n, line in enumerate(lines) if line.startswith("@@ ")), len(lines))
    header = lines[:first_hunk]
    base, head = _names(header)
    return FileDiff(base, head, tuple(_hunks(lines[first_hunk:])), any(line.startswith("Binary ") for line in header))


def _names(header: Sequence[str]) -> tuple[str, str]:
    """The names on both sides; "" for /dev/null. Without any line naming them, the first line does."""
    said = _said(header[1:])
    whole = header[0].removeprefix("diff --git ")
    same = _stripped(_unquoted(whole[: len(whole) // 2]))
    base = said.get("rename from ") or said.get("copy from ") or _stripped(said.get("--- ", f"a/{same}"))
    head = said.get("rename to ") or said.get("copy to ") or _stripped(said.get("+++ ", f"b/{same}"))
    new = any(line.startswith("new file mode") for line in header)
    gone = any(line.startswith("deleted file mode") for line in header)
    return "" if new else base, "" if gone else head


def _said(lines: Sequence[str]) -> dict[str, str]:
    said = dict[str, str]()
    for line in lines:
        for prefix in ("--- ", "+++ ", "rename from ", "rename to ", "copy from ", "copy to "):
            if line.startswith(prefix):
                said[prefix] = _unquoted(line[len(prefix) :].rstrip("\t"))
    return said


def _stripped(name: str) -> str:
    return "" if name == "/dev/null" else name[2:]


def _unquoted(name: str) -> str:
    if not (name.startswith('"') and name.endswith('"')):
        return name
    raw = _ESCAPE.sub(lambda m: _ESCAPES.get(m[1]) or chr(int(m[1], 8)), name[1:-1])
    return raw if "\\" not in name or raw.isascii() else raw.encode("latin-1", "ignore").decode("utf-8", "replace")


def _hunks(lines: Sequence[str]) -> Iterator[Hunk]:
    header, collected, old, new = "", list[Line](), 0, 0
    for text in lines:
        match = _HUNK.match(text)
        if match:
            if header:
                yield Hunk(header, tuple(collected))
            header, collected = text, []
            old, new = int(match[1]), int(match[3])
        elif text.startswith("+"):
            collected.append(Line("added", None, new, text[1:]))
            new += 1
        elif text.startswith("-"):
            collected.append(Line("removed", old, None, text[1:]))
            old += 1
        elif text.startswith(" "):
            collected.append(Line("context", old, new, text[1:]))
            old, new = old + 1, new + 1
    if header:
        yield Hunk(header, tuple(collected))
