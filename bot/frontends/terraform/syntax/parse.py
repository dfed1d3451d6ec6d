"""Parses the text of one configuration or template file into a syntax tree."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Sequence
from typing import Any

from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.frontends.terraform.nesting import check_nesting
from bot.frontends.terraform.syntax import grammar_table
from bot.frontends.terraform.syntax.lalr import END, Parser, UnexpectedLexeme
from bot.frontends.terraform.syntax.lexer import CONFIGURATION, JSON, JSON_VALUES, TEMPLATE, Lexeme, lexemes
from bot.frontends.terraform.syntax.nodes import Body, ObjectExpression, SyntaxFault, SyntaxFile, Template, line_starts
from bot.frontends.terraform.syntax.recover import read_blocks
from bot.frontends.terraform.syntax.tree import TreeBuilder

MAX_CHARACTERS = 4 * 1024**2
"""Longer files are not parsed as a whole."""

_NAMES = {END: "the end of the file", "NL_OR_COMMENT": "a newline", "DBLQUOTE": "a string"}


@functools.cache
def _parser() -> Parser:
    table, _ = grammar_table.load()
    return Parser(table, TreeBuilder())


def parse_file(text: str) -> SyntaxFile:
    """Parse a configuration file's text (no byte order mark). Raises SyntaxFault."""
    body: Body = _parse(text, "start", CONFIGURATION)
    return SyntaxFile(text, body, line_starts(text))


def parse_what_can_be(text: str) -> SyntaxFile:
    """Parse a configuration file, without the blocks that do not parse. Raises SyntaxFault if none does."""
    cut, parse = lexemes(text), functools.partial(_parsed, start="start")
    if len(text) <= MAX_CHARACTERS:
        with contextlib.suppress(SyntaxFault):  # then its blocks are read one by one
            return SyntaxFile(text, parse(cut), line_starts(text))
    body, unread = read_blocks(cut, parse)
    return SyntaxFile(text, body, line_starts(text), unread)


def parse_object(text: str, templates: bool = True) -> ObjectExpression:
    """Parse a JSON file's text: its objects, lists and words are HCL's too; strings are templates or what they say."""
    expression: ObjectExpression = _parse(text, "object", JSON if templates else JSON_VALUES)
    return expression


@functools.lru_cache(maxsize=256)
def parse_template(text: str) -> Template:
    """Parse a template file's text. Raises SyntaxFault."""
    template: Template = _parse(text, "string", TEMPLATE)
    return template


def _parse(text: str, start: str, kind: str) -> Any:
    if len(text) > MAX_CHARACTERS:
        raise SyntaxFault(f"files of more than {MAX_CHARACTERS} characters are not read", 0, DiagnosticKind.OVER_BUDGET)
    return _parsed(lexemes(text, kind), start)


def _parsed(cut: Sequence[Lexeme], start: str) -> Any:
    check_nesting(cut)
    try:
        return _parser().parse(cut, start)
    except UnexpectedLexeme as error:
        found = _NAMES.get(error.type) or f"{error.value!r}"
        raise SyntaxFault(f"{found} is not expected here", error.start) from None
