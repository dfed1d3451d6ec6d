"""Makes the parser's table of python-hcl2's grammar, changed where it rejects or slows down what Terraform reads.

Only who installs the package needs this, or who runs it without the table that is made then. The build has lark and
python-hcl2 and nothing else of what the program needs: nothing may be imported here that wants more.
"""

from __future__ import annotations

import sys
from collections import deque
from dataclasses import astuple
from typing import Any

import lark
from lark.grammar import Rule as LarkRule
from lark.lexer import Lexer
from lark.parsers.lalr_analysis import IntParseTable, Shift

from bot.frontends.terraform.syntax.grammar import hcl2_grammar
from bot.frontends.terraform.syntax.lalr import Production, Table

STARTS = ("start", "string", "object")
"""A configuration file; a template; a JSON file, which reads like an object expression."""

_CHANGES = (
    # One flat list of operands, as the tree builder knows their precedence: a ladder costs nine reductions a term.
    (
        "?or_expr : or_expr or_binary_term new_line_or_comment? -> binary_op\n         | and_expr",
        "?or_expr : operation | unary_expr\n"
        "operation : unary_expr (binary_operator new_line_or_comment? unary_expr)+\n"
        "!binary_operator : DOUBLE_PIPE | DOUBLE_AMP | DOUBLE_EQ | NEQ | LT | GT | LEQ | GEQ | PLUS | MINUS"
        " | ASTERISK | SLASH | PERCENT",
    ),
    # `!!a` and `-(-a)` without parentheses.
    ("!unary_op : (MINUS | NOT) expr_term", "!unary_op : (MINUS | NOT) unary_expr"),
    # `${~ a ~}`.
    (
        "interpolation: INTERP_START expression RBRACE",
        "interpolation: INTERP_START STRIP_MARKER? expression STRIP_MARKER? RBRACE",
    ),
    # `annotations { "a.b/c" = 1 }`, as before 0.12: refusing it would hide everything else in the file.
    ("attribute : _attribute_name EQ expression", "attribute : (_attribute_name | string) EQ expression"),
    # `core::fn()` and `provider::aws::fn()`.
    ("identifier (COLONS identifier COLONS identifier)? LPAR", "identifier (COLONS identifier)* LPAR"),
)
_LADDER = ("or_binary_term :", "// Unary (highest precedence")
"""What lies between these is what the flat operation replaces."""


def grammar_text() -> str:
    """The grammar in Lark's notation. Raises RuntimeError if the installed python-hcl2 is not the one we know."""
    text = hcl2_grammar().decode()
    for before, after in _CHANGES:
        if before not in text:
            raise RuntimeError(
                "python-hcl2's grammar has changed: bot/frontends/terraform/syntax/grammar_build.py must follow"
            )
        text = text.replace(before, after)
    first, last = (text.index(mark) for mark in _LADDER)
    return text[:first] + text[last:]


class _NoLexer(Lexer):
    """Lark wants one for the grammar's terminals; the text is cut by `bot.frontends.terraform.syntax.lexer`."""

    def __init__(self, lexer_conf: Any) -> None:
        pass

    def lex(self, lexer_state: Any, parser_state: Any) -> Any:
        """Not called: nothing is parsed here."""


def build() -> Table:
    """The table, built from the grammar's text: more than a second."""
    made = lark.Lark(
        grammar_text(),
        parser="lalr",
        lexer=_NoLexer,
        start=list(STARTS),
        propagate_positions=False,
        keep_all_tokens=True,
        maybe_placeholders=False,
    )
    table: IntParseTable = made.parser.parser._parse_table
    numbers = {rule: number for number, rule in enumerate(dict.fromkeys(_reduced(table)))}
    states = tuple(
        {
            str(symbol): argument if action is Shift else -1 - numbers[argument]
            for symbol, (action, argument) in table.states[state].items()
        }
        for state in range(len(table.states))
    )
    return _ordered(Table(dict(table.start_states), dict(table.end_states), states, tuple(map(_rule, numbers))))


def _ordered(table: Table) -> Table:
    """The same table with numbers that the grammar alone decides: Lark's follow from where its objects lie in memory.

    Each name is one object, so that the table is written down in the same bytes as well.
    """
    rules = sorted(set(table.rules), key=astuple)
    numbers = {rule: -1 - number for number, rule in enumerate(rules)}
    places = _places(table)
    states = tuple(
        {
            sys.intern(symbol): places[to] if to >= 0 else numbers[table.rules[-1 - to]]
            for symbol, to in sorted(table.actions[state].items())
        }
        for state in places
    )
    starts, ends = (
        {sys.intern(name): places[to] for name, to in sorted(each.items())} for each in (table.starts, table.ends)
    )
    return Table(starts, ends, states, tuple(rules))


def _places(table: Table) -> dict[int, int]:
    """The new number of each state: in the order in which they are reached, by their symbols' names."""
    places = {table.starts[name]: place for place, name in enumerate(sorted(table.starts))}
    waiting = deque(places)
    while waiting:
        for _, to in sorted(table.actions[waiting.popleft()].items()):
            if to >= 0 and to not in places:
                places[to] = len(places)
                waiting.append(to)
    return places


def _reduced(table: IntParseTable) -> list[LarkRule]:
    return [
        argument
        for state in table.states.values()
        for action, argument in state.values()
        if action is not Shift and isinstance(argument, LarkRule)
    ]


def _rule(rule: LarkRule) -> Production:
    origin = str(rule.origin.name)
    name = str(rule.alias or origin)
    size = len(rule.expansion)
    single = bool(rule.options.expand1) and not rule.alias and size == 1
    spliced = tuple(
        place for place, symbol in enumerate(rule.expansion) if not symbol.is_term and symbol.name.startswith("_")
    )
    is_list = origin.startswith("_")
    return Production(sys.intern(origin), size, "" if single or is_list else sys.intern(name), single, spliced)
