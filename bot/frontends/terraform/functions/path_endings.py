"""Whether a regular expression can only match within the known end of a path."""

from __future__ import annotations

from bot.frontends.terraform.functions.re2 import compile_regex
from bot.late_pattern import late_pattern

_TIMES = r"(?:[+*?]|\{\d+(?:,\d*)?\})?\??"

_PIECE = late_pattern(
    r"(?P<slash>/(?![+*?{]))"
    r"|(?P<group>\((?:\?:|\?P?<\w+>)?|\)(?![+*?{]))"
    rf"|(?P<one>[A-Za-z0-9_ -]|\\[.\-wd]){_TIMES}"
    rf"|(?P<class>\[\^?\]?(?:\[:\w+:\]|\\.|[^\]\\])*\]){_TIMES}"
    r"|(?P<end>\$)"
)
"""What a pattern may be made of here: no choice, nothing that is repeated with its slashes, no flag."""


def ends_below(pattern: str, below: str) -> bool:
    """Whether the first match of `pattern` in any path that ends with `below` is its first match in `below`.

    It is if whatever matches ends where the path ends and has as many slashes as the pattern: then it cannot begin
    before the last so many slashes of the path, and these are in `below`, which begins with a slash.
    """
    slashes, position = 0, 0
    while position < len(pattern):
        piece = _PIECE.match(pattern, position)
        if piece is None or (piece["class"] and compile_regex(piece["class"]).search("/")):
            return False
        slashes += piece["slash"] is not None
        position = piece.end()
        if piece["end"]:
            return position == len(pattern) and below.count("/") >= slashes + (not pattern.startswith("/"))
    return False
