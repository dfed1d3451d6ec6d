"""Matches RE2 regular expressions, as Terraform's functions have them, in bounded time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from typing import Any

import re2

from bot.frozen import dataclass
from bot.late_pattern import late_pattern

MAX_STEPS = 300_000_000
"""So many instructions times characters are gone through for one text: about 3 s at the worst, measured."""

_TOO_LARGE = "pattern too large"
"""How RE2 begins to say that a pattern needs more memory than it is given (8 MiB)."""

_TOKENS = late_pattern(
    r"\\Q.*?(?:\\E|\Z)|(?P<byte>\\C)|\\.|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]|\(\?P?<(?P<name>\w+)>", re.DOTALL
)
"""What has to be told apart to find a `\\C` that stands for itself, and the names of groups."""

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False


class RegexError(Exception):
    """The pattern is not RE2; the message says why."""


class RegexBudget(RegexError):
    """The pattern or the matching of it is too large."""


@dataclass(frozen=True, slots=True)
class Match:
    """Start and end of the whole match and of each group; None for a group that took no part."""

    spans: tuple[tuple[int, int] | None, ...]

    @property
    def start(self) -> int:
        """Where the whole match starts."""
        return self.spans[0][0] if self.spans[0] else 0

    @property
    def end(self) -> int:
        """Where the whole match ends."""
        return self.spans[0][1] if self.spans[0] else 0


@dataclass(frozen=True, slots=True)
class Regex:
    """A compiled expression; `groups` has the name of each group, None for one without."""

    compiled: Any
    groups: tuple[str | None, ...]

    def search(self, text: str) -> Match | None:
        """The leftmost match, preferring earlier alternatives. Raises RegexBudget."""
        return next(self.find_all(text), None)

    def find_all(self, text: str) -> Iterator[Match]:
        """Matches without overlap; an empty match right after another is left out, as in Go. Raises RegexBudget."""
        content = text.encode(errors="surrogatepass")
        places = None if len(content) == len(text) else _places(text)
        position, previous, steps = 0, -1, 0
        while position <= len(content):
            steps += (len(content) - position + 1) * self.compiled.programsize
            if steps > MAX_STEPS:
                raise RegexBudget("its matching takes too many steps")
            found = self.compiled.search(content, position)
            if found is None:
                return
            start, end = found.span()
            if _inside(content, start):
                position = _next(content, start)  # what is no word's end between bytes is none between characters
                continue
            if end > start or start != previous:
                yield _match(found, places)
            previous = end
            position = end if end > start else _next(content, end)


def _match(found: Any, places: dict[int, int] | None) -> Match:
    spans = [found.span(group) for group in range(found.re.groups + 1)]
    if places is not None:
        spans = [(places.get(start, -1), places.get(end, -1)) for start, end in spans]
    return Match(tuple(None if start < 0 else (start, end) for start, end in spans))


def _places(text: str) -> dict[int, int]:
    """The index of each character by that of its first byte, the end included."""
    ends = accumulate(len(char.encode(errors="surrogatepass")) for char in text)
    return {0: 0} | {end: index for index, end in enumerate(ends, 1)}


def _inside(content: bytes, position: int) -> bool:
    """Whether a byte is one of a character's, but not its first."""
    return position < len(content) and content[position] & 0xC0 == 0x80


def _next(content: bytes, position: int) -> int:
    """Where the next character begins."""
    position += 1
    while _inside(content, position):
        position += 1
    return position


@lru_cache(maxsize=256)
def compile_regex(pattern: str) -> Regex:
    """Compile `pattern`. Raises RegexError if Go's RE2 does not take it, or RegexBudget if it is too large."""
    _go_takes(pattern)
    try:
        compiled = re2.compile(pattern.encode(errors="surrogatepass"), _OPTIONS)
    except re2.error as refusal:
        reason = b" ".join(refusal.args).decode(errors="replace")
        raise (RegexBudget if reason.startswith(_TOO_LARGE) else RegexError)(reason) from None
    names = {index: name.decode() for name, index in compiled.groupindex.items()}
    return Regex(compiled, tuple(names.get(index) for index in range(1, compiled.groups + 1)))


def _go_takes(pattern: str) -> None:
    """Refuse what C++'s RE2 takes and Go's does not: a byte that may be half a character, and a name twice."""
    seen: set[str] = set()
    for token in _TOKENS.finditer(pattern):
        if token["byte"]:
            raise RegexError(r"invalid escape sequence: \C")
        if token["name"] in seen:
            raise RegexError(f"duplicate group name: {token['name']}")
        if token["name"]:
            seen.add(token["name"])


def expand(template: str, text: str, match: Match, groups: tuple[str | None, ...]) -> str:
    """Replace `$1`, `${1}`, `$name` and `$$` in `template` as Go's Regexp.Expand does."""
    out: list[str] = []
    while True:
        before, dollar, rest = template.partition("$")
        out.append(before)
        if not dollar:
            return "".join(out)
        if rest.startswith("$"):
            out.append("$")
            template = rest[1:]
            continue
        name, template = _group_name(rest)
        out.append(_group_text(name, text, match, groups) if name else "$")


def _group_name(rest: str) -> tuple[str, str]:
    """The group's name at the start of `rest` ("" if there is none) and what follows."""
    braced = rest.startswith("{")
    body = rest[1:] if braced else rest
    length = next((i for i, char in enumerate(body) if not (char.isalnum() or char == "_")), len(body))
    if not length or (braced and not body[length:].startswith("}")):
        return "", rest
    return body[:length], body[length + braced :]


def _group_text(name: str, text: str, match: Match, groups: tuple[str | None, ...]) -> str:
    index = int(name) if name.isdigit() else groups.index(name) + 1 if name in groups else len(match.spans)
    span = match.spans[index] if index < len(match.spans) else None
    return "" if span is None else text[span[0] : span[1]]
