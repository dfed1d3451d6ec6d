"""Which arguments of resources carry what a mutation changes as it is, by the references that are written.

It shares nothing with the evaluator: where it leads from what was changed to access over plain references, texts,
lists and objects, the value there is another, whatever is evaluated. Choices, loops, look-ups by key and most functions
end it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bench.silence.judge import COVERED, NAMES, reaches
from bench.silence.mutation import Mutation
from bench.silence.spelling import CALLED, CREDENTIALS, UNASKED
from bench.silence.written import KEEPS, READS, WRITES, Declared, Path, Written, key_text, plain_chain
from bot.evaluated.address import block_of
from bot.evaluated.config import EvaluatedConfig
from bot.frontends.terraform.syntax.nodes import (
    Attribute,
    Block,
    Body,
    Conditional,
    FunctionCall,
    Literal,
    Name,
    Node,
    ObjectExpression,
    Parentheses,
    Template,
    TemplateText,
    TupleExpression,
)
from bot.type_registry.registry import is_strictest

WHOLE = ("*",)
"""Stands for all that is inside."""

_DOCUMENT = "aws_iam_policy_document"


@dataclass(frozen=True, slots=True)
class At:
    """A named value of the module in `directory`, and the names inside of it on the way to what was changed."""

    directory: str
    names: Path
    inner: Path


def reached(
    written: Written, mutation: Mutation, base: Iterable[EvaluatedConfig], head: Iterable[EvaluatedConfig]
) -> str:
    """An argument that holds access, is there on both sides and carries what was changed; "" if there is none, or what
    was changed is how a principal or policy is called."""
    if not mutation.carried:
        return ""
    there = frozenset.intersection(*(_blocks(side) for side in (base, head)))
    graph, seen = _Graph(written), set[At]()
    pending = [At(mutation.directory, mutation.carried, mutation.inner)]
    while pending:
        at = pending.pop()
        if at in seen:
            continue
        seen.add(at)
        if at.names[0] == "resource" and at.names[1] in CALLED and at.names[3:] == ("name",):
            return ""  # whatever names it follows
        sink = _sink(at, there)
        if sink and not _is_made_strictest(at, mutation) and not graph.is_covered(at):
            return sink
        pending.extend(graph.follows(at))
    return ""


def _blocks(side: Iterable[EvaluatedConfig]) -> frozenset[str]:
    return frozenset(block_of(one.address) for config in side for one in config.resources)


def _sink(at: At, there: frozenset[str]) -> str:
    if at.names[0] == "provider":
        made = (one for one in there if f"{one}.".startswith(at.names[1]) and not _is_data(one) and _is_strong(one))
        return next(iter(sorted(made)), "")
    if at.names[0] != "resource":
        return ""
    _, kind, name, *path = at.names
    if path[0] == "count":
        return f"{kind}.{name}" if _is_strong(f"{kind}.{name}") else ""
    if not kind.startswith("aws_") or path[0] in NAMES | UNASKED or not reaches(kind, tuple(path), ""):
        return ""
    address = f"{kind}.{name}"
    is_there = address in there or any(one.endswith(f".{address}") and one.startswith("module.") for one in there)
    return f"{address}.{'.'.join(path)}" if is_there else ""


def _is_made_strictest(at: At, mutation: Mutation) -> bool:
    """Whether the changed argument itself lets nobody in any more."""
    if at.names != mutation.carried or at.names[0] != "resource":
        return False
    return any(is_strictest(at.names[1], at.names[-1], edit.text) for edit in mutation.edits)


def _is_data(address: str) -> bool:
    """Whether it is a look-up: that alone gives nobody anything, what names it does."""
    return address.split(".")[-3:-2] == ["data"]


def _is_strong(address: str) -> bool:
    """Whether a block's type says by itself that it is about access."""
    kind = address.split(".")[-2]
    return kind.startswith("aws_") and reaches(kind, ("",), "")


