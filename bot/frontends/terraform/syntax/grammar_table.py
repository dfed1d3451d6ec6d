"""The parser's table: made of python-hcl2's grammar when the package is installed, and only read here."""

from __future__ import annotations

import hashlib
import importlib
import pickle
from pathlib import Path

from bot.frontends.terraform.syntax.grammar import beside, hcl2_grammar
from bot.frontends.terraform.syntax.lalr import Production, Table

COMPILED = Path(__file__).with_name("grammar.bin")
"""Written by the build hook; absent in a checkout, where the table is built in memory."""

_MADE_BY = ("grammar_build.py", "lalr.py")


def fingerprint() -> str:
    """What a compiled table must have been made from to be of use here; lark's own file names its version."""
    ours = (Path(__file__).with_name(name).read_bytes() for name in _MADE_BY)
    return hashlib.sha256(b"\0".join((hcl2_grammar(), beside("lark", "__init__.py"), *ours))).hexdigest()


def compiled() -> bytes:
    """The contents of `grammar.bin`."""
    table = _built()
    rules = tuple((rule.origin, rule.size, rule.name, rule.single, rule.spliced) for rule in table.rules)
    return pickle.dumps((fingerprint(), table.starts, table.ends, table.actions, rules))


def load() -> tuple[Table, bool]:
    """The table, and whether it came from `grammar.bin`; a stale or missing file is not an error."""
    try:
        made_from, starts, ends, actions, rules = pickle.loads(COMPILED.read_bytes())
    except (FileNotFoundError, ValueError):
        return _built(), False
    if _is_stale(made_from):
        return _built(), False
    return Table(starts, ends, actions, tuple(Production(*rule) for rule in rules)), True


def _is_stale(made_from: str) -> bool:
    """Only where the table could be made anew: an installation has it from the wheel, and nothing to make it of."""
    try:
        return made_from != fingerprint()
    except LookupError:
        return False


def _built() -> Table:
    """Lark takes a tenth of a second to import, and more than one to build the table: only for who has none."""
    table: Table = importlib.import_module("bot.frontends.terraform.syntax.grammar_build").build()
    return table
