"""Which lines one unified diff touches, on either side."""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Touched:
    """The touched lines of a change, by path on each side. `by_base` and `by_head` index `files`."""

    files: tuple[FileChange, ...]

    def touches(self, span: Span, side: str) -> bool:
        """Whether any line of `span` is removed (side "base") or added (side "head")."""
        raise NotImplementedError


def parse_diff(text: str) -> Touched:
    """Read one unified diff as `git diff` writes it (with renames); binary files have no lines."""
    raise NotImplementedError
