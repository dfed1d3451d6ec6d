"""What the modules of bot/ import, wherever in a module: at its top, inside a function, for types only, by name."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.places import PROJECT
from tests.sources import tree


@dataclass(frozen=True)
class Import:
    """`within` names the functions and conditions around it, "" at the top of the module."""

    importer: str
    imported: str
    within: str


def all_imports() -> tuple[Import, ...]:
    modules = {_name(str(path.relative_to(PROJECT))): path for path in (PROJECT / "bot").rglob("*.py")}
    return tuple(
        Import(name, _module(imported, modules), within)
        for name, path in modules.items()
        for imported, within in _imports(tree(path.read_text("utf-8")), "")
    )


def _name(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def _module(imported: str, modules: Mapping[str, object]) -> str:
    """`bot.a.b.c` is a module or a name in one."""
    return (
        imported if imported in modules or imported.rpartition(".")[0] not in modules else imported.rpartition(".")[0]
    )


def _imports(node: ast.AST, within: str) -> Iterator[tuple[str, str]]:
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.Import():
                yield from ((alias.name, within) for alias in child.names)
            case ast.ImportFrom():
                yield from ((f"{child.module}.{alias.name}", within) for alias in child.names)
            case ast.Call(func=ast.Attribute(attr="import_module"), args=[ast.Constant(value=str(name)), *_]):
                yield name, within
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield from _imports(child, f"{within}.{child.name}".lstrip("."))
                continue
            case ast.If():
                yield from _imports(child, f"{within} if {ast.unparse(child.test)}".lstrip())
                continue
        yield from _imports(child, within)


def circles(imports: Iterator[tuple[str, str]]) -> list[list[str]]:
    """The sets of modules that import each other, by whatever way round; each sorted."""
    onward: dict[str, set[str]] = {}
    for importer, imported in imports:
        onward.setdefault(importer, set()).add(imported)
    reached = {name: _reached(name, onward) for name in onward}
    found = {tuple(sorted(one for one in reached[name] if name in reached.get(one, ()))) for name in onward}
    return [list(one) for one in sorted(found) if one]


def _reached(name: str, onward: Mapping[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        for one in onward.get(waiting.pop(), ()):
            if one not in seen:
                seen.add(one)
                waiting.append(one)
    return seen
