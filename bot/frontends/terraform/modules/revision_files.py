"""Reads files of one revision for Terraform functions, and remembers what was read and what was not here."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from unicodedata import normalize

from bot.evaluated.call import FunctionFault
from bot.evaluated.diagnostic import MAX_LINES, Span, Step
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.fetched_modules import told_path
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.symlinks import ancestors
from bot.evaluated.value import Part, StringValue

_LFS = b"version https://git-lfs.github.com/spec/"
"""How the pointer begins that git has in place of the file."""


@dataclass(slots=True)
class TreeFiles:
    """A FileReader over a SourceTree. `read_paths` and `needs` grow as it is used; `use` is told of which files, None
    for a listing."""

    tree: SourceTree
    read_paths: set[str] = field(default_factory=set)
    needs: set[str] = field(default_factory=set)
    use: Callable[[tuple[str, ...] | None, bool], None] = lambda paths, read: None
    _sorted: list[str] = field(default_factory=list)

    def read_bytes(self, path: str) -> bytes:
        """The file's bytes; raises FunctionFault if it does not exist or is not here."""
        self._used(path, self.tree.real(path))
        content = self.tree.read(path)
        if content is not None and content.startswith(_LFS):
            raise self._refused(path, "is kept by Git LFS, outside of git")
        if content is not None:
            return content
        if self.tree.missing(path):
            self.needs.add(path)
            raise FunctionFault(DiagnosticKind.NEEDS_FILE, f"{told_path(path)} has not been fetched yet")
        if self.tree.has(path):
            raise self._refused(path, self.tree.unread(path))
        raise FunctionFault(DiagnosticKind.FILE_MISSING, f"there is no file {told_path(path)} in the repository")

    def _refused(self, path: str, why: str) -> FunctionFault:
        """It depends on the whole file, and on the links on the way to it."""
        real = self.tree.real(path)
        places = (real, *(() if real == path else ancestors(path)))
        trail = tuple(Step(Span(one, 1, 1, MAX_LINES, 1), "file") for one in places)
        return FunctionFault(DiagnosticKind.REFUSED_FILE, f"{told_path(path)} {why}", trail)

    def read(self, path: str) -> StringValue:
        """The file as text, one verbatim part."""
        content = self.read_bytes(path)
        try:
            text = normalize("NFC", content.decode("utf-8").removeprefix("\ufeff"))
        except UnicodeDecodeError:
            raise FunctionFault(DiagnosticKind.INVALID_ARGUMENT, f"{told_path(path)} is not UTF-8 text") from None
        lines = text.count("\n")
        span = Span(self.tree.real(path), 1, 1, lines + 1, len(text) - text.rfind("\n"))
        return StringValue((Part(text, (Step(span, "file"),), True),) if text else ())

    def exists(self, path: str) -> bool:
        """Whether the revision has a regular file at `path`."""
        self._used(path)
        return self.tree.has(path)

    def looked_for(self, path: str) -> str | None:
        """The blob of a file that is read as a whole, None if there is none."""
        blob = self.tree.blob(path)
        if blob is None:
            self.use((path,), False)
        else:
            self._used(path)
        return blob

    def _used(self, *paths: str) -> None:
        self.read_paths.update(paths)
        self.use(paths, True)

    def listing(self, prefix: str) -> tuple[str, ...]:
        """Every file below directory `prefix`, sorted."""
        self.use(None, False)
        if not self._sorted:
            self._sorted.extend(sorted(self.tree.listing))
        start = f"{prefix}/" if prefix else ""
        first = bisect_left(self._sorted, start)
        last = bisect_left(self._sorted, start + "\U0010ffff") if start else len(self._sorted)
        return tuple(self._sorted[first:last])
