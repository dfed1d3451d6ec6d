"""Regular expressions of modules are compiled when they are used, and all of them can be."""

from __future__ import annotations

import ast
import gc
import importlib
from collections.abc import Iterator

from bot.late_pattern import late_pattern
from tests.places import PROJECT
from tests.sources import tree

PLAYED = "bot/fake_forge/"
"""What plays a forge is no part of a review."""


def test_no_pattern_is_compiled_while_a_module_is_imported() -> None:
    for path in (PROJECT / "bot").rglob("*.py"):
        name = str(path.relative_to(PROJECT))
        lines = list(_compiled_at_once(tree(path.read_text("utf-8"))))
        assert not lines or name.startswith(PLAYED), f"{name}:{lines[0]}: use bot.late_pattern instead of re.compile"


def _compiled_at_once(node: ast.AST) -> Iterator[int]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.Call) and ast.unparse(child.func) == "re.compile":
            yield child.lineno
        yield from _compiled_at_once(child)


def test_every_late_pattern_compiles() -> None:
    for path in (PROJECT / "bot").rglob("*.py"):
        name = str(path.relative_to(PROJECT)).removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        if not name.endswith(("__main__", "migrations.env")):  # which run what they are for
            importlib.import_module(name)
    gc.unfreeze()  # what a test that ran the command has frozen is not listed
    made = [one for one in gc.get_objects() if type(one) is late_pattern]
    assert len(made) > 200
    for one in made:
        assert one.pattern is not None
