"""Parses RE2 regular expressions, the dialect Terraform's functions use, into a small tree."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace

MAX_REPEAT = 1000
_ESCAPED_CONTROLS = {"a": "\a", "f": "\f", "t": "\t", "n": "\n", "r": "\r", "v": "\v"}
_LAST = 0x10FFFF

Ranges = tuple[tuple[int, int], ...]

_PERL: dict[str, Ranges] = {
    "d": ((0x30, 0x39),),
    "s": ((0x09, 0x0A), (0x0C, 0x0D), (0x20, 0x20)),
    "w": ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)),
}
_POSIX: dict[str, Ranges] = {
    "alnum": ((0x30, 0x39), (0x41, 0x5A), (0x61, 0x7A)),
    "alpha": ((0x41, 0x5A), (0x61, 0x7A)),
    "ascii": ((0x00, 0x7F),),
    "blank": ((0x09, 0x09), (0x20, 0x20)),
    "cntrl": ((0x00, 0x1F), (0x7F, 0x7F)),
    "digit": ((0x30, 0x39),),
    "graph": ((0x21, 0x7E),),
    "lower": ((0x61, 0x7A),),
    "print": ((0x20, 0x7E),),
    "punct": ((0x21, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0x7E)),
    "space": ((0x09, 0x0D), (0x20, 0x20)),
    "upper": ((0x41, 0x5A),),
    "word": _PERL["w"],
    "xdigit": ((0x30, 0x39), (0x41, 0x46), (0x61, 0x66)),
}
_MINOR_CATEGORIES = {"L": "ultmo", "M": "nce", "N": "dlo", "P": "cdseifo", "S": "mcko", "Z": "slp", "C": "cfos"}
_CATEGORIES = frozenset([major + minor for major, minors in _MINOR_CATEGORIES.items() for minor in ("", *minors)])


class RegexError(Exception):
    """The pattern is not RE2; the message says why."""


class RegexBudget(RegexError):
    """The pattern or the matching of it is too large."""


@dataclass(frozen=True, slots=True)
class CharacterSet:
    """Characters in `ranges` or in a Unicode general category; the whole negated, case folded if asked."""

    ranges: Ranges = ()
    categories: tuple[str, ...] = ()
    excluded: tuple[CharacterSet, ...] = ()
    negated: bool = False
    fold: bool = False

    def has(self, char: str) -> bool:
        """Whether the set holds `char`."""
        forms = {char, char.lower(), char.upper()} if self.fold else {char}
        return any(self._holds(form) for form in forms if len(form) == 1) != self.negated

    def _holds(self, char: str) -> bool:
        point = ord(char)
        if any(low <= point <= high for low, high in self.ranges):
            return True
        if self.categories and unicodedata.category(char).startswith(self.categories):
            return True
        return any(part.has(char) for part in self.excluded)


@dataclass(frozen=True, slots=True)
class Assertion:
    """A place without width: "begin-text", "end-text", "begin-line", "end-line", "boundary", "no-boundary"."""

    kind: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Alternation:
    """The first that matches."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """`least` to `most` times; `most` None is without end."""

    item: Node
    least: int
    most: int | None
    greedy: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A capturing group, counted from 1."""

    item: Node
    index: int


Node = CharacterSet | Assertion | Sequence | Alternation | Repeat | Group


@dataclass(frozen=True, slots=True)
class Pattern:
    """A parsed expression and the names of its groups, None for one without a name."""

    node: Node
    groups: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class _Flags:
    fold: bool = False
    multiline: bool = False
    dot_all: bool = False
    ungreedy: bool = False


_FLAG_FIELDS = {"i": "fold", "m": "multiline", "s": "dot_all", "U": "ungreedy"}


def parse(pattern: str) -> Pattern:
    """Parse `pattern`. Raises RegexError."""
    parser = _Parser(pattern)
    node = parser.alternation()
    if parser.position < len(pattern):
        raise RegexError("unexpected )")
    return Pattern(node, tuple(parser.groups))


