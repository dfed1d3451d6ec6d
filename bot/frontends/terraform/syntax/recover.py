"""Reads a file that does not parse block by block, so that one block written wrongly does not hide the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bot.frontends.terraform.syntax.lexer import Lexeme
from bot.frontends.terraform.syntax.nodes import Body, SyntaxFault, UnreadBlock

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
