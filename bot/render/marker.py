"""The hidden first line that tells the bot's own comments apart."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MARKER = re.compile(
    r"\A<!-- iam-review:(?P<what>fp=[0-9a-f]{16}|summary|reply)"
    r"(?: head=(?P<head>[0-9a-f]{7,64}))?(?: base=(?P<base>[0-9a-f]{7,64}))?(?P<state> fixed| gone)? -->"
)


@dataclass(frozen=True, slots=True)
class Marker:
    """`fingerprint` of an inline comment, "summary" or "reply"; `fixed` once all that proved its finding is refused.

    `gone`: its finding is not in the newest review, and that is all that is certain. Of both the first paragraph says
    what became of it. `base` is the merge base that what it tells of was new against.
    """

    what: str
    head: str
    fixed: bool = False
    gone: bool = False
    base: str = ""

    @property
    def fingerprint(self) -> str | None:
        """The finding's fingerprint; None for a summary or reply."""
        return self.what.removeprefix("fp=") if self.what.startswith("fp=") else None

    def __str__(self) -> str:
        head = f" head={self.head}" if self.head else ""
        base = f" base={self.base}" if self.base else ""
        state = " fixed" if self.fixed else " gone" if self.gone else ""
        return f"<!-- iam-review:{self.what}{head}{base}{state} -->"


def read_marker(body: str) -> Marker | None:
    """The marker a comment body begins with; None if it is not one of ours."""
    match = _MARKER.match(body)
    if match is None:
        return None
    state = match["state"]
    return Marker(match["what"], match["head"] or "", state == " fixed", state == " gone", match["base"] or "")
