"""What is assigned to names in HCL text, however far it goes, and the texts that stand in it, as written and as read.

A look at the text and not a parse: it finds a value in files that do not parse, too.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Collection, Iterator

from bot.late_pattern import late_pattern

_NAMED = late_pattern(r'(?:^|[{,])[ \t]*"?([\w-]+)"?[ \t]*=(?!=)', re.MULTILINE)
_HEREDOC = r"<<[-~]?(?P<marker>[\w-]+)[ \t]*\r?\n"
_CODE = late_pattern(rf'/\*.*?\*/|(?:#|//)[^\n]*|{_HEREDOC}|["{{}}()\[\],\n]', re.DOTALL)
_QUOTED = late_pattern(r'\\.|\$\$\{|%%\{|[$%]\{|["\n]', re.DOTALL)
_STRING = late_pattern(
    rf'"((?:[^"\\\n]|\\.)*)"|{_HEREDOC}(.*?)^[ \t]*(?P=marker)[ \t]*\r?$|(?:#|//)[^\n]*|/\*.*?\*/',
    re.DOTALL | re.MULTILINE,
)
_NUMBER = late_pattern(r"(?<![\w.])-?\d[\d.eE+-]{3,}")
_ESCAPE = late_pattern(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_DOUBLED = late_pattern(r"([$%])\1\{")

_OPENERS, _CLOSERS = frozenset("{(["), frozenset("})]")
_QUOTE = '"'


def extent(text: str, start: int) -> int:
    """Where what begins at `start` ends: its line, but for what strings, heredocs, comments and brackets hold.

    A closing bracket that was not opened there and a comma end it as well; what is never closed goes on to the end.
    """
    open_ones: list[str] = []
    while True:
        quoted = open_ones[-1:] == [_QUOTE]
        found = (_QUOTED if quoted else _CODE).search(text, start)
        if found is None:
            return len(text)
        start = found.end()
        if quoted:
            _inside_quotes(found[0], open_ones)
        elif found["marker"] is not None:
            start = _heredoc_end(text, start, found["marker"])
        elif found[0] in _OPENERS or found[0] == _QUOTE:
            open_ones.append(found[0])
        elif open_ones and found[0] in _CLOSERS:
            open_ones.pop()
        elif not open_ones and found[0] in "\n,})]":
            return found.start()


def _inside_quotes(found: str, open_ones: list[str]) -> None:
    """A quote ends the string, as does a line that ends without one; templates are code again."""
    if found in (_QUOTE, "\n"):
        open_ones.pop()
    elif found in ("${", "%{"):
        open_ones.append("{")


def _heredoc_end(text: str, start: int, marker: str) -> int:
    end = re.compile(rf"^[ \t]*{re.escape(marker)}[ \t]*\r?$", re.MULTILINE).search(text, start)
    return end.end() if end else len(text)


def assigned(text: str, names: Collection[str]) -> Iterator[str]:
    """What is written behind these names and `=`, wherever they stand."""
    for match in _NAMED.finditer(text):
        if match[1] in names:
            yield text[match.end() : extent(text, match.end())]


def texts(written: str) -> Iterator[str]:
    """The strings and numbers in a value as it is written, and what is meant by them."""
    for match in _STRING.finditer(written):
        raw = match[1] if match[1] is not None else (match[3] or "").strip()
        undoubled = _DOUBLED.sub(r"\1{", raw)
        for each in (raw, undoubled, _ESCAPE.sub(_unescaped, undoubled)):
            yield each
            yield unicodedata.normalize("NFC", each)
    yield from _NUMBER.findall(_STRING.sub('""', written))


def _unescaped(found: re.Match[str]) -> str:
    if found[3]:
        return _ESCAPES.get(found[3], found[3])
    code = int(found[1] or found[2], 16)
    return chr(code) if code <= sys.maxunicode else found[0]
