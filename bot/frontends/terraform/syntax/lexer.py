"""Cuts Terraform text into the terminals of python-hcl2's grammar; templates of every kind become string parts.

Unlike python-hcl2's own lexer it keeps a stack of brackets, as HCL's scanner does, so that newlines mean
nothing inside brackets and interpolations, and a heredoc's or template file's text is cut like a quoted string.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence

from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.frontends.terraform.syntax.nodes import SyntaxFault
from bot.late_pattern import late_pattern

_SKIPPED = r"\s|\#[^\n]*(?:\n|$)|//[^\n]*(?:\n|$)|/\*[\s\S]*?\*/"
_CODE = late_pattern(
    rf"""
      (?P<NAME>[^\W\d][\w-]*)
    | (?P<SPACE>[ \t\r]+|/\*[\s\S]*?\*/)
    | (?P<NL>\n|\#[^\n]*|//[^\n]*)
    | (?P<DBLQUOTE>")
    | (?P<NUMBER>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    | (?P<HEREDOC><<-?[^\W\d][\w.-]*[ \t]*\r?\n)
    | (?P<FULL_SPLAT_START>\[\s*\*\s*\])
    | (?P<FOR>\{{(?=(?:{_SKIPPED})*for\s+[^\W\d])|\[(?=(?:{_SKIPPED})*for\s+[^\W\d]))
    | (?P<STRIP_MARKER>~(?=\}}))
    | (?P<OP>\.\.\.|\.\*|=>|==|!=|<=|>=|&&|\|\||::|[-+*/%!?<>=(){{}}\[\],.:])
    """,
    re.VERBOSE,
)
_BLANK = late_pattern(rf"(?:{_SKIPPED})*")
_DIRECTIVE = late_pattern(r"\s*(if|for|else|endif|endfor)\b")
_INDEX = late_pattern(r"\d+")
_RAW_TEXT = late_pattern(r"(?:[^$%]+|\$(?!\{|\$\{)|%(?!\{|%\{))+")
_QUOTED_TEXT = late_pattern(r"(?:[^\"\\$%]+|\\[\s\S]|\$(?!\{|\$\{)|%(?!\{|%\{))+")

_OPERATORS = {
    "==": "DOUBLE_EQ", "!=": "NEQ", "<": "LT", ">": "GT", "<=": "LEQ", ">=": "GEQ", "-": "MINUS", "*": "ASTERISK",
    "/": "SLASH", "%": "PERCENT", "&&": "DOUBLE_AMP", "||": "DOUBLE_PIPE", "+": "PLUS", "!": "NOT", "?": "QMARK",
    "(": "LPAR", ")": "RPAR", "{": "LBRACE", "}": "RBRACE", "[": "LSQB", "]": "RSQB", ",": "COMMA", ".": "DOT",
    "=": "EQ", ":": "COLON", ".*": "ATTR_SPLAT", "=>": "FOR_OBJECT_ARROW", "...": "ELLIPSIS", "::": "COLONS",
}  # fmt: skip
_WORDS = {"true": "TRUE", "false": "FALSE", "null": "NULL"}
_BEFORE_FOR, _AWAITS_IN, _AFTER_IN = "for", "for ...", "for ... in"
_FOR_WORDS = {_BEFORE_FOR: {"for": _AWAITS_IN}, _AWAITS_IN: {"in": _AFTER_IN}, _AFTER_IN: {"if": _AFTER_IN}}
_TEMPLATE_STARTS = {
    "$${": "ESCAPED_INTERPOLATION", "%%{": "ESCAPED_DIRECTIVE", "${": "INTERP_START", "%{": "DIRECTIVE_START",
}  # fmt: skip

MAX_NESTING = 60
"""Templates inside interpolations inside templates, that deep."""


class Lexeme:
    """One terminal: its name, text and offsets."""

    __slots__ = ("end_pos", "start_pos", "type", "value")

    def __init__(self, type: str, value: str, start: int, end: int) -> None:
        self.type = type
        self.value = value
        self.start_pos = start
        self.end_pos = end


CONFIGURATION, TEMPLATE, JSON, JSON_VALUES = "configuration", "template", "json", "json values"
"""What a text is: in JSON, strings are templates; in a JSON var file they mean what they say."""

JSON_QUOTE = '"json'
"""What opens a JSON string in place of the quote: its escapes are replaced before it is cut."""


def lexemes(text: str, kind: str = CONFIGURATION) -> list[Lexeme]:
    """Cut a configuration, template or JSON file into terminals. Raises SyntaxFault."""
    scanner = _Scanner(text, kind)
    if kind == TEMPLATE:
        scanner.template("", len(text), len(text), _RAW_TEXT)
    else:
        scanner.code([])
    return scanner.out


@functools.lru_cache(maxsize=64)
def _terminator(marker: str) -> re.Pattern[str]:
    return re.compile(rf"^[ \t]*{re.escape(marker)}[ \t]*\r?$", re.MULTILINE)


class _Scanner:
    """Where cutting stands: the next offset and what was cut so far."""

    __slots__ = ("kind", "nesting", "out", "position", "section", "text")

    def __init__(self, text: str, kind: str) -> None:
        self.text = text
        self.kind = kind
        self.section = ""
        self.position = 0
        self.out: list[Lexeme] = []
        self.nesting = 0

    def code(self, brackets: list[str]) -> None:
        """Cut code up to the end of the text or, if started inside a bracket, through that bracket's end."""
        text, match_at, handlers, inside = self.text, _CODE.match, _HANDLERS, bool(brackets)
        while (match := match_at(text, self.position)) is not None:
            start, self.position = self.position, match.end()
            handlers[match.lastgroup or ""](self, match.group(), start, brackets)
            if inside and not brackets:
                return
        if self.position < len(text):
            raise SyntaxFault(f"unexpected character {text[self.position]!r}", self.position)

    def template(self, opener: str, end: int, closed: int, pattern: re.Pattern[str]) -> None:
        """Cut template text up to offset `end`, or to the closing quote if quoted; the closer ends at `closed`."""
        if self.nesting >= MAX_NESTING:
            raise SyntaxFault("templates are nested too deeply", self.position, DiagnosticKind.OVER_BUDGET)
        self.nesting += 1
        text, out, quoted = self.text, self.out, pattern is _QUOTED_TEXT
        out.append(Lexeme("DBLQUOTE", opener, self.position - len(opener), self.position))
        while self.position < end and not (quoted and text[self.position] == '"'):
            match = pattern.match(text, self.position, end)
            if match is not None:
                out.append(Lexeme("STRING_CHARS", match.group(), self.position, match.end()))
                self.position = match.end()
            else:
                self._marker()
        if quoted:
            if self.position >= end:
                raise SyntaxFault("a quoted string is not closed", out[-1].start_pos)
            closed = self.position + 1
        if self.position > closed:
            raise SyntaxFault("an interpolation is not closed", out[-1].start_pos)
        out.append(Lexeme("DBLQUOTE", text[self.position : closed], self.position, closed))
        self.position = closed
        self.nesting -= 1

    def _marker(self) -> None:
        text, start = self.text, self.position
        marker = text[start : start + 3]
        if marker not in _TEMPLATE_STARTS:
            marker = marker[:2]
        if (kind := _TEMPLATE_STARTS.get(marker)) is None:
            raise SyntaxFault("a backslash ends the text", start)
        self._put(kind, marker, start)
        if kind.startswith("ESCAPED"):
            return
        if text.startswith("~", self.position):
            self._put("STRIP_MARKER", "~", self.position)
        self.code([self._directive()] if kind == "DIRECTIVE_START" else ["${"])

    def _directive(self) -> str:
        match = _DIRECTIVE.match(self.text, self.position)
        if match is None:
            raise SyntaxFault("a template directive is if, else, endif, for or endfor", self.position)
        self._put(match.group(1).upper(), match.group(1), match.start(1))
        return _AWAITS_IN if match.group(1) == "for" else "%{"

    def _put(self, kind: str, text: str, start: int) -> None:
        self.position = start + len(text)
        self.out.append(Lexeme(kind, text, start, self.position))

    def space(self, text: str, start: int, brackets: list[str]) -> None:
        """Blanks and inline comments mean nothing."""

    def newline(self, text: str, start: int, brackets: list[str]) -> None:
        """A newline matters only before something that could continue the expression."""
        match = _BLANK.match(self.text, start)
        assert match is not None
        self.position = match.end()
        if brackets and brackets[-1] != "{":
            return
        following = self.text[self.position : self.position + 1]
        if following and following not in '"}' and not (following.isalpha() or following == "_"):
            self.out.append(Lexeme("NL_OR_COMMENT", "\n", start, start + 1))

    def word(self, text: str, start: int, brackets: list[str]) -> None:
        """Keywords are words in their places only."""
        kind = _WORDS.get(text, "NAME")
        out = self.out
        if brackets and brackets[-1] in _FOR_WORDS:
            state = _FOR_WORDS[brackets[-1]].get(text)
            if state is not None and out[-1].type not in ("DOT", "COMMA"):
                kind = text.upper()
                brackets[-1] = state
        if kind in ("TRUE", "FALSE", "NULL") and out and out[-1].type == "DOT":
            kind = "NAME"
        out.append(Lexeme(kind, text, start, self.position))

    def number(self, text: str, start: int, brackets: list[str]) -> None:
        """After a dot only digits belong to an index."""
        if self.out and self.out[-1].type == "DOT" and (match := _INDEX.match(self.text, start)) is not None:
            self._put("INT_LITERAL", match.group(), start)
            return
        kind = "INT_LITERAL" if text.isdigit() else "FLOAT_LITERAL"
        self.out.append(Lexeme(kind, text, start, self.position))

    def quote(self, text: str, start: int, brackets: list[str]) -> None:
        """A quoted string."""
        if self.kind.startswith(JSON):
            self._json_string(start, len(brackets) == 1)
            return
        self.template('"', len(self.text), 0, _QUOTED_TEXT)

    def _json_string(self, start: int, at_top: bool) -> None:
        """What is said of variables is no template, as Terraform reads it before there are values."""
        match = QUOTED.match(self.text, start)
        if match is None:
            raise SyntaxFault("a quoted string is not closed", start)
        content, places = decoded(match.group(1), start + 1)
        self.section = content if at_top else self.section
        inside = _Scanner(content, TEMPLATE)
        if self.kind == JSON and self.section != "variable":
            try:
                inside.template("", len(content), len(content), _RAW_TEXT)
            except SyntaxFault as fault:
                raise SyntaxFault(fault.reason, places[min(fault.start, len(content))], fault.kind) from None
        elif content:
            inside.out = [Lexeme("", "", 0, 0), Lexeme("STRING_CHARS", content, 0, len(content)), Lexeme("", "", 0, 0)]
        for each in inside.out:
            each.start_pos, each.end_pos = places[each.start_pos], places[each.end_pos]
        opener = Lexeme("DBLQUOTE", JSON_QUOTE, start, start + 1)
        self.position = match.end()
        self.out += (opener, *inside.out[1:-1], Lexeme("DBLQUOTE", '"', self.position - 1, self.position))

    def heredoc(self, text: str, start: int, brackets: list[str]) -> None:
        """A heredoc, through its terminator."""
        match = _terminator(text.strip().lstrip("<-")).search(self.text, self.position)
        if match is None:
            raise SyntaxFault("a heredoc is not closed", start)
        self.template(text, match.start(), match.end(), _RAW_TEXT)

    def for_bracket(self, text: str, start: int, brackets: list[str]) -> None:
        """The bracket of a for-expression."""
        brackets.append(_BEFORE_FOR)
        self.out.append(Lexeme("LBRACE" if text == "{" else "LSQB", text, start, self.position))

    def operator(self, text: str, start: int, brackets: list[str]) -> None:
        """Operators and punctuation."""
        kind = _OPERATORS[text]
        self.out.append(Lexeme(kind, text, start, self.position))
        if text in "([{":
            brackets.append(text)
        elif text in ")]}" and brackets:
            brackets.pop()

    def other(self, text: str, start: int, brackets: list[str]) -> None:
        """Splats and strip markers."""
        kind = "STRIP_MARKER" if text == "~" else "FULL_SPLAT_START"
        self.out.append(Lexeme(kind, text, start, self.position))


_HANDLERS: dict[str, Callable[[_Scanner, str, int, list[str]], None]] = {
    "NAME": _Scanner.word,
    "SPACE": _Scanner.space,
    "NL": _Scanner.newline,
    "DBLQUOTE": _Scanner.quote,
    "NUMBER": _Scanner.number,
    "HEREDOC": _Scanner.heredoc,
    "FOR": _Scanner.for_bracket,
    "FULL_SPLAT_START": _Scanner.other,
    "STRIP_MARKER": _Scanner.other,
    "OP": _Scanner.operator,
}


QUOTED = late_pattern(r'"((?:[^"\\\n]|\\.)*)"')
_ESCAPE = late_pattern(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.")
_SHORT = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def decoded(raw: str, start: int) -> tuple[str, Sequence[int]]:
    """What is between the quotes at offset `start` without its escapes, and each character's offset, the end's last.

    Raises SyntaxFault.
    """
    if "\\" not in raw:
        return raw, range(start, start + len(raw) + 1)
    pieces: list[str] = []
    places: list[int] = []
    position = 0
    for match in _ESCAPE.finditer(raw):
        plain = raw[position : match.start()]
        pieces += (plain, _character(match.group(), start + match.start()))
        places += range(start + position, start + match.start() + 1)
        position = match.end()
    pieces.append(raw[position:])
    places += range(start + position, start + len(raw) + 1)
    return "".join(pieces), places


def _character(escape: str, place: int) -> str:
    if not escape.startswith("\\u"):
        if (found := _SHORT.get(escape[1])) is None:
            raise SyntaxFault(f"{escape} is no escape sequence", place)
        return found
    code = int(escape[2:6], 16)
    if len(escape) > 6:
        return chr(0x10000 + ((code - 0xD800) << 10) + int(escape[8:], 16) - 0xDC00)
    return "\ufffd" if 0xD800 <= code < 0xE000 else chr(code)
