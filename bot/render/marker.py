"""The hidden first line that tells the bot's own comments apart."""

from __future__ import annotations

import re
from typing import Literal, get_args

from bot.frozen import dataclass
from bot.late_pattern import late_pattern
from bot.review.identity import ThreadKey, read_thread_key

_MARKER = late_pattern(
    r"\A<!-- iam-review:(?:fp=(?P<thread>(?:[0-9]+:)?[0-9a-f]{16})|(?P<what>summary|reply))"
    r"(?: at=(?P<cause>[0-9a-f]{16}))?(?: head=(?P<head>[0-9a-f]{7,64}))?(?: base=(?P<base>[0-9a-f]{7,64}))?"
    r"(?P<state> fixed| gone| moved| accepted)? -->"
)


State = Literal["", "fixed", "gone", "moved", "accepted"]
STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True, slots=True)
class Marker:
    """What a comment is: on a finding, by its thread, or "summary" or "reply".

    "fixed": all that proved its finding is refused. "gone": its finding is not in the newest review, and that is all
    that is certain. "moved": another comment tells of it, where its line is now. Of these the first paragraph says what
    became of it. "accepted": somebody accepts its finding. `base` is the merge base that what it tells of was new
    against, `cause` what its finding is found by once that is another one (`Finding.thread_keys`).
    """

    what: ThreadKey | Literal["summary", "reply"]
    head: str
    state: State = ""
    base: str = ""
    cause: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it tells of something that is there, on its line."""
        return self.state in ("", "accepted")

    @property
    def is_closed(self) -> bool:
        """Whether the bot has nothing left to say on it: it resolves its thread."""
        return self.state in ("fixed", "moved", "accepted")

    @property
    def thread(self) -> ThreadKey | None:
        """What an inline comment's finding is recognised by; None for a summary or reply."""
        return self.what if isinstance(self.what, ThreadKey) else None

    def __str__(self) -> str:
        head = f" head={self.head}" if self.head else ""
        base = f" base={self.base}" if self.base else ""
        state = f" {self.state}" if self.state else ""
        cause = f" at={self.cause}" if self.cause else ""
        what = f"fp={self.what}" if isinstance(self.what, ThreadKey) else self.what
        return f"<!-- iam-review:{what}{cause}{head}{base}{state} -->"


def read_marker(body: str) -> Marker | None:
    """The marker a comment body begins with; None if it is not one of ours."""
    match = _MARKER.match(body)
    what = _what(match) if match else None
    if match is None or what is None:
        return None
    given = (match["state"] or "").strip()
    state: State = next((known for known in STATES if known == given), "")
    return Marker(what, match["head"] or "", state, match["base"] or "", match["cause"] or "")


def is_closed(body: str) -> bool:
    """Whether a comment of ours is one on which there is nothing left to say."""
    marker = read_marker(body)
    return marker is not None and marker.is_closed


def _what(match: re.Match[str]) -> ThreadKey | Literal["summary", "reply"] | None:
    if match["thread"]:
        return read_thread_key(match["thread"])
    return "summary" if match["what"] == "summary" else "reply"
