"""The hidden first line that tells the bot's own comments apart."""

from __future__ import annotations

import re
from typing import Literal

from bot.frozen import dataclass
from bot.review.identity import ThreadKey, read_thread_key

_MARKER = re.compile(
    r"\A<!-- iam-review:(?:fp=(?P<thread>(?:[0-9]+:)?[0-9a-f]{16})|(?P<what>summary|reply))"
    r"(?: head=(?P<head>[0-9a-f]{7,64}))?(?: base=(?P<base>[0-9a-f]{7,64}))?(?P<state> fixed| gone)? -->"
)


@dataclass(frozen=True, slots=True)
class Marker:
    """What a comment is: on a finding, by its thread, or "summary" or "reply".

    `fixed`: all that proved its finding is refused. `gone`: its finding is not in the newest review, and that is all
    that is certain. Of both the first paragraph says what became of it. `base` is the merge base that what it tells of
    was new against.
    """

    what: ThreadKey | Literal["summary", "reply"]
    head: str
    fixed: bool = False
    gone: bool = False
    base: str = ""

    @property
    def thread(self) -> ThreadKey | None:
        """What an inline comment's finding is recognised by; None for a summary or reply."""
        return self.what if isinstance(self.what, ThreadKey) else None

    def __str__(self) -> str:
        head = f" head={self.head}" if self.head else ""
        base = f" base={self.base}" if self.base else ""
        state = " fixed" if self.fixed else " gone" if self.gone else ""
        what = f"fp={self.what}" if isinstance(self.what, ThreadKey) else self.what
        return f"<!-- iam-review:{what}{head}{base}{state} -->"


def read_marker(body: str) -> Marker | None:
    """The marker a comment body begins with; None if it is not one of ours."""
    match = _MARKER.match(body)
    what = _what(match) if match else None
    if match is None or what is None:
        return None
    state = match["state"]
    return Marker(what, match["head"] or "", state == " fixed", state == " gone", match["base"] or "")


def _what(match: re.Match[str]) -> ThreadKey | Literal["summary", "reply"] | None:
    if match["thread"]:
        return read_thread_key(match["thread"])
    return "summary" if match["what"] == "summary" else "reply"
