"""The grammar: python-hcl2's, changed in the few places where it rejects or slows down what Terraform reads."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import io
import pickle
from pathlib import Path
from typing import Any

import lark

from bot.terraform.lexer import TerraformLexer

COMPILED = Path(__file__).with_name("grammar.bin")
"""Written by the build hook; absent in a checkout, where the grammar is built in memory."""

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
    text = _hcl2_grammar().decode()
    for before, after in _CHANGES:
        if before not in text:
            raise RuntimeError("python-hcl2's grammar has changed: bot/terraform/grammar.py must follow")
        text = text.replace(before, after)
    first, last = (text.index(mark) for mark in _LADDER)
    return text[:first] + text[last:]


@functools.cache
def _hcl2_grammar() -> bytes:
    spec = importlib.util.find_spec("hcl2")
    if spec is None or spec.origin is None:
        raise RuntimeError("python-hcl2 is not installed")
    return Path(spec.origin).with_name("hcl2.lark").read_bytes()


def fingerprint() -> str:
    """What a compiled grammar must have been made from to be of use here."""
    made_from = (_hcl2_grammar(), Path(__file__).read_bytes(), lark.__version__.encode())
    return hashlib.sha256(b"\0".join(made_from)).hexdigest()


def build(transformer: Any) -> lark.Lark:
    """Build the parser from the grammar's text: about a second."""
    return lark.Lark(
        grammar_text(),
        parser="lalr",
        lexer=TerraformLexer,
        start=list(STARTS),
        propagate_positions=False,
        keep_all_tokens=True,
        maybe_placeholders=False,
        transformer=transformer,
    )


def compiled() -> bytes:
    """The contents of `grammar.bin`."""
    saved = io.BytesIO()
    build(None).save(saved, ("transformer",))
    return pickle.dumps((fingerprint(), saved.getvalue()))


def load(transformer: Any) -> tuple[lark.Lark, bool]:
    """The parser, and whether it came from `grammar.bin`; a stale or missing file is not an error."""
    try:
        made_from, saved = pickle.loads(COMPILED.read_bytes())
    except FileNotFoundError:
        made_from, saved = "", b""
    if made_from != fingerprint():
        return build(transformer), False
    parser = lark.Lark.__new__(lark.Lark)
    parser._load(io.BytesIO(saved), transformer=transformer)
    return parser, True
