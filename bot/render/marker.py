"""The hidden first line that tells the bot's own comments apart."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MARKER = re.compile(
    r"\A<!-- iam-review:(?P<what>fp=[0-9a-f]{16}|summary|reply)"
    r"(?: head=(?P<head>[0-9a-f]{7,64}))?(?P<fixed> fixed)? -->"
)


@dataclass(frozen=True, slots=True)
class Marker:
    """`fingerprint` of an inline comment, "summary" or "reply"; `fixed` once its finding is gone."""

    what: str
    head: str
    fixed: bool = False

    @property
    def fingerprint(self) -> str | None:
        """The finding's fingerprint; None for a summary or reply."""
        return self.what.removeprefix("fp=") if self.what.startswith("fp=") else None

    def __str__(self) -> str:
        head = f" head={self.head}" if self.head else ""
        return f"<!-- iam-review:{self.what}{head}{' fixed' if self.fixed else ''} -->"


def read_marker(body: str) -> Marker | None:
    """The marker a comment body begins with; None if it is not one of ours."""
    match = _MARKER.match(body)
    return Marker(match["what"], match["head"] or "", bool(match["fixed"])) if match else None
