"""Rewrites one Python file for a plan of moves: imports, uses of renamed names, and module names in texts."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from tools.codemods.index import Module, bindings, origin
from tools.codemods.plan import Plan

Edit = tuple[int, int, str]
"""Characters from, to, and what stands there instead."""


@dataclass(slots=True)
class Rewriter:
    """Collects the edits of one file."""

    plan: Plan
    index: dict[str, Module]
    module: Module
    text: str
    edits: list[Edit] = field(default_factory=list)
    local: dict[str, str] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)
    """Local names that stand for modules -> the module's old name."""
    lines: list[str] = field(init=False)
    starts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.lines = self.text.splitlines(keepends=True)
        self.starts = [0, *accumulate(map(len, self.lines))]

    def rewritten(self) -> str:
        """The file's new text."""
        names = set(self.index)
        taken = {node.id for node in ast.walk(self.module.tree) if isinstance(node, ast.Name)}
        taken |= {node.arg for node in ast.walk(self.module.tree) if isinstance(node, ast.arg)}
        taken |= {bound for bound, _, _ in bindings(self.module.tree, names)}
        for statement in [node for node in ast.walk(self.module.tree) if isinstance(node, ast.ImportFrom)]:
            self._import(statement, names, taken)
        for name in self.module.defined:
            new = self.plan.names.get((self.module.name, name))
            if new:
                self.local[name] = new
        self._uses()
        self._texts()
        return self._applied()

    def _import(self, node: ast.ImportFrom, names: set[str], taken: set[str]) -> None:
        if not node.module or node.level:
            return
        groups: dict[str, list[str]] = {}
        for alias in node.names:
            whole, bound = f"{node.module}.{alias.name}", alias.asname or alias.name
            if whole in names:
                parent, _, new = self.plan.moved(whole).rpartition(".")
                self.modules[bound] = whole
            else:
                parent = self.plan.moved(node.module)
                new = self.plan.names.get(origin(self.index, node.module, alias.name), alias.name)
            keep = alias.asname
            if keep is None and new != alias.name:
                if new in taken:
                    keep = alias.name
                else:
                    self.local[alias.name] = new
            groups.setdefault(parent, []).append(f"{new} as {keep}" if keep and keep != new else new)
        start, end = self._offset(node.lineno, node.col_offset), self._offset(node.end_lineno, node.end_col_offset)
        indent = "\n" + " " * node.col_offset
        lines = [
            f"from {parent} import {'(' + ', '.join(group) + ')' if len(group) > 1 else group[0]}"
            for parent, group in groups.items()
        ]
        if lines != [self.text[start:end]]:
            self.edits.append((start, end, indent.join(lines)))

    def _uses(self) -> None:
        for node, shadowed in _scoped(self.module.tree, frozenset()):
            if isinstance(node, ast.Name) and node.id in self.local and node.id not in shadowed:
                self._replace(node.lineno, node.col_offset, node.id, self.local[node.id])
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                of = self.modules.get(node.value.id)
                new = of and node.value.id not in shadowed and self.plan.names.get(origin(self.index, of, node.attr))
                if new:
                    end = self._offset(node.end_lineno, node.end_col_offset)
                    self.edits.append((end - len(node.attr), end, new))
        for node in self.module.tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in self.local:
                start = self._offset(node.lineno, node.col_offset)
                at = re.compile(rf"\b{node.name}\b").search(self.text, start)
                assert at is not None
                self.edits.append((at.start(), at.end(), self.local[node.name]))
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
                for element in ast.walk(node.value):
                    if isinstance(element, ast.Constant) and element.value in self.local:
                        self._replace(element.lineno, element.col_offset + 1, element.value, self.local[element.value])

    def _texts(self) -> None:
        """Module names and paths in strings and comments; renamed names of several words there, too."""
        words = {old: new for old, new in self.local.items() if re.search(r"[a-z][A-Z]", old)}
        named = re.compile(rf"\b({'|'.join(map(re.escape, words))})\b") if words else None
        for token in tokenize.generate_tokens(io.StringIO(self.text).readline):
            if token.type not in (tokenize.STRING, tokenize.COMMENT):
                continue
            start = self._offset(token.start[0], len(token.line[: token.start[1]].encode()), whole=token)
            new = self.plan.in_text(token.string)
            if named is not None and (token.type == tokenize.COMMENT or token.string.startswith('"""')):
                new = named.sub(lambda match: words[match[0]], new)
            if new != token.string:
                self.edits.append((start, start + len(token.string), new))

    def _replace(self, line: int, column: int, old: str, new: str) -> None:
        start = self._offset(line, column)
        assert self.text[start : start + len(old)] == old, (self.module.path, line, old)
        self.edits.append((start, start + len(old), new))

    def _offset(self, line: int | None, column: int | None, whole: tokenize.TokenInfo | None = None) -> int:
        assert line is not None and column is not None
        if whole is not None:
            return self.starts[line - 1] + whole.start[1]
        return self.starts[line - 1] + len(self.lines[line - 1].encode()[:column].decode())

    def _applied(self) -> str:
        text = self.text
        for start, end, new in sorted(set(self.edits), reverse=True):
            text = text[:start] + new + text[end:]
        return text


def _scoped(node: ast.AST, shadowed: frozenset[str]) -> Iterator[tuple[ast.AST, frozenset[str]]]:
    """Every node with the names that functions around it bind themselves."""
    yield node, shadowed
    inner = shadowed
    if isinstance(node, ast.FunctionDef | ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        inner = shadowed | frozenset(_bound(node))
    for child in ast.iter_child_nodes(node):
        yield from _scoped(child, inner)


def _bound(function: ast.AST) -> Iterator[str]:
    """Names bound in a function itself, not in those inside it."""
    if isinstance(function, ast.FunctionDef | ast.Lambda):
        arguments = function.args
        every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg)
        yield from (argument.arg for argument in every if argument is not None)
    todo = list(ast.iter_child_nodes(function))
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.ExceptHandler) and node.name:
            yield node.name
        if not isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef | ast.ListComp | ast.GeneratorExp):
            todo.extend(ast.iter_child_nodes(node))
