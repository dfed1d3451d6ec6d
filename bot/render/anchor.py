"""Where on the forge's diff a finding's comment can stand."""

from __future__ import annotations

from dataclasses import dataclass

from bot.risk.finding import Location
from bot.touched import Touched


@dataclass(frozen=True, slots=True)
class Anchor:
    """Lines of a diff that a comment can stand on; `line` None means the file as a whole.

    `start_line` is None for a single line and otherwise smaller than `line`, in the same hunk.
    """

    path: str
    line: int | None
    side: str
    start_line: int | None = None


def anchor(location: Location, touched: Touched) -> Anchor | None:
    """Clamp a location to the hunks of its file.

    A file-level anchor if no hunk holds it; None if the file is not in the diff.
    """
    raise NotImplementedError
