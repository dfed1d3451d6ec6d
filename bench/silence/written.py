"""What is written where in a world's Terraform: blocks, the literals inside of them, and references, by offsets."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bench.silence.world import World
from bot.frontends.terraform.syntax.nodes import (
    Attribute,
    Block,
    Body,
    Expression,
    FunctionCall,
    Index,
    Literal,
    Name,
    Node,
    ObjectExpression,
    Parentheses,
    SyntaxFault,
    SyntaxFile,
    Template,
    TemplateText,
    TupleExpression,
    children,
)
from bot.frontends.terraform.syntax.parse import parse_file

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spot:
    """A literal: the names on the way to it, and the text between two offsets of its file.

    `quoted` if it is text: else a number, true or false. `structured` if it lies in a longer text, as of JSON;
    `denied` if it is of a statement that denies, `loose` if its value is more than a part of what it is written in.
    """

    file: str
    path: Path
    start: int
    end: int
    text: str
    quoted: bool = True
    structured: bool = False
    denied: bool = False
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Declared:
    """A block of a file."""

    file: str
    block: Block

    @property
    def directory(self) -> str:
        """The module that it is of."""
        return self.file.rpartition("/")[0]

    @property
    def kind(self) -> str:
        """`resource`, `data`, ..."""
        return self.block.type

    @property
    def labels(self) -> tuple[str, ...]:
        """Its type and name, or its name."""
        return self.block.labels


@dataclass(frozen=True)
class Written:
    """A world's Terraform, parsed; files that do not parse are left out."""

    world: World

    @functools.cached_property
    def files(self) -> dict[str, SyntaxFile]:
        """By path: configuration and var files."""
        found: dict[str, SyntaxFile] = {}
        for path in sorted(self.world.files):
            if path.endswith((".tf", ".tfvars")):
                try:
                    found[path] = parse_file(self.world.text(path))
                except SyntaxFault:
                    continue
        return found

    @functools.cached_property
    def blocks(self) -> tuple[Declared, ...]:
        """The outermost blocks of configuration."""
        parsed = ((path, one) for path, one in self.files.items() if path.endswith(".tf"))
        return tuple(Declared(path, block) for path, one in parsed for block in one.body.blocks)

    def of(self, kind: str) -> list[Declared]:
        """The blocks of a kind."""
        return [one for one in self.blocks if one.kind == kind]

    def spots(self, one: Declared) -> Iterator[Spot]:
        """The literals in a block."""
        yield from self._of_body(one.file, one.block.body, ())

    def values(self, path: str) -> Iterator[Spot]:
        """The literals of a var file."""
        yield from self._of_body(path, self.files[path].body, ())

    def spots_of(self, file: str, value: Expression, path: Path) -> Iterator[Spot]:
        """The literals of an expression."""
        yield from self._of_node(file, value, path)

    def _of_body(self, file: str, body: Body, path: Path) -> Iterator[Spot]:
        found = itertools.chain.from_iterable(
            (
                *(self._of_node(file, one.value, (*path, one.name)) for one in body.arguments),
                *(self._of_body(file, one.body, (*path, *_names(one))) for one in body.blocks),
            )
        )
        yield from _marked(found, ((one.name, one.value) for one in body.arguments))

    def _of_node(self, file: str, node: Node, path: Path) -> Iterator[Spot]:
        text = self.files[file].text
        if isinstance(node, Literal) and node.value is not None:
            yield Spot(file, path, node.start, node.end, text[node.start : node.end], quoted=False)
        elif isinstance(node, TemplateText):
            yield from self._of_text(file, node, path)
        elif isinstance(node, ObjectExpression):
            items = [(key_text(item.key) or "?", item.value) for item in node.items]
            found = (spot for key, value in items for spot in self._of_node(file, value, (*path, key)))
            yield from _marked(found, items)
        elif not isinstance(node, (Index, Name)):
            names_file = isinstance(node, FunctionCall) and node.name in READS
            loose = not isinstance(node, (Template, TupleExpression, Parentheses)) and not _keeps(node)
            for child in list(children(node))[1:] if names_file else children(node):
                found = self._of_node(file, child, path)
                yield from (dataclasses.replace(spot, loose=True) for spot in found) if loose else found

    def _of_text(self, file: str, node: TemplateText, path: Path) -> Iterator[Spot]:
        whole = self.files[file].text[node.start : node.end]
        if not node.verbatim or not whole.strip():
            return
        if "\n" not in whole and '"' not in whole:
            yield Spot(file, path, node.start, node.end, whole)
            return
        for match in QUOTED.finditer(whole):
            names = (*path, match["key"] or "")
            yield Spot(file, names, *(node.start + at for at in match.span("text")), match["text"], structured=True)

    def references(self, directory: str) -> Iterator[tuple[str, Path, int, int]]:
        """The references of a module: their file, the names in them, and the offsets of the last of those.

        `data.aws_iam_role.x.arn` is one of each of its beginnings.
        """
        for file, one in self.files.items():
            if file.endswith(".tf") and file.rpartition("/")[0] == directory:
                for node in everything(one.body):
                    names = chain(node)
                    if names and not isinstance(node, Index):
                        yield file, names, node.end - len(names[-1]), node.end


