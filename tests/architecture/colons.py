"""Finds where text is split at colons: in a method of `str`, a regular expression or fnmatch with one in a literal."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.sources import nodes, tree

SPLITTING = frozenset(
    ("split", "rsplit", "partition", "rpartition", "index", "rindex", "find", "rfind", "split_pieces")
)
BEGINNING = frozenset(("startswith", "removeprefix"))
TEXT_OF_IAM = ("arn:", "AWS:", "Service:", "Federated:", "CanonicalUser:")
MODULES = ("re", "fnmatch")
LATE = "bot.late_pattern"
"""What is imported from there is `re`'s."""

_GROUP = re.compile(r"\(\?(?:P<\w+>|[aiLmsux-]*:|[=!>]|<[=!])")
"""How a group begins whose colon, if it has one, matches nothing."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """One call: the function, class or constant of the module that it stands in, and its line."""

    name: str
    line: int


def splits(source: str) -> list[Place]:
    """The calls of a module that take text apart at colons."""
    module = tree(source)
    reading = _Reading(dict(_constants(module)), dict(_imported(nodes(source))))
    found = [
        Place(_name(statement), call.lineno)
        for statement in module.body
        for call in ast.walk(statement)
        if isinstance(call, ast.Call) and reading.splits(call)
    ]
    return sorted(found)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a module calls its texts and what it imports from `re` and `fnmatch`."""

    texts: dict[str, str]
    imported: dict[str, str] = field(default_factory=dict)

    def splits(self, call: ast.Call) -> bool:
        given = (*call.args, *(keyword.value for keyword in call.keywords))
        texts = [text for one in given for text in self._texts(one)]
        module, name = self._called(call.func)
        if module == "re":
            return any(":" in _GROUP.sub("(", text) for text in texts)
        if module == "fnmatch" or name in SPLITTING:
            return any(":" in text for text in texts)
        return name in BEGINNING and any(text.startswith(TEXT_OF_IAM) for text in texts)

    def _called(self, function: ast.expr) -> tuple[str, str]:
        if isinstance(function, ast.Name):
            return self.imported.get(function.id, ""), function.id
        if not isinstance(function, ast.Attribute):
            return "", ""
        owner = function.value.id if isinstance(function.value, ast.Name) else ""
        return self.imported.get(owner, ""), function.attr

    def _texts(self, given: ast.expr) -> Iterator[str]:
        """The texts that an argument may be, as far as they are written; a hole is left out."""
        match given:
            case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items):
                for item in items:
                    yield from self._texts(item)
            case ast.IfExp(body=body, orelse=other):
                yield from (*self._texts(body), *self._texts(other))
            case ast.Call(func=ast.Attribute(value=value)):
                yield from self._texts(value)
            case _:
                yield self._text(given)

    def _text(self, given: ast.expr) -> str:
        match given:
            case ast.Constant(value=str(text)):
                return text
            case ast.Constant(value=bytes(text)):
                return text.decode("latin-1")
            case ast.JoinedStr(values=pieces):
                return "".join(map(self._text, pieces))
            case ast.FormattedValue(value=value):
                return self._text(value)
            case ast.BinOp(left=left, right=right):
                return self._text(left) + self._text(right)
            case ast.Name(id=name):
                return self.texts.get(name, "")
        return ""


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    known: dict[str, str] = {}
    for statement in tree.body:
        targets, value = _assigned(statement)
        for target in targets:
            if isinstance(target, ast.Name) and value is not None:
                known[target.id] = " ".join(_Reading(known)._texts(value))
                yield target.id, known[target.id]


def _assigned(statement: ast.stmt) -> tuple[Iterable[ast.expr], ast.expr | None]:
    if isinstance(statement, ast.Assign):
        return statement.targets, statement.value
    return ((statement.target,), statement.value) if isinstance(statement, ast.AnnAssign) else ((), None)


def _imported(module: Iterable[ast.AST]) -> Iterator[tuple[str, str]]:
    for one in module:
        if isinstance(one, ast.Import):
            yield from ((alias.asname or alias.name, alias.name) for alias in one.names if alias.name in MODULES)
        elif isinstance(one, ast.ImportFrom) and one.module in MODULES:
            yield from ((alias.asname or alias.name, one.module) for alias in one.names)
        elif isinstance(one, ast.ImportFrom) and one.module == LATE:
            yield from ((alias.name, "re") for alias in one.names)


def _name(statement: ast.stmt) -> str:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return statement.name
    names = (target.id for target in _assigned(statement)[0] if isinstance(target, ast.Name))
    return next(names, "")
