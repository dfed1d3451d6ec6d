"""Parses the text of one configuration or template file into a syntax tree; one that does not parse, block by block."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.frontends.terraform.nesting import check_nesting
from bot.frontends.terraform.syntax import grammar_table
from bot.frontends.terraform.syntax.lalr import END, Parser, UnexpectedLexeme
from bot.frontends.terraform.syntax.lexer import CONFIGURATION, JSON, JSON_VALUES, TEMPLATE, Lexeme, lexemes
from bot.frontends.terraform.syntax.nodes import (
    Body,
    ObjectExpression,
    SyntaxFault,
    SyntaxFile,
    Template,
    UnreadBlock,
    line_starts,
)
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


_OPENERS = frozenset(("LBRACE", "LSQB", "LPAR", "INTERP_START", "DIRECTIVE_START"))
_CLOSERS = frozenset(("RBRACE", "RSQB", "RPAR"))


def read_blocks(
    lexemes: Sequence[Lexeme], parse: Callable[[Sequence[Lexeme]], Body]
) -> tuple[Body, tuple[UnreadBlock, ...]]:
    """The blocks that parse as one body, and those that do not. Raises SyntaxFault if none does."""
    bodies: list[Body] = []
    unread: list[UnreadBlock] = []
    for block in _blocks(lexemes):
        try:
            bodies.append(parse(block))
        except SyntaxFault as fault:
            unread.append(_unread(block, fault))
    blocks = tuple(each for body in bodies for each in body.blocks)
    if not blocks:
        first = unread[0] if unread else UnreadBlock("", "", 0, 0, "there is no block")
        raise SyntaxFault(first.reason, first.start, first.kind)
    return Body(blocks[0].start, blocks[-1].end, (), blocks), tuple(unread)


def _blocks(lexemes: Sequence[Lexeme]) -> Iterator[Sequence[Lexeme]]:
    """What lies between one top-level closing brace and the next."""
    depth = first = 0
    for place, lexeme in enumerate(lexemes):
        if lexeme.type in _OPENERS:
            depth += 1
        elif lexeme.type in _CLOSERS:
            depth = max(depth - 1, 0)
            if depth == 0 and lexeme.type == "RBRACE":
                yield lexemes[first : place + 1]
                first = place + 1
    rest = [lexeme for lexeme in lexemes[first:] if lexeme.type != "NL_OR_COMMENT"]
    if rest:
        yield rest


def _unread(block: Sequence[Lexeme], fault: SyntaxFault) -> UnreadBlock:
    words = [lexeme for lexeme in block if lexeme.type != "NL_OR_COMMENT"]
    label = next((each.value for each in words[1:3] if each.type in ("STRING_CHARS", "NAME")), "")
    return UnreadBlock(words[0].value, label, words[0].start_pos, words[-1].end_pos, fault.reason, fault.kind)