READS = frozenset({"file", "filebase64", "templatefile"})
"""Functions that read the file that their first argument names."""

KEEPS = frozenset({"concat", "distinct", "flatten", "tolist", "toset"})
"""Functions whose value holds the elements of their arguments."""

WRITES = frozenset({"base64encode", "format", "join", "jsonencode", "trimspace"})
"""Functions whose value is a text that holds their arguments."""

QUOTED = re.compile(r'(?:"(?P<key>\w+)"\s*[:=]\s*(?:\[\s*)?)?"(?P<text>[^"\n${}%\\]+)"(?!\s*[:=])')
"""Texts of a document in JSON, and the key that one is of if that stands before it."""


def _keeps(node: Node) -> bool:
    """Whether a function's value holds its arguments as they are."""
    return isinstance(node, FunctionCall) and node.name in KEEPS | WRITES


def _names(block: Block) -> Path:
    return block.labels if block.type == "dynamic" else (block.type,)


def _marked(spots: Iterable[Spot], beside: Iterable[tuple[str, Node]]) -> Iterator[Spot]:
    """The literals of a statement, marked if it denies; `beside` is what its names say."""
    denies = any(name.lower() == "effect" and key_text(value) == "Deny" for name, value in beside)
    return (dataclasses.replace(spot, denied=True) if denies else spot for spot in spots)


def key_text(node: Node) -> str | None:
    """An object's key that is written out."""
    if isinstance(node, Template) and len(node.parts) == 1 and isinstance(node.parts[0], TemplateText):
        return node.parts[0].text
    return None


def everything(node: Node) -> Iterator[Node]:
    """The node and all below it."""
    pending = [node]
    while pending:
        one = pending.pop()
        yield one
        pending.extend(children(one))


def chain(node: Node) -> Path | None:
    """The names of `a.b.c`, what stands in brackets left out; None of anything else."""
    if isinstance(node, Name):
        return (node.name,)
    if isinstance(node, Index):
        return chain(node.target)
    if isinstance(node, Attribute):
        before = chain(node.target)
        return None if before is None else (*before, node.name)
    return None


def plain_chain(node: Node) -> Path | None:
    """The names of `a.b.c` without anything in brackets; None of anything else."""
    if isinstance(node, Name):
        return (node.name,)
    before = plain_chain(node.target) if isinstance(node, Attribute) else None
    return (*before, node.name) if before is not None and isinstance(node, Attribute) else None


def header_label(world: World, one: Declared, index: int) -> tuple[int, int] | None:
    """The offsets of a label in a block's header."""
    header = world.text(one.file)[one.block.start : one.block.header_end]
    found = list(re.finditer(r'"([^"]*)"', header))
    if len(found) != len(one.labels):
        return None
    start, end = found[index].span(1)
    return one.block.start + start, one.block.start + end


def opened(world: World, one: Declared) -> bool:
    """Whether a line ends after a block's brace, so that more lines can follow."""
    return world.text(one.file)[one.block.header_end :].lstrip(" \t").startswith("\n")


def twins(written: Written) -> Iterator[tuple[Declared, Declared]]:
    """Data sources of one type in one module, each two of them."""
    for one, more in itertools.combinations(written.of("data"), 2):
        if one.labels[0] == more.labels[0] and one.directory == more.directory:
            yield one, more