@dataclass(frozen=True)
class _Graph:
    written: Written

    def follows(self, at: At) -> Iterator[At]:
        """What carries a named value as it is."""
        for one, names, node in self._users:
            if one.directory == at.directory:
                yield from (At(self._where(one, names), names, found) for found in _carried(node, at))
        if at.names[0] == "output":
            yield from (
                At(call.directory, ("module", call.labels[0], at.names[1]), at.inner)
                for call in self.written.of("module")
                if self._callee(call) == at.directory
            )

    def is_covered(self, at: At) -> bool:
        """Whether what is written beside an argument keeps out whom it keeps out."""
        more = COVERED.get(at.names[-1])
        beside = (
            found
            for one, names, found in self._users
            if one.directory == at.directory and names == (*at.names[:-1], more)
        )
        return any(isinstance(node, Literal) and node.value is True for node in beside)

    def _where(self, one: Declared, names: Path) -> str:
        return self._callee(one) if one.kind == "module" and names[0] == "var" else one.directory

    @functools.cached_property
    def _users(self) -> list[tuple[Declared, Path, Node]]:
        return [(one, names, node) for one in self.written.blocks for names, node in self._parts(one)]

    def _parts(self, one: Declared) -> Iterator[tuple[Path, Node]]:
        """What a block gives a value to, and by which expression."""
        arguments = one.block.body.arguments
        if one.kind == "locals":
            yield from ((("local", each.name), each.value) for each in arguments)
        elif one.kind == "output":
            yield from ((("output", one.labels[0]), each.value) for each in arguments if each.name == "value")
        elif one.kind == "module" and self._callee(one):
            yield from ((("var", each.name), each.value) for each in arguments)
        elif one.kind == "provider" and one.block.body.argument("alias") is None:
            found = _arguments(one.block.body)
            yield from ((("provider", ""), node) for path, node in found if path[0] in CREDENTIALS)
        elif one.kind == "resource" or one.labels[:1] == (_DOCUMENT,):
            yield from (((one.kind, *one.labels, *path), node) for path, node in _arguments(one.block.body))

    def _callee(self, call: Declared) -> str:
        """The directory of a module that is here, beside or below the one that calls it."""
        source = call.block.body.argument("source")
        text = key_text(source.value) if source is not None else None
        if text is None or not text.startswith("./"):
            return ""
        return "/".join(filter(None, (call.directory, text.removeprefix("./").rstrip("/"))))


def _arguments(body: Body, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    for argument in body.arguments:
        yield (*path, argument.name), argument.value
    for block in body.blocks:
        if not _is_aside(block):
            yield from _arguments(block.body, (*path, block.type))


def _is_aside(block: Block) -> bool:
    return block.type in UNASKED | {"connection", "dynamic", "provisioner"}


def _carried(node: Node, at: At) -> Iterator[Path]:
    """The names inside an expression's value on the way to what was changed, for each time that it carries it."""
    match node:
        case Parentheses(inner=inner):
            yield from _carried(inner, at)
        case TupleExpression(items=items):
            yield from (("[]", *found) for item in items for found in _carried(item, at))
        case ObjectExpression(items=items):
            yield from ((key_text(item.key) or "?", *found) for item in items for found in _carried(item.value, at))
        case Template(parts=parts):
            yield from (WHOLE for part in parts for _ in _carried(part, at))
        case Conditional(condition=condition, then=Literal() as one, otherwise=Literal() as other):
            yield from (WHOLE for _ in _carried(condition, at) if one.value != other.value)  # what was true is false
        case FunctionCall(name=name, arguments=arguments) if name in KEEPS | WRITES:
            found = (each for argument in arguments for each in _carried(argument, at))
            yield from (WHOLE if name in WRITES else each for each in found)
        case FunctionCall(name=name, arguments=(Template() as path, *_)) if name in READS:
            yield from [WHOLE] * (_file(path, at) == at.names[1:])
        case Attribute() | Name():
            yield from _inside(plain_chain(node), at)


def _inside(names: Path | None, at: At) -> Iterator[Path]:
    """What is left of the way after a reference, if it is on the way."""
    own = at.names[:3] if at.names[0] == "data" else at.names
    if names is None or names[: len(own)] != own:
        return
    rest = names[len(own) :]
    if at.inner == WHOLE or at.names[0] == "data":
        yield WHOLE
    elif at.inner[: len(rest)] == rest:
        yield at.inner[len(rest) :]


def _file(path: Template, at: At) -> Path:
    """The file that a function reads, as a name; () if that is not written out."""
    parts = [part for part in path.parts if not isinstance(part, TemplateText)]
    text = "".join(part.text for part in path.parts if isinstance(part, TemplateText)).removeprefix("./")
    is_here = all(plain_chain(part) in (("path", "module"), ("path", "root")) for part in parts)
    return ("/".join(filter(None, (at.directory, text.strip("/")))),) if is_here else ()
