"""Counts how deep a text's syntax tree would be, before one is built that Python cannot even take down again."""

from __future__ import annotations

from collections.abc import Sequence

from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.frontends.terraform.syntax.lexer import Lexeme
from bot.frontends.terraform.syntax.nodes import SyntaxFault

MAX_DEPTH = 300
"""Blocks, brackets, operators, references' steps and template directives inside each other; evaluation allows as many
expressions."""

_OPENERS = frozenset(("LPAR", "LSQB", "LBRACE", "INTERP_START", "DIRECTIVE_START"))
_CLOSERS = frozenset(("RPAR", "RSQB", "RBRACE"))
_SEPARATORS = frozenset(("COMMA", "EQ", "NL_OR_COMMENT"))
_STEPS = frozenset(("DOT", "ATTR_SPLAT", "FULL_SPLAT_START", "NOT"))
"""Each wraps the term that it stands at: those of one operand add up, those of its neighbours do not."""

_OPERATORS = frozenset(
    ("DOUBLE_PIPE", "DOUBLE_AMP", "DOUBLE_EQ", "NEQ", "LT", "GT", "LEQ", "GEQ", "PLUS", "MINUS", "ASTERISK", "SLASH")
) | {"PERCENT", "QMARK"}
_ENDS = frozenset(("ENDIF", "ENDFOR"))


class _Depth:
    """How deep the term at hand lies: at each open bracket, the operators and steps before it that may wrap it."""

    __slots__ = ("directives", "operators", "outside", "steps", "within")

    def __init__(self) -> None:
        self.outside: list[tuple[int, int]] = []
        self.within = self.operators = self.steps = self.directives = 0

    def open(self) -> None:
        """A bracket opens."""
        self.outside.append((self.operators, self.steps))
        self.within += self.operators + self.steps + 1
        self.operators = self.steps = 0

    def close(self, kind: str) -> None:
        """A bracket closes; an index is a step of the term before it, which is taken for what a list is too."""
        if self.outside:
            self.operators, self.steps = self.outside.pop()
            self.within -= self.operators + self.steps + 1
        self.steps += kind == "RSQB"

    def count(self, kind: str) -> None:
        """Anything else."""
        if kind in _SEPARATORS:
            self.operators = self.steps = 0
        elif kind in _STEPS:
            self.steps += 1
        elif kind in _OPERATORS:
            self.operators += 1
            self.steps = 0
        elif kind in _ENDS:
            self.directives = max(self.directives - 1, 0)

    @property
    def whole(self) -> int:
        """All of it."""
        return self.within + self.operators + self.steps + self.directives


def check_nesting(lexemes: Sequence[Lexeme]) -> None:
    """Raises SyntaxFault for what is nested too deeply."""
    depth = _Depth()
    before = ""
    for lexeme in lexemes:
        kind = lexeme.type
        if kind in _OPENERS:
            depth.open()
        elif kind in _CLOSERS:
            depth.close(kind)
        elif before == "DIRECTIVE_START" and kind in ("IF", "FOR"):
            depth.directives += 1
        elif kind in _COUNTED:
            depth.count(kind)
        else:
            continue
        before = kind
        if depth.whole > MAX_DEPTH:
            raise SyntaxFault(
                f"more than {MAX_DEPTH} things are nested in each other", lexeme.start_pos, DiagnosticKind.OVER_BUDGET
            )


_COUNTED = _SEPARATORS | _STEPS | _OPERATORS | _ENDS
