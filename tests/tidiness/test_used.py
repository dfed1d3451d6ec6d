"""Nothing stands around: what bot/ defines it uses, or a list says who does."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.places import PROJECT
from tests.sources import nodes, tree

BY_TESTS = "scripted by tests and by bench/, to which it belongs"
BY_BASE = "called by the library whose class it extends"

FILES = {
    "fake_forge": BY_TESTS,
    "frontends/terraform/syntax/tree.py": "lark calls the method of each rule of the grammar",
    "frontends/terraform/syntax/grammar_build.py": BY_BASE,
    "frontends/terraform/terragrunt/functions.py": "by the function's name, behind tg_",
    "cli/app.py": BY_BASE,
    "config/server_settings.py": BY_BASE,
    "config/sources.py": BY_BASE,
    "store/tables.py": BY_BASE,
    "web/metrics.py": BY_BASE,
    "web/probes.py": BY_BASE,
    "wiring/gunicorn.py": BY_BASE,
}
"""Folders and files of bot/ whose names are called from outside."""

NAMES = {
    "down_revision": "by Alembic, which puts migrations in order",
    "every_type": "by the tool that counts the classes of types",
    "log_message": "by the library's server, for each request",
    "of_other_providers": "by the test that no row is of an unknown type",
}

PLAIN = {"property", "classmethod", "staticmethod", "cache", "cached_property", "override"}
"""Decorators that hand a function to nobody."""

BOT = PROJECT / "bot"
FILES_OF_BOT = sorted(path for path in BOT.rglob("*.py") if "data" not in path.relative_to(BOT).parts)


def test_what_is_defined_is_used() -> None:
    used = {name for path in FILES_OF_BOT for node in nodes(path.read_text("utf-8")) for name in _named(node)}
    here = [path for path in FILES_OF_BOT if _called_from_outside(path) is None]
    assert {name for path in here for name in _defined(path)} - used == NAMES.keys()


def test_what_a_module_keeps_to_itself_it_uses() -> None:
    found = [path for folder in ("bot", "tests", "tools", "bench") for path in _modules(PROJECT / folder)]
    unused = {f"{path.relative_to(PROJECT)} {name}" for path in found for name in _unused_here(path)}
    assert unused == set()


def test_each_file_that_is_called_from_outside_is_there() -> None:
    assert {place for path in FILES_OF_BOT if (place := _called_from_outside(path)) is not None} == FILES.keys()


def _modules(folder: Path) -> Iterator[Path]:
    """But those of cases, and of what is called from outside."""
    cases = PROJECT / "tests" / "cases"
    for path in sorted(folder.rglob("*.py")):
        if not path.is_relative_to(cases) and (folder != BOT or _called_from_outside(path) is None):
            yield path


def _unused_here(path: Path) -> set[str]:
    every = list(nodes(path.read_text("utf-8")))
    used = {name for node in every for name in (*_named(node), *_quoted(node))}
    return {name for name in _defined(path) if name.startswith("_") and name not in used}


def _quoted(node: ast.AST) -> Iterator[str]:
    """Names in a type that is written as text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield from re.findall(r"\w+", node.value)


def _called_from_outside(path: Path) -> str | None:
    inside = path.relative_to(BOT)
    return next((found for place in (inside, *inside.parents) if (found := place.as_posix()) in FILES), None)


def _defined(path: Path) -> Iterator[str]:
    for node in nodes(path.read_text("utf-8")):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and _is_handed_to_nobody(node):
            yield node.name
    for node in tree(path.read_text("utf-8")).body:
        if isinstance(node, ast.Assign):
            yield from (one.id for one in node.targets if isinstance(one, ast.Name) and not one.id.startswith("__"))


def _is_handed_to_nobody(node: ast.FunctionDef | ast.ClassDef) -> bool:
    if isinstance(node, ast.ClassDef):
        return True
    dunder = node.name.startswith("__")
    return not dunder and all(isinstance(one, ast.Name) and one.id in PLAIN for one in node.decorator_list)


def _named(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Load()) | ast.Attribute(attr=name) | ast.keyword(arg=str(name)):
            yield name
        case ast.alias(name=name):  # what is imported is used, or ruff says so
            yield name