class _Parser:
    """A recursive-descent parser over one pattern."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.position = 0
        self.flags = _Flags()
        self.groups: list[str | None] = []
        self.depth = 0

    def peek(self, length: int = 1) -> str:
        return self.pattern[self.position : self.position + length]

    def take(self) -> str:
        char = self.peek()
        if not char:
            raise RegexError("the expression ends too early")
        self.position += 1
        return char

    def accept(self, text: str) -> bool:
        if self.pattern.startswith(text, self.position):
            self.position += len(text)
            return True
        return False

    def until(self, end: str) -> str:
        stop = self.pattern.find(end, self.position)
        if stop < 0:
            raise RegexError(f"missing {end}")
        text = self.pattern[self.position : stop]
        self.position = stop + len(end)
        return text

    def alternation(self) -> Node:
        options = [self.sequence()]
        while self.accept("|"):
            options.append(self.sequence())
        return options[0] if len(options) == 1 else Alternation(tuple(options))

    def sequence(self) -> Node:
        items: list[Node] = []
        while self.peek() not in ("", "|", ")"):
            if self.accept("\\Q"):
                stop = self.pattern.find("\\E", self.position)
                quoted = self.pattern[self.position :] if stop < 0 else self.until("\\E")
                self.position = len(self.pattern) if stop < 0 else self.position
                items.extend(self.literal(char) for char in quoted)
                if quoted:
                    items.append(self.repetition(items.pop()))
                continue
            items.append(self.repeated())
        return items[0] if len(items) == 1 else Sequence(tuple(items))

    def repeated(self) -> Node:
        start = self.position
        atom = self.atom()
        found = self.repetition(atom)
        only_flags = isinstance(atom, Sequence) and not atom.items and self.pattern[start : start + 2] == "(?"
        if found is not atom and only_flags:
            raise RegexError("missing argument to repetition operator")
        return found

    def repetition(self, item: Node) -> Node:
        """The item as often as what follows it says."""
        bounds = self.bounds()
        if bounds is None:
            return item
        greedy = self.accept("?") == self.flags.ungreedy
        if self.bounds() is not None:
            raise RegexError("invalid nested repetition operator")
        return Repeat(item, bounds[0], bounds[1], greedy)

    def bounds(self) -> tuple[int, int | None] | None:
        simple: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        if self.peek() in simple:
            return simple[self.take()]
        if self.peek() != "{":
            return None
        body, closed, _ = self.pattern[self.position + 1 :].partition("}")
        least, comma, most = body.partition(",")
        if not closed or not _digits(least) or (most and not _digits(most)):
            return None
        self.position += len(body) + 2
        low = int(least)
        high = int(most) if most else (None if comma else low)
        if low > MAX_REPEAT or (high is not None and (high > MAX_REPEAT or high < low)):
            raise RegexError("invalid repeat count")
        return low, high

    def atom(self) -> Node:
        if self.bounds() is not None:
            raise RegexError("missing argument to repetition operator")
        char = self.take()
        match char:
            case "(":
                return self.group()
            case "[":
                return self.bracket()
            case ".":
                newline: Ranges = () if self.flags.dot_all else ((10, 10),)
                return CharacterSet(newline, negated=True)
            case "^":
                return Assertion("begin-line" if self.flags.multiline else "begin-text")
            case "$":
                return Assertion("end-line" if self.flags.multiline else "end-text")
            case "\\":
                return self.escape()
        return self.literal(char)

    def literal(self, char: str) -> CharacterSet:
        return CharacterSet(((ord(char), ord(char)),), fold=self.flags.fold)

    def group(self) -> Node:
        self.depth += 1
        if self.depth > 200:
            raise RegexBudget("the expression nests too deeply")
        outer = self.flags
        index = 0
        if self.accept("?"):
            if self.accept("P<") or (self.peek() == "<" and self.peek(2) not in ("<=", "<!") and self.accept("<")):
                index = self.open_group(self.until(">"))
            elif self.set_flags():
                self.depth -= 1
                return Sequence(())
        else:
            index = self.open_group(None)
        item = self.alternation()
        if not self.accept(")"):
            raise RegexError("missing closing )")
        self.flags = outer
        self.depth -= 1
        return Group(item, index) if index else item

    def open_group(self, name: str | None) -> int:
        if name is not None and (not name or not all(c == "_" or (c.isascii() and c.isalnum()) for c in name)):
            raise RegexError("invalid named capture")
        if name is not None and name in self.groups:
            raise RegexError("duplicate capture group name")
        self.groups.append(name)
        return len(self.groups)

    def set_flags(self) -> bool:
        """Read flags after `(?`; True if the group ends with them, so that they hold for what follows."""
        value = True
        seen = False
        while True:
            char = self.take()
            if char == "-" and value:
                value, seen = False, False
            elif char in _FLAG_FIELDS:
                self.flags = replace(self.flags, **{_FLAG_FIELDS[char]: value})
                seen = True
            elif char in ":)" and (value or seen):
                return char == ")"
            else:
                raise RegexError("invalid or unsupported Perl syntax")

    def escape(self) -> Node:
        char = self.peek()
        assertions = {"A": "begin-text", "z": "end-text", "b": "boundary", "B": "no-boundary"}
        if char in assertions and char:
            self.position += 1
            return Assertion(assertions[char])
        shorthand = self.shorthand()
        if shorthand is not None:
            return shorthand
        return self.literal(self.escaped_char())

    def shorthand(self) -> CharacterSet | None:
        """`\\d` and its like or `\\p{..}`, standing after the backslash."""
        char = self.peek()
        if char and char.lower() in _PERL:
            self.position += 1
            return CharacterSet(_PERL[char.lower()], negated=char.isupper())
        if char not in ("p", "P") or not char:
            return None
        self.position += 1
        name = self.until("}") if self.accept("{") else self.take()
        negated = (char == "P") != name.startswith("^")
        if name.removeprefix("^") not in _CATEGORIES:
            raise RegexError(f"invalid or unsupported character class range: \\p{{{name}}}")
        return CharacterSet(categories=(name.removeprefix("^"),), negated=negated)

    def escaped_char(self) -> str:
        char = self.take()
        if char in _ESCAPED_CONTROLS:
            return _ESCAPED_CONTROLS[char]
        if char == "x":
            digits = self.until("}") if self.accept("{") else self.take() + self.take()
            return _from_digits(digits, 16)
        if char == "0" or (char in "1234567" and self.peek() in tuple("01234567")):
            while len(char) < 3 and self.peek() in tuple("01234567"):
                char += self.take()
            return _from_digits(char, 8)
        if char.isascii() and not char.isalnum():
            return char
        raise RegexError(f"invalid escape sequence: \\{char}")

    def bracket(self) -> CharacterSet:
        negated = self.accept("^")
        ranges: list[tuple[int, int]] = []
        parts: list[CharacterSet] = []
        first = True
        while first or self.peek() != "]":
            first = False
            part = self.bracket_class()
            if part is not None:
                parts.append(part)
                continue
            low = self.bracket_char()
            high = low
            if self.peek() == "-" and self.peek(2) not in ("-", "-]"):
                self.position += 1
                high = self.bracket_char()
            if high < low:
                raise RegexError("invalid character class range")
            ranges.append((ord(low), ord(high)))
        self.position += 1
        return CharacterSet(tuple(ranges), (), tuple(parts), negated, self.flags.fold)

    def bracket_char(self) -> str:
        char = self.take()
        return self.escaped_char() if char == "\\" else char

    def bracket_class(self) -> CharacterSet | None:
        if self.accept("[:"):
            name = self.until(":]")
            if name.removeprefix("^") not in _POSIX:
                raise RegexError(f"invalid character class range: [:{name}:]")
            return CharacterSet(_POSIX[name.removeprefix("^")], negated=name.startswith("^"))
        if self.peek() != "\\":
            return None
        self.position += 1
        found = self.shorthand()
        if found is None:
            self.position -= 1
        return found


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _from_digits(digits: str, radix: int) -> str:
    try:
        point = int(digits, radix)
    except ValueError:
        raise RegexError(f"invalid escape sequence: {digits}") from None
    if point > _LAST:
        raise RegexError(f"invalid escape sequence: {digits}")
    return chr(point)
