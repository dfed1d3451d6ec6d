"""Python source as syntax trees, each parsed once by a worker: a dozen tests look at every module of bot/."""

from __future__ import annotations

import ast
from functools import cache


@cache
def tree(source: str) -> ast.Module:
    """The tree of a module's text. Whoever asks for it must not change it."""
    return ast.parse(source)


@cache
def nodes(source: str) -> tuple[ast.AST, ...]:
    """Every node of it, as ast.walk finds them."""
    return tuple(ast.walk(tree(source)))
