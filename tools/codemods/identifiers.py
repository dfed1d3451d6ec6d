"""Renames identifiers in named files wherever they stand: methods, fields, parameters and variables."""

from __future__ import annotations

import fnmatch
import io
import re
import tokenize
from dataclasses import dataclass


@dataclass(frozen=True)
class Identifiers:
    """New names by old ones, for the files that a pattern of `files` matches."""

    files: tuple[str, ...]
    names: dict[str, str]

    def rewritten(self, path: str, text: str) -> str:
        """The file's new text; in docstrings and comments names in backticks follow."""
        if not any(fnmatch.fnmatch(path, pattern) for pattern in self.files):
            return text
        lines = text.splitlines(keepends=True)
        for token in reversed(list(tokenize.generate_tokens(io.StringIO(text).readline))):
            new = self._renamed(token)
            if new != token.string:
                row, (first, last) = token.start[0] - 1, (token.start[1], token.end[1])
                lines[row] = lines[row][:first] + new + lines[row][last:]
        return re.sub(r"`(\w+)`", lambda found: f"`{self.names.get(found[1], found[1])}`", "".join(lines))

    def _renamed(self, token: tokenize.TokenInfo) -> str:
        """A name, or a formatted string of one line with the names in its braces."""
        if token.type == tokenize.NAME:
            return self.names.get(token.string, token.string)
        if token.type != tokenize.STRING or token.string[0] not in "fF" or token.start[0] != token.end[0]:
            return token.string
        return re.sub(
            r"\{[^{}]*\}",
            lambda braces: re.sub(r"(?<!['\"])\b\w+\b", lambda word: self.names.get(word[0], word[0]), braces[0]),
            token.string,
        )
