"""How many functions have more than ten ways through them, counted as radon counts (boolean operators too)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.places import PROJECT

MANY = 10
MAX_SHARE = 0.03

Function = ast.FunctionDef | ast.AsyncFunctionDef


def complexity(function: Function) -> int:
    """McCabe's number; what is defined inside of a function counts for itself."""
    return 1 + sum(_ways(node) for statement in function.body for node in _own(statement))


def _own(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, Function | ast.ClassDef):
        return
    yield node
    if not isinstance(node, ast.Assert):  # what it asserts is no way through the function
        for child in ast.iter_child_nodes(node):
            yield from _own(child)


def _ways(node: ast.AST) -> int:
    match node:
        case ast.If() | ast.IfExp() | ast.Assert():
            return 1
        case ast.For() | ast.AsyncFor() | ast.While():
            return 1 + bool(node.orelse)
        case ast.Try():
            return len(node.handlers) + bool(node.orelse)
        case ast.BoolOp():
            return len(node.values) - 1
        case ast.comprehension():
            return 1 + len(node.ifs)
        case ast.Match():
            return len(node.cases) - any(getattr(case.pattern, "pattern", 0) is None for case in node.cases)
    return 0


def _functions(node: ast.AST) -> Iterator[Function]:
    """Of modules and classes; one inside of a function is looked for when that is read."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function):
            yield child
        else:
            yield from _functions(child)


def test_few_functions_have_many_ways() -> None:
    files = sorted((PROJECT / "bot").rglob("*.py"))
    found = [(file.name, one) for file in files for one in _functions(ast.parse(file.read_text("utf-8")))]
    many = [f"{name} {one.name} {complexity(one)}" for name, one in found if complexity(one) > MANY]
    assert len(many) <= MAX_SHARE * len(found), f"{len(many)} of {len(found)}: {many}"
