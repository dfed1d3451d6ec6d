"""Policy text into patterns and back: wildcards, policy variables, Terraform unknowns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.evaluated.document import Symbol, Text
from bot.iam.arn import segments
from bot.iam.pattern import (
    ANY,
    FRESH,
    FRESH_RUN,
    LITERAL_ANY,
    LITERAL_STAR,
    SEGMENT_ANY,
    SEGMENT_STAR,
    STAR,
    TooComplex,
    is_symbol,
    letters,
    normal,
)
from bot.iam.symbol_shape import shape
from bot.late_pattern import late_pattern

_VARIABLE = late_pattern(r"\$\{\s*([^},]+?)\s*(?:,\s*'([^']*)'\s*)?\}")
_ESCAPES = {"*": LITERAL_STAR, "?": LITERAL_ANY, "$": "$"}
_PRIVATE = late_pattern("[\ue000-\uf8ff\U000f0000-\U0010ffff]")


MAX_SYMBOLS = 6000
"""As many private characters as there are for policy variables."""


@dataclass(slots=True)
class Vocabulary:
    """The words of one comparison: which private character stands for which symbol, resource patterns as written.

    `fixed` are condition keys (lower case) that have one value throughout; their policy variables are that text.
    """

    fixed: Mapping[str, str] = field(default_factory=dict)
    resources: set[str] = field(default_factory=set)
    _partition: str | None = None

    _chars: dict[tuple[str, str], str] = field(default_factory=dict)
    _names: dict[str, tuple[str, str]] = field(default_factory=dict)

    def fixing(self, values: Mapping[str, str]) -> Vocabulary:
        """The same words where these keys have one value throughout: their variables are no symbols there."""
        names = {char: name for char, name in self._names.items() if name[0] != "variable" or name[1] not in values}
        return Vocabulary(values, set(self.resources), _chars=dict(self._chars), _names=names)

    def variable(self, key: str) -> str:
        """The character of a policy variable."""
        return self._char("variable", key.lower(), 0xE100)

    def unknown(self, name: str) -> str:
        """The character of something Terraform does not know."""
        return self._char("unknown", name, 0xF0000)

    def _char(self, kind: str, name: str, first: int) -> str:
        char = self._chars.get((kind, name))
        if char is None:
            if len(self._chars) >= MAX_SYMBOLS:
                raise TooComplex("thousands of policy variables or unknown values")
            char = chr(first + len(self._chars))
            self._chars[kind, name] = char
            self._names[char] = (kind, name)
        return char

    def key_of(self, char: str) -> str | None:
        """The condition key a variable's character stands for, None for any other character."""
        kind, name = self._names.get(char, ("", ""))
        return name if kind == "variable" else None

    def partition(self) -> str:
        """The partition the resources are in, as a pattern: `aws` unless a policy names another."""
        if self._partition is None:
            named = {parts[1] for parts in map(segments, self.resources) if len(parts) > 2}
            plain = all(name in ("aws", "", SEGMENT_STAR, STAR) or not name.isascii() for name in named)
            self._partition = "aws" if plain else SEGMENT_STAR
        return self._partition

    def has_symbols(self) -> bool:
        """Whether any policy variable or Terraform unknown occurs."""
        return bool(self._names)

    def has_unknowns(self) -> bool:
        """Whether anything occurs that only Terraform knows."""
        return any(kind == "unknown" for kind, _ in self._names.values())

    def name(self, char: str) -> str:
        """What a symbol's character stands for."""
        return self._names[char][1]

    def concrete(self, text: str) -> str:
        """An example string as plain text: unknowns as `${name}`, escaped wildcards as themselves."""
        if text.isascii():
            return text
        return "".join("${" + self._names[c][1] + "}" if c in self._names else _PLAIN.get(c, c) for c in text)

    def loosened(self, text: str) -> str:
        """The pattern with each symbol replaced by a pattern of what it can be."""
        if text.isascii():
            return text
        return normal("".join(self._loose(char) if char in self._names else char for char in text))

    def _loose(self, char: str) -> str:
        kind, name = self._names[char]
        return shape(name) if kind == "unknown" else STAR

    def variables(self) -> list[tuple[str, str]]:
        """The characters of policy variables and their condition keys."""
        return [(char, name) for char, (kind, name) in self._names.items() if kind == "variable"]

    def pattern(
        self, text: Text, *, variables: bool, globs: bool = True, absent: frozenset[str] = frozenset()
    ) -> str | None:
        """The pattern `text` means.

        `variables`: `${...}` is a policy variable (Version 2012-10-17), else plain text. `globs`: `*` and
        `?` are wildcards, else plain. Variables whose key is in `absent` have their default; None is
        returned if such a one has none: then the text matches nothing.
        """
        if len(text.parts) == 1:
            part = text.parts[0]
            if isinstance(part, str) and globs and "${" not in part and part.isascii():
                return normal(part)
        pieces = []
        for part in text.parts:
            piece = self._symbol(part) if isinstance(part, Symbol) else self._piece(part, variables, globs, absent)
            if piece is None:
                return None
            pieces.append(piece)
        return normal("".join(pieces))

    def _symbol(self, symbol: Symbol) -> str:
        return self.unknown(symbol.name)

    def _piece(self, part: str, variables: bool, globs: bool, absent: frozenset[str]) -> str | None:
        if not variables or "${" not in part:
            return self._plain(part, globs)
        pieces = []
        at = 0
        for match in _VARIABLE.finditer(part):
            pieces.append(self._plain(part[at : match.start()], globs))
            value = self._value(match[1], match[2], absent)
            if value is None:
                return None
            pieces.append(value)
            at = match.end()
        pieces.append(self._plain(part[at:], globs))
        return "".join(pieces)

    def _value(self, key: str, default: str | None, absent: frozenset[str]) -> str | None:
        if key in _ESCAPES:
            return _ESCAPES[key]
        if key.lower() in self.fixed:
            return self.fixed_pattern(key.lower())
        if key.lower() not in absent:
            return self.variable(key)
        return None if default is None else self._plain(default, False)

    def fixed_pattern(self, key: str) -> str:
        """The pattern that matches exactly the value of a fixed key."""
        return self._plain(self.fixed[key], False)

    def _plain(self, text: str, globs: bool) -> str:
        if not text.isascii():
            text = _PRIVATE.sub(lambda match: self.unknown(match[0]), text)
        return text if globs else text.replace(STAR, LITERAL_STAR).replace(ANY, LITERAL_ANY)

    def spelled(self, pattern: str) -> str:
        """The pattern as a person would write it."""
        if pattern.isascii():
            return pattern
        return "".join(self._spelled(char) for char in pattern)

    def _spelled(self, char: str) -> str:
        if is_symbol(char):
            return "${" + self._names[char][1] + "}"
        return _SPELLING.get(char) or letters(char)[0]


_PLAIN = {LITERAL_STAR: "*", LITERAL_ANY: "?"}
_SPELLING = {
    LITERAL_STAR: "${*}",
    LITERAL_ANY: "${?}",
    SEGMENT_STAR: STAR,
    SEGMENT_ANY: ANY,
    FRESH: "x",
    FRESH_RUN: "x",
}


def variables_of(text: Text, *, defaults: bool = True) -> frozenset[str]:
    """The condition keys, lower case, of the policy variables in a text of Version 2012-10-17.

    Without `defaults`, only of those that have no default.
    """
    found: set[str] = set()
    for part in text.parts:
        if isinstance(part, str) and "${" in part:
            matches = (match for match in _VARIABLE.finditer(part) if match[1] not in _ESCAPES)
            found.update(match[1].lower() for match in matches if defaults or match[2] is None)
    return frozenset(found)
