"""What the modules of the checkout define and import, so that a name can be followed to where it is made."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOTS = ("bot", "tests", "bench", "tools")


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file: what it defines itself, and what its imports bind (module, name; name "" is a module)."""

    name: str
    path: str
    tree: ast.Module
    defined: frozenset[str]
    imported: dict[str, tuple[str, str]]


def module_name(path: str) -> str:
    """`bot/iam/grant.py` -> `bot.iam.grant`, `bot/iam/__init__.py` -> `bot.iam`."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def read_index(root: Path, paths: list[str]) -> dict[str, Module]:
    """The modules among `paths`, by name."""
    names = {module_name(path) for path in paths if path.endswith(".py")}
    found = {}
    for path in paths:
        if path.endswith(".py") and path.partition("/")[0] in (*ROOTS, "hatch_build.py"):
            tree = ast.parse((root / path).read_text("utf-8"))
            imported = {bound: origin for bound, origin, _ in bindings(tree, names)}
            found[module_name(path)] = Module(module_name(path), path, tree, frozenset(_defined(tree)), imported)
    return found


def bindings(tree: ast.AST, names: set[str]) -> Iterator[tuple[str, tuple[str, str], ast.stmt]]:
    """What imports anywhere in the tree bind: the local name, its origin, and the statement."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                origin = (whole, "") if whole in names else (node.module, alias.name)
                yield alias.asname or alias.name, origin, node


def _defined(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node in tree.body:
            yield node.name
    for node in tree.body:
        if isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


def origin(index: dict[str, Module], module: str, name: str) -> tuple[str, str]:
    """Where `name` of `module` is made, through re-exports."""
    seen = set()
    while (module, name) not in seen:
        seen.add((module, name))
        here = index.get(module)
        if here is None or name in here.defined or name not in here.imported:
            break
        module, name = here.imported[name]
    return module, name
